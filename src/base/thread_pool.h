// A fixed number of threads that run what is submitted, in order of submission.
//
// With no threads (asked for, or all a platform has) everything runs inline in the caller: the mode
// of tests and WebAssembly. All functions may be called from many threads and from within tasks,
// except wait_idle(), wait_idle_for() and the destructor, which would wait for themselves.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace vecstore {

class ThreadPool {
 public:
  // Fewer threads when the system refuses some; threads() tells.
  explicit ThreadPool(int threads);
  // Finishes what was submitted.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  void submit(std::function<void()> task);

  // Returns at a moment when nothing was queued or running.
  void wait_idle();
  // The same for about so long at most; whether that was so.
  bool wait_idle_for(int ms);

  int threads() const;

  // Calls body(0) ... body(n - 1), each once, in any order and in parallel; returns when all are
  // done. The caller works too, so it never waits for a free thread and may itself be a task.
  void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vecstore
