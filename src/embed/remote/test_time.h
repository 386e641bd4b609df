// For tests: time that passes when somebody waits, and a note of every wait.
#pragma once

#include <mutex>
#include <numeric>
#include <vector>

#include "embed/remote/remote_time.h"

namespace vecstore {

class TestTime {
 public:
  RemoteTime time(std::uint64_t seed = 1) {
    return {.elapsed_ms = [this] { return elapsed_ms(); },
            .unix_ms = [this] { return unix_start_ms + static_cast<std::int64_t>(elapsed_ms()); },
            .wait = [this](double ms) { advance(ms); },
            .seed = seed};
  }

  double elapsed_ms() const {
    std::lock_guard lock(mutex_);
    return now_ms_;
  }
  void advance(double ms) {
    std::lock_guard lock(mutex_);
    now_ms_ += ms;
  }

  std::int64_t unix_start_ms = 784'111'777'000;  // Sun, 06 Nov 1994 08:49:37 GMT

 private:
  mutable std::mutex mutex_;
  double now_ms_ = 0;
};

}  // namespace vecstore
