#include <pthread.h>

#include <deque>
#include <utility>
#include <vector>

#include "base/forks.h"
#include "base/sync.h"
#include "base/thread_pool.h"

namespace vecstore {

struct ThreadPool::State {
  Mutex mutex;
  CondVar work;  // a task came, or the end
  CondVar idle;  // nothing queued or running
  std::deque<std::function<void()>> queue VECSTORE_GUARDED_BY(mutex);
  int running VECSTORE_GUARDED_BY(mutex) = 0;
  bool stopping VECSTORE_GUARDED_BY(mutex) = false;
  std::vector<pthread_t> threads;  // fixed once the pool is made
  // A child of fork() has none of the threads, and the mutex may be held for ever by one of them:
  // there the caller does everything, and the pool ends without a look at it.
  const std::uint64_t made_in = forks();

  bool in_child() const { return forks() != made_in; }

  // The next task, or nothing when the pool ends and the queue is empty.
  std::function<void()> take() VECSTORE_EXCLUDES(mutex) {
    MutexLock lock(mutex);
    while (queue.empty() && !stopping) work.wait(mutex);
    if (queue.empty()) return nullptr;
    std::function<void()> task = std::move(queue.front());
    queue.pop_front();
    ++running;
    return task;
  }

  void finished() VECSTORE_EXCLUDES(mutex) {
    MutexLock lock(mutex);
    --running;
    if (running == 0 && queue.empty()) idle.notify_all();
  }

  static void* run(void* state) {
    auto* self = static_cast<State*>(state);
    while (std::function<void()> task = self->take()) {
      task();
      task = nullptr;  // what it holds is let go before the pool counts as idle
      self->finished();
    }
    return nullptr;
  }
};

// pthread_create and not std::thread: a refused thread must be a smaller pool, not an exception.
ThreadPool::ThreadPool(int threads) : state_(std::make_unique<State>()) {
  for (int i = 0; i < threads; ++i) {
    pthread_t thread;
    if (pthread_create(&thread, nullptr, State::run, state_.get()) != 0) break;
    state_->threads.push_back(thread);
  }
}

ThreadPool::~ThreadPool() {
  if (state_->in_child()) {
    static_cast<void>(state_.release());  // what threads of the parent may hold is not destroyed
    return;
  }
  {
    MutexLock lock(state_->mutex);
    state_->stopping = true;
    state_->work.notify_all();
  }
  for (pthread_t thread : state_->threads) pthread_join(thread, nullptr);
}

void ThreadPool::submit(std::function<void()> task) {
  if (state_->threads.empty() || state_->in_child()) {
    task();
    return;
  }
  MutexLock lock(state_->mutex);
  state_->queue.push_back(std::move(task));
  state_->work.notify_one();
}

void ThreadPool::wait_idle() {
  MutexLock lock(state_->mutex);
  while (state_->running > 0 || !state_->queue.empty()) state_->idle.wait(state_->mutex);
}

bool ThreadPool::wait_idle_for(int ms) {
  MutexLock lock(state_->mutex);
  if (state_->running > 0 || !state_->queue.empty()) state_->idle.wait_for(state_->mutex, ms);
  return state_->running == 0 && state_->queue.empty();
}

int ThreadPool::threads() const { return static_cast<int>(state_->threads.size()); }

}  // namespace vecstore
