#include "base/clock.h"

#include <chrono>
#include <ctime>

namespace vecstore {
namespace {

class SystemClock : public Clock {
 public:
  std::int64_t now_ms() const override {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

double monotonic_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(now).count();
}

double thread_cpu_ms() {
#if defined(CLOCK_THREAD_CPUTIME_ID) && !defined(__wasi__)
  timespec worked{};
  if (::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &worked) == 0) {
    return static_cast<double>(worked.tv_sec) * 1e3 + static_cast<double>(worked.tv_nsec) / 1e6;
  }
#endif
  return monotonic_ms();
}

}  // namespace vecstore
