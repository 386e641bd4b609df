// What a namespace holds, by looking, and what a record will take in it, by counting.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "service/tenancy/write_room.h"
#include "vecstore/database.h"

namespace vecstore {

// Names of its collections as the database has them, in order.
Result<std::vector<std::string>> collections_of(const Database& database, std::string_view space);

// Records that are there, and the bytes that records take as they are stored, those that were
// replaced or removed included as long as they are stored. Cost: a look at each row.
Result<RoomUse> use_of(const Database& database, std::string_view space);

// What a record with its id, vectors, metadata and text will take in a collection with these
// options, to the byte.
std::uint64_t stored_bytes(const CollectionOptions& options, const Record& record);

// At most what a record will take once it is changed.
std::uint64_t most_stored_bytes(const CollectionOptions& options, const Record& record,
                                const Update& change);

}  // namespace vecstore
