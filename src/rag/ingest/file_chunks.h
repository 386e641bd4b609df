// One file read, split and turned into records that lack only their vectors.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rag/ingest/file_memory.h"
#include "rag/ingest/sources.h"
#include "rag/loaders/loader_registry.h"
#include "rag/splitters/splitter.h"
#include "vecstore/embedder.h"
#include "vecstore/record.h"

namespace vecstore {

// Of late chunking: a document, and where in it the chunks are.
struct LateDocument {
  std::string text = {};
  std::string lead = {};  // its title
  std::vector<TextParts::Part> parts = {};
};

struct FileChunks {
  std::string source = {};                // as in SourceFile
  Status status = {};                     // why there are none
  bool unchanged = false;                 // the collection has this content, split in this way
  std::size_t bytes = 0;                  // read
  std::size_t replaced = 0;               // sequences invalid in the file's encoding
  std::vector<std::string> remarks = {};  // what the loader left out
  std::string hash = {};                  // of content and way of splitting
  std::vector<Record> records = {};       // chunk 0 first; it carries hash, count and root
  std::vector<std::string> inputs =
      {};  // what to embed for each: its title and headings, then its text
  std::vector<LateDocument> late = {};  // instead of `inputs`: all the records, in their order
};

class FileReader {
 public:
  // All of these outlive the reader.
  FileReader(const Sources& sources, const std::map<std::string, FileMemory>& memory,
             const LoaderRegistry& loaders, const Splitter& splitter, const IngestOptions& options);

  // Safe from many threads.
  FileChunks read(std::size_t file) const;

 private:
  Status load_and_split(const SourceFile& file, const std::string& bytes, FileChunks& out) const;

  const Sources& sources_;
  const std::map<std::string, FileMemory>& memory_;
  const LoaderRegistry& loaders_;
  const Splitter& splitter_;
  const IngestOptions& options_;
  std::string way_;  // hash of what decides the chunks beside the content
};

}  // namespace vecstore
