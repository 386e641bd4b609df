// What a collection of a reader becomes when its writer has put rows into files or files together.
#pragma once

#include <memory>

#include "db/collection_core.h"
#include "db/store_files.h"
#include "storage/manifest.h"

namespace vecstore::db {

// `now`, which has every change up to the entry's `applied` and later ones in memory, with the
// files of the entry in place of what they were made from: the same rows and deaths. `source.known`
// are the files of `now`. kNotFound when the writer has removed a file of the entry since.
Result<std::shared_ptr<const Version>> next_version(const Version& now,
                                                    const storage::CollectionEntry& entry,
                                                    const SegmentSource& source);

}  // namespace vecstore::db
