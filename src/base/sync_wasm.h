// Included by sync.h alone: one thread, so a mutex is always free and a wait could never end.
#pragma once

#include <cstdint>

// There is one thread, and no support for what ends with it.
#define VECSTORE_THREAD_LOCAL

namespace vecstore {

class VECSTORE_CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void lock() VECSTORE_ACQUIRE() {}
  void unlock() VECSTORE_RELEASE() {}
  bool try_lock() VECSTORE_TRY_ACQUIRE(true) { return true; }
};

class CondVar {
 public:
  // Nobody could wake the caller: stopping names the bug, a hang would hide it.
  void wait(Mutex& mutex) VECSTORE_REQUIRES(mutex) { __builtin_trap(); }
  // The time runs out at once.
  bool wait_for(Mutex& mutex, std::int64_t) VECSTORE_REQUIRES(mutex) { return false; }
  void notify_one() {}
  void notify_all() {}
};

}  // namespace vecstore
