// Reads files on a thread of its own while the caller works on those before: in order, a bounded
// number of bytes ahead.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>

#include "base/sync.h"
#include "base/thread_pool.h"
#include "rag/ingest/file_chunks.h"

namespace vecstore {

class ReadAhead {
 public:
  // Calls read(0) to read(count - 1), each once, on another thread where there is one.
  ReadAhead(std::size_t count, std::function<FileChunks(std::size_t)> read);
  // Waits for the read in progress; further ones are given up.
  ~ReadAhead();

  // The next file; nothing after the last.
  std::optional<FileChunks> next();

 private:
  void run();

  const std::size_t count_;
  const std::function<FileChunks(std::size_t)> read_;
  std::size_t taken_ = 0;  // by next()

  Mutex mutex_;
  CondVar changed_;
  std::deque<FileChunks> ready_ VECSTORE_GUARDED_BY(mutex_);
  std::size_t ready_bytes_ VECSTORE_GUARDED_BY(mutex_) = 0;
  bool stop_ VECSTORE_GUARDED_BY(mutex_) = false;
  ThreadPool pool_{1};  // last: its thread uses what is above
};

}  // namespace vecstore
