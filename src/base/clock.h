// Time as a parameter: the engine asks a Clock what time it is, so that tests can decide.
#pragma once

#include <atomic>
#include <cstdint>

namespace vecstore {

class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since 1970-01-01 UTC. Safe from many threads; may go backwards.
  virtual std::int64_t now_ms() const = 0;
};

// The computer's clock. Lives as long as the program.
const Clock& system_clock();

// A clock that stands still until told. The time is one independent number: relaxed order suffices.
class ManualClock : public Clock {
 public:
  explicit ManualClock(std::int64_t now_ms = 0) : now_ms_(now_ms) {}
  std::int64_t now_ms() const override { return now_ms_.load(std::memory_order_relaxed); }
  void set(std::int64_t now_ms) { now_ms_.store(now_ms, std::memory_order_relaxed); }
  void advance(std::int64_t by_ms) { now_ms_.fetch_add(by_ms, std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> now_ms_;
};

// For measuring durations: never goes backwards, means nothing by itself.
double monotonic_ms();
// What the calling thread itself has worked, whatever else the machine does; monotonic_ms() where
// the system does not count it. Costs a system call.
double thread_cpu_ms();

}  // namespace vecstore
