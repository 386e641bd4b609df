#include "server/http/work_queue.h"

#include <utility>

namespace vecstore {

bool WorkQueue::try_submit(std::function<void()> task) {
  {
    MutexLock lock(mutex_);
    const auto threads = static_cast<std::size_t>(pool_.threads());
    if (waiting_ + running_ >= most_ + threads) return false;
    ++waiting_;
  }
  pool_.submit([this, task = std::move(task)] {
    {
      MutexLock lock(mutex_);
      --waiting_;
      ++running_;
    }
    task();
    MutexLock lock(mutex_);
    --running_;
  });
  return true;
}

std::size_t WorkQueue::waiting() const {
  MutexLock lock(mutex_);
  return waiting_;
}

}  // namespace vecstore
