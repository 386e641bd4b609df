// The files that an ingest looks at, each with the name under which its chunks are kept.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rag/ingest/ingest.h"

namespace vecstore {

// A folder that was named, or the parent of a file that was.
struct SourceRoot {
  std::string name = {};    // first part of every source below it
  std::string folder = {};  // canonical path
  bool whole = false;       // named itself: files that are gone from it are removed
};

struct SourceFile {
  std::string path = {};    // to open
  std::string source = {};  // root/relative/path
  std::size_t root = 0;     // index into roots
  bool named = false;       // given itself, not found in a folder
  std::uint64_t bytes = 0;
};

struct Sources {
  std::vector<SourceRoot> roots = {};
  std::vector<SourceFile> files = {};     // by source, bytewise, each once
  std::vector<std::string> left = {};     // found, and by IngestOptions::changed not looked at
  std::vector<IngestNote> problems = {};  // what cannot be read
  std::vector<IngestNote> skips = {};     // what is no file
};

// That there is a path, and all of them exist.
Status check_paths(const IngestOptions& options);

// An error when a path does not exist or two folders would go by one name.
Result<Sources> list_sources(const IngestOptions& options);

}  // namespace vecstore
