// Makes anew what follows from other bytes of a store: the blocks of a segment that its rows
// determine, by writing the rows once more; a graph, by taking it out of the manifest, so that the
// next writer builds it.
#pragma once

#include <string>

#include "db/cancel.h"
#include "io/file_system.h"
#include "vecstore/salvage.h"
#include "vecstore/status.h"

namespace vecstore::db {

// kDataLoss, nothing changed, when something is damaged that follows from nothing else. Takes the
// store's lock. Files that are no longer named go at the next open. kCancelled: nothing was
// changed.
Result<RepairReport> repair_store(io::FileSystem& files, const std::string& folder,
                                  const Cancel& cancel = {});

}  // namespace vecstore::db
