// The logical content of a store as text: what must not change however old the files are.
#pragma once

#include <string>

#include "vecstore/vecstore.h"

namespace vecstore::golden {

// The time at which golden stores are written and read, in milliseconds since 1970.
inline constexpr TimeMs kNow = 1'760'000'000'000;

// One JSON line per collection (its options and aliases), then one per record, deleted ones too.
Result<std::string> dump(Database& database);

}  // namespace vecstore::golden
