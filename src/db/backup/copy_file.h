// Content from one place to another, hashed as docs/format/archive.md says.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "io/file_system.h"
#include "storage/archive.h"
#include "vecstore/query.h"

namespace vecstore::db {

using ReadPiece = std::function<Status(std::uint64_t offset, std::span<std::byte> out)>;
using PutPiece = std::function<Status(ByteView piece)>;

// Of bytes at hand, which must outlive it.
ReadPiece reader_of(ByteView content);

// The hash of what was handed over. kCancelled when the token says so.
Result<std::uint64_t> copy_content(std::uint64_t size, const ReadPiece& read, const PutPiece& put,
                                   const CancelToken& cancel);

// Into a new file, synced.
Result<std::uint64_t> copy_to_file(std::uint64_t size, const ReadPiece& read, io::FileSystem& files,
                                   const std::string& path, const CancelToken& cancel);

// Every byte of a file of a database, by its own checksums; ok for a log, which has no end to know
// it by. kDataLoss names `path` and the first damaged offset.
Status verify_file(io::FileSystem& files, const std::string& path, const std::string& name,
                   std::uint64_t database);

}  // namespace vecstore::db
