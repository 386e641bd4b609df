// Looking a database over without changing it.
#pragma once

#include <string>

#include "db/cancel.h"
#include "io/file_system.h"
#include "vecstore/stats.h"
#include "vecstore/status.h"

namespace vecstore::db {

// Manifest, structure of every segment and mask, and the log; with `deep` every byte, every
// column's order, every id's place. Reads only; beside a writer it may find files that went away,
// and looks again. kCancelled when the token says so, by the next block of a file.
Result<CheckReport> check_store(io::FileSystem& files, const std::string& folder, bool deep,
                                const Cancel& cancel = {});

}  // namespace vecstore::db
