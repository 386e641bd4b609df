// Embeds the chunks of files, several files at a time, and writes each file in one atomic batch.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rag/ingest/batch_pace.h"
#include "rag/ingest/file_chunks.h"
#include "vecstore/collection.h"
#include "vecstore/embedder.h"
#include "vecstore/query.h"

namespace vecstore {

// What became of a file that was handed in.
struct WrittenFile {
  std::string source = {};
  Status status = {};      // why the store refused it; it then has what it had
  std::size_t bytes = 0;   // read of it
  std::size_t before = 0;  // chunks that the collection had of it
  std::size_t chunks = 0;  // that it has now
};

class FileWriter {
 public:
  struct Options {
    std::size_t batch_size = 256;  // chunks embedded at a time, at most
    std::optional<CancelToken> cancel =
        {};  // asked between batches and by the model; ends with kCancelled
    // Told of every file, in the order handed in.
    std::function<void(const WrittenFile&)> done = {};
    // Told how many chunks of a file that takes several batches are written, after each of them.
    std::function<void(const std::string& source, std::size_t chunks)> part = {};
    // Told how many chunks the model has just taken, after each call of it; `source` is the file of
    // the last.
    std::function<void(const std::string& source, std::size_t chunks)> embedded = {};
  };

  // The references outlive the writer.
  FileWriter(Collection& collection, const Embedder& embedder, Options options);

  // Takes over a file's chunks, of which the collection has `before` now, and writes them now or
  // with files to come. An error is one of the store or the embedder and means that nothing further
  // can be written.
  Status add(FileChunks file, std::size_t before);

  // Writes what was taken over and waits.
  Status flush();

  // Removes a file's chunks, number 0 last.
  Status remove(const std::string& source, std::size_t chunks);

 private:
  struct Waiting {
    FileChunks file;
    std::size_t before;
    bool large;  // for one batch
  };

  using TakeVector = std::function<void(std::size_t, Vector)>;
  using SourceOf = std::function<const std::string&(std::size_t)>;

  bool is_large(const FileChunks& file, std::size_t before) const;
  // `take(i, vector)` for each input that has anything to embed, `source(i)` is its file.
  Status embed(std::span<const std::string> inputs, const TakeVector& take, const SourceOf& source);
  Status embed_small(std::vector<Waiting>& files);
  // The records from `first`, `count` of them, by late chunking.
  Status embed_late(FileChunks& file, std::size_t first, std::size_t count);
  Status write(Waiting& waiting);
  Status write_in_parts(Waiting& waiting);
  Status upsert_in_batches(std::span<const Record> records);
  Status remove_chunks(const std::string& source, std::size_t first, std::size_t end);
  Status check_cancelled() const;

  Collection& collection_;
  const Embedder& embedder_;
  Options options_;
  EmbedOptions embedding_;
  std::vector<Waiting> waiting_;
  std::size_t waiting_chunks_ = 0;
  BatchPace pace_;
};

}  // namespace vecstore
