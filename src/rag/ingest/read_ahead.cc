#include "rag/ingest/read_ahead.h"

namespace vecstore {
namespace {

// What may wait to be taken; a single file may be larger.
constexpr std::size_t kMaxFilesAhead = 64;
constexpr std::size_t kMaxBytesAhead = std::size_t{16} << 20;

}  // namespace

ReadAhead::ReadAhead(std::size_t count, std::function<FileChunks(std::size_t)> read)
    : count_(count), read_(std::move(read)) {
  if (pool_.threads() > 0) pool_.submit([this] { run(); });
}

ReadAhead::~ReadAhead() {
  {
    MutexLock lock(mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  pool_.wait_idle();
}

void ReadAhead::run() {
  for (std::size_t i = 0; i < count_; ++i) {
    FileChunks file = read_(i);
    MutexLock lock(mutex_);
    while (!stop_ && !ready_.empty() &&
           (ready_.size() >= kMaxFilesAhead || ready_bytes_ + file.bytes > kMaxBytesAhead)) {
      changed_.wait(mutex_);
    }
    if (stop_) return;
    ready_bytes_ += file.bytes;
    ready_.push_back(std::move(file));
    changed_.notify_all();
  }
}

std::optional<FileChunks> ReadAhead::next() {
  if (taken_ == count_) return std::nullopt;
  std::size_t index = taken_++;
  if (pool_.threads() == 0) return read_(index);
  MutexLock lock(mutex_);
  while (ready_.empty()) changed_.wait(mutex_);
  FileChunks file = std::move(ready_.front());
  ready_.pop_front();
  ready_bytes_ -= file.bytes;
  changed_.notify_all();
  return file;
}

}  // namespace vecstore
