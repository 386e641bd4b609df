// Included by sync.h alone: the standard library's mutex where threads exist.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#define VECSTORE_THREAD_LOCAL thread_local

namespace vecstore {

class VECSTORE_CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void lock() VECSTORE_ACQUIRE() { native_.lock(); }
  void unlock() VECSTORE_RELEASE() { native_.unlock(); }
  bool try_lock() VECSTORE_TRY_ACQUIRE(true) { return native_.try_lock(); }

 private:
  friend class CondVar;
  std::mutex native_;
};

// Waiting gives the mutex up and takes it again; wake-ups may be spurious.
class CondVar {
 public:
  void wait(Mutex& mutex) VECSTORE_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.native_, std::adopt_lock);
    native_.wait(lock);
    lock.release();
  }

  // False when the time ran out.
  bool wait_for(Mutex& mutex, std::int64_t timeout_ms) VECSTORE_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.native_, std::adopt_lock);
    bool woken =
        native_.wait_for(lock, std::chrono::milliseconds(timeout_ms)) == std::cv_status::no_timeout;
    lock.release();
    return woken;
  }

  void notify_one() { native_.notify_one(); }
  void notify_all() { native_.notify_all(); }

 private:
  std::condition_variable native_;
};

}  // namespace vecstore
