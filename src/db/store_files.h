// What opening a store and checking one have in common.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "db/file_segment.h"
#include "io/file_system.h"
#include "storage/manifest.h"

namespace vecstore::db {

// `given`, or the disk; kUnimplemented where there is none (WebAssembly).
Result<io::FileSystem*> files_of(io::FileSystem* given);

// Makes the folder and its parents, their names safe from a power cut.
Status make_durable_folder(io::FileSystem& files, const std::string& folder);

// Random; never 0.
std::uint64_t new_database_id();

// The segment files of a collection, oldest first, their masks applied.
Result<std::vector<std::shared_ptr<FileSegment>>> open_segments(
    io::FileSystem& files, const std::string& folder, io::Access access, std::uint64_t database,
    const storage::CollectionEntry& entry, const Schema& schema);

}  // namespace vecstore::db
