// Mutex, MutexLock and CondVar, annotated for clang's thread-safety analysis: state which mutex
// guards a member (VECSTORE_GUARDED_BY) and which a function needs (VECSTORE_REQUIRES), and a build
// with clang proves it. Conditions are awaited in a loop, so that the analysis sees the read:
//
//   MutexLock lock(mutex_);
//   while (queue_.empty()) ready_.wait(mutex_);
//
// VECSTORE_THREAD_LOCAL marks a static variable of which every thread has its own.
//
// Where the platform has no threads (WebAssembly) the same names cost nothing.
#pragma once

#if defined(__clang__)
#define VECSTORE_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define VECSTORE_THREAD_ANNOTATION(x)
#endif

#define VECSTORE_CAPABILITY(name) VECSTORE_THREAD_ANNOTATION(capability(name))
#define VECSTORE_SCOPED_CAPABILITY VECSTORE_THREAD_ANNOTATION(scoped_lockable)
#define VECSTORE_GUARDED_BY(mutex) VECSTORE_THREAD_ANNOTATION(guarded_by(mutex))
#define VECSTORE_PT_GUARDED_BY(mutex) VECSTORE_THREAD_ANNOTATION(pt_guarded_by(mutex))
#define VECSTORE_REQUIRES(...) VECSTORE_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define VECSTORE_EXCLUDES(...) VECSTORE_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define VECSTORE_ACQUIRE(...) VECSTORE_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define VECSTORE_RELEASE(...) VECSTORE_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define VECSTORE_TRY_ACQUIRE(...) VECSTORE_THREAD_ANNOTATION(try_acquire_capability(__VA_ARGS__))
#define VECSTORE_RETURN_CAPABILITY(mutex) VECSTORE_THREAD_ANNOTATION(lock_returned(mutex))
#define VECSTORE_NO_THREAD_SAFETY_ANALYSIS VECSTORE_THREAD_ANNOTATION(no_thread_safety_analysis)

#if defined(__wasm__)
#include "base/sync_wasm.h"
#else
#include "base/sync_threads.h"
#endif

namespace vecstore {

// Holds the mutex to the end of the scope.
class VECSTORE_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) VECSTORE_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() VECSTORE_RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace vecstore
