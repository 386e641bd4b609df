#include "base/thread_pool.h"

#include <algorithm>
#include <atomic>

#include "base/sync.h"

namespace vecstore {
namespace {

// One parallel_for. Helpers that come late find every index taken and touch nothing but this.
class Loop {
 public:
  Loop(std::size_t n, const std::function<void(std::size_t)>& body) : n_(n), body_(body) {}

  void work() VECSTORE_EXCLUDES(mutex_) {
    std::size_t done = 0;
    // Relaxed: the counter only deals indexes out; the mutex below publishes what the body wrote.
    for (std::size_t i; (i = next_.fetch_add(1, std::memory_order_relaxed)) < n_; ++done) body_(i);
    if (done == 0) return;
    MutexLock lock(mutex_);
    done_ += done;
    if (done_ == n_) all_done_.notify_all();
  }

  void wait() VECSTORE_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    while (done_ < n_) all_done_.wait(mutex_);
  }

 private:
  const std::size_t n_;
  const std::function<void(std::size_t)>& body_;
  std::atomic<std::size_t> next_{0};
  Mutex mutex_;
  CondVar all_done_;
  std::size_t done_ VECSTORE_GUARDED_BY(mutex_) = 0;
};

}  // namespace

void ThreadPool::parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) {
  const std::size_t helpers = n < 2 ? 0 : std::min(n - 1, static_cast<std::size_t>(threads()));
  if (helpers == 0) {
    for (std::size_t i = 0; i < n; ++i) body(i);
    return;
  }
  auto loop = std::make_shared<Loop>(n, body);
  for (std::size_t h = 0; h < helpers; ++h) submit([loop] { loop->work(); });
  loop->work();
  loop->wait();
}

}  // namespace vecstore
