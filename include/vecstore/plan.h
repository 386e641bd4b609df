// How a query is carried out, and what it tells of that.
#pragma once

#include <cstdint>
#include <string_view>

#include "vecstore/status.h"

namespace vecstore {

// How a segment is searched. kScan: the vectors of all rows that match are compared, which is
// exact. kWalk: through the graph, keeping rows that match. kSweep: the codes of all rows that
// match are compared, then the vectors of the best. kAuto: what costs least, by the number of rows
// that match. Segments without a graph are swept where their rows have codes, else scanned.
enum class Plan : unsigned char { kAuto, kScan, kWalk, kSweep };
std::string_view plan_name(Plan plan);
Result<Plan> parse_plan(std::string_view name);

// kPlan: what would be done, and what it is expected to cost; nothing is searched. kAnalyze: what
// was done besides.
enum class Explain : unsigned char { kNo, kPlan, kAnalyze };

// What of a file was read for the first time since it was opened: pages come from the disk, where
// memory does not hold them yet, and their checksums are verified. Done once; a query that comes
// after does not wait for it again.
struct FirstReads {
  std::uint64_t bytes = 0;
  double ms = 0;
};

}  // namespace vecstore
