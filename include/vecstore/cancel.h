// Calling off what takes long.
#pragma once

#include <atomic>
#include <memory>

namespace vecstore {

// Shared between the caller and what runs: cancel(), from any thread, ends every call that was given the token or a copy of it. A query
// then returns what it has, flagged partial. Every other call returns kCancelled and leaves the database whole, open and usable: a read gives
// nothing, a write stores nothing. Calls look at it between records, files and blocks of files, which is within a few milliseconds;
// those that may go on for longer say so. A token stays cancelled.
class CancelToken {
 public:
  void cancel() { flag_->store(true, std::memory_order_relaxed); }
  bool cancelled() const { return flag_->load(std::memory_order_relaxed); }

 private:
  std::shared_ptr<std::atomic<bool>> flag_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace vecstore
