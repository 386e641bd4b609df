// What a small file says, read again when it has changed: for what people and programs edit while a
// server runs. Safe from many threads.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/sync.h"
#include "service/durable_file.h"

namespace vecstore {

// How a file stands that was last read as `Content`.
template <class Content>
struct FileState {
  Content content = {};
  Status fault = {};             // why the file cannot be used; then `content` is the empty one
  std::uint64_t generation = 0;  // another one after each change
};

template <class Content>
class WatchedFile {
 public:
  static constexpr double kLookEvery = 200;  // ms between two looks
  using Parse = std::function<Result<Content>(std::string_view text)>;
  using State = std::shared_ptr<const FileState<Content>>;

  // At most `most` bytes are read.
  WatchedFile(std::string path, std::size_t most, Parse parse)
      : path_(std::move(path)), most_(most), parse_(std::move(parse)) {}

  const std::string& path() const { return path_; }

  // As it was at the last look. Cost: a clock, and every kLookEvery one question to the system.
  State current() {
    MutexLock lock(mutex_);
    const double now = monotonic_ms();
    if (state_ && now - looked_ms_ < kLookEvery) return state_;
    looked_ms_ = now;
    const std::uint64_t mark = file_mark(path_);
    if (state_ && mark == mark_) return state_;
    auto next = std::make_shared<FileState<Content>>();
    next->generation = state_ ? state_->generation + 1 : 1;
    Result<Content> read_now = read();
    if (read_now.ok())
      next->content = *std::move(read_now);
    else
      next->fault = read_now.status();
    mark_ = mark;
    state_ = std::move(next);
    return state_;
  }

 private:
  Result<Content> read() const {
    VECSTORE_ASSIGN(const std::string text, read_whole(path_, most_));
    Result<Content> parsed = parse_(text);
    if (!parsed.ok()) return parsed.status().with_context(path_);
    return parsed;
  }

  const std::string path_;
  const std::size_t most_;
  const Parse parse_;
  Mutex mutex_;
  State state_ VECSTORE_GUARDED_BY(mutex_);
  std::uint64_t mark_ VECSTORE_GUARDED_BY(mutex_) = 0;
  double looked_ms_ VECSTORE_GUARDED_BY(mutex_) = 0;
};

}  // namespace vecstore
