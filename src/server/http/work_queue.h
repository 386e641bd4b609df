// Threads that do what is asked, and a line before them that is only so long. Safe from many
// threads.
#pragma once

#include <cstddef>
#include <functional>

#include "base/sync.h"
#include "base/thread_pool.h"

namespace vecstore {

class WorkQueue {
 public:
  // At least one thread; `most`: tasks that wait, beside those that run.
  WorkQueue(int threads, std::size_t most) : most_(most), pool_(threads) {}

  // False when the line is full: then nothing happens.
  bool try_submit(std::function<void()> task);
  std::size_t waiting() const;
  // Until nothing is waiting or running, for about so long at most; whether that was so.
  bool wait_idle_for(int ms) { return pool_.wait_idle_for(ms); }

 private:
  const std::size_t most_;
  mutable Mutex mutex_;
  std::size_t waiting_ VECSTORE_GUARDED_BY(mutex_) = 0;
  std::size_t running_ VECSTORE_GUARDED_BY(mutex_) = 0;
  ThreadPool pool_;  // last: ends before what its tasks use
};

}  // namespace vecstore
