// What DEFLATE, gzip, bzip2, xz or zstd packed, unpacked from memory by zlib, libbz2, liblzma and
// libzstd: a piece at a time, each counted before it is kept.
#pragma once

#include <string>
#include <string_view>

#include "rag/loaders/load_budget.h"
#include "vecstore/status.h"

namespace vecstore {

enum class Packing { kStored, kDeflate, kGzip, kBzip2, kXz, kZstd };

// What a decoder may set aside for the past that a stream refers to: `xz -9` needs 65 MiB, zstd
// asks for no more than this unless it was told to.
inline constexpr std::size_t kMaxUnpackMemoryBytes = std::size_t{128} << 20;

// All of `packed`. Streams one after the other, as gzip, bzip2, xz and zstd allow, are one content;
// what follows a gzip or bzip2 stream and is none is passed over. Errors are of the content alone
// and do not say what it is: kDataLoss, kUnimplemented for what asks for too much memory, and the
// budget's.
Result<std::string> unpack(std::string_view packed, Packing how, LoadBudget& budget);

}  // namespace vecstore
