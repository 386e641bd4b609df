// How a query is carried out, and what it tells of that.
#pragma once

#include <string_view>

#include "vecstore/status.h"

namespace vecstore {

// How a segment is searched. kScan: the vectors of all rows that match are compared, which is exact. kWalk: through the graph, keeping rows
// that match. kSweep: the codes of all rows that match are compared, then the vectors of the best. kAuto: what costs least, by the number
// of rows that match. Segments without a graph are scanned.
enum class Plan : unsigned char { kAuto, kScan, kWalk, kSweep };
std::string_view plan_name(Plan plan);
Result<Plan> parse_plan(std::string_view name);

// kPlan: what would be done, and what it is expected to cost; nothing is searched. kAnalyze: what was done besides.
enum class Explain : unsigned char { kNo, kPlan, kAnalyze };

}  // namespace vecstore
