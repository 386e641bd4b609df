// The logical content of a store as text: what must not change however old the files are.
#pragma once

#include <string>
#include <vector>

#include "vecstore/vecstore.h"

namespace vecstore::golden {

// The time at which golden stores are written and read, in milliseconds since 1970.
inline constexpr TimeMs kNow = 1'760'000'000'000;

// One JSON line per collection (its options and aliases), then one per record, deleted ones too.
Result<std::string> dump(Database& database);

inline const std::vector<std::string> kVersioned = {"a", "b", "c", "d"};

// One JSON line per version of each of these records, newest first, with what it was.
Result<std::string> dump_versions(const Collection& things, const std::vector<std::string>& ids);

}  // namespace vecstore::golden
