// What Database::salvage and Database::repair report.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vecstore/cancel.h"

namespace vecstore {

struct SalvageOptions {
  std::size_t findings = 10'000;  // that the report lists; all are counted
  std::optional<CancelToken> cancel = {};
};

// Why a record, or many, are not in the new database, or may not belong there.
struct SalvageFinding {
  std::string file = {};
  std::uint64_t offset = 0;  // of the damage in the file; 0 when it has no one place
  std::string collection = {};  // empty when that cannot be told
  std::string id = {};          // empty when that cannot be told
  std::uint64_t records = 1;    // that it stands for; 0 when that cannot be told
  bool doubtful = false;        // they were saved, but may have been deleted or replaced since
  std::string reason = {};
};

struct SalvageReport {
  std::vector<std::pair<std::string, std::uint64_t>> collections = {};  // name, records saved
  std::uint64_t saved = 0;
  std::uint64_t lost = 0;      // known of and not saved
  std::uint64_t doubtful = 0;  // saved, but may have been deleted or replaced since
  std::vector<SalvageFinding> findings = {};  // the first of them, in the order they were met
  std::uint64_t findings_in_all = 0;
  std::vector<std::string> notes = {};  // what was made up for
};

struct RepairReport {
  std::vector<std::string> repaired = {};  // files that were made anew, and why
  std::vector<std::string> notes = {};
};

}  // namespace vecstore
