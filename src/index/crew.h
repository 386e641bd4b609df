// The threads that work on a build: the one that asked for it and, while it may, those of a pool.
#pragma once

#include <cstddef>
#include <functional>

#include "base/thread_pool.h"
#include "vecstore/status.h"

namespace vecstore::index {

// What a build may take of the machine.
struct Pace {
  // Called every few milliseconds, by the thread that asked for the build alone: it may rest there.
  // Not ok ends the build.
  std::function<Status()> keep;
  // Whose threads help, and how many threads may work until `keep` is called again, the caller
  // among them. Without a pool the caller works alone.
  ThreadPool* pool = nullptr;
  std::function<std::size_t()> threads = {};
  // Calls `work` and says what went wrong in it, such as memory that ran out, which on a thread of
  // the pool would be the end of the program. Unset: nothing can go wrong.
  std::function<Status(const std::function<void()>& work)> guard = {};
};

class Crew {
 public:
  explicit Crew(const Pace& pace);

  // Workers are numbered below this: each has what only one thread may use at a time.
  std::size_t workers() const { return workers_; }

  // Calls body(worker, i) for i from 0 to n - 1, each once, in any order and in parallel; returns
  // when all are done. Items should take at least some ten microseconds. The pace is kept every
  // `between` items of a worker; what it or the guard said that is not ok is returned, and items
  // are left.
  Status for_each(std::size_t n, std::size_t between,
                  const std::function<void(std::size_t worker, std::size_t i)>& body) const;

 private:
  Status run(std::size_t begin, std::size_t end, std::size_t threads,
             const std::function<void(std::size_t, std::size_t)>& body) const;

  const Pace& pace_;
  std::size_t workers_;
};

}  // namespace vecstore::index
