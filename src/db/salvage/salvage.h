// Saves what is whole of a damaged store into a new one: docs/design/019-salvage.md says what
// counts as whole, and what is done where a deletion cannot be read.
#pragma once

#include <string>

#include "io/file_system.h"
#include "vecstore/salvage.h"
#include "vecstore/status.h"

namespace vecstore::db {

// Reads `folder` only. An error when nothing is there to be saved or `destination` cannot be
// written, or the token says so; in the latter cases it is no database.
Result<SalvageReport> salvage_store(io::FileSystem& files, const std::string& folder,
                                    const std::string& destination, const SalvageOptions& options);

}  // namespace vecstore::db
