// What a collection remembers of the files that were ingested into it: one entry per file, read
// from its chunk 0.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "vecstore/collection.h"

namespace vecstore {

inline constexpr const char* kHashKey = "source_hash";
inline constexpr const char* kChunksKey = "chunks";
inline constexpr const char* kRootKey = "source_root";

struct FileMemory {
  std::string hash = {};   // empty: a large file whose writing was interrupted
  std::size_t chunks = 0;  // ids source#0 to source#(chunks - 1)
  std::string root = {};   // folder on the disk
};

// By source. Cost: one pass over the collection's metadata.
Result<std::map<std::string, FileMemory>> read_file_memory(const Collection& collection);

// "root/relative/path#n"
std::string chunk_id(const std::string& source, std::size_t n);

}  // namespace vecstore
