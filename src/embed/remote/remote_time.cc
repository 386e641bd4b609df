#include "embed/remote/remote_time.h"

#include <cmath>

#include "base/clock.h"
#include "base/sync.h"

namespace vecstore {
namespace {

void wait(double ms) {
  Mutex mutex;
  CondVar never;
  const double end = monotonic_ms() + ms;
  MutexLock lock(mutex);
  for (double left = ms; left > 0; left = end - monotonic_ms()) {
    never.wait_for(mutex, static_cast<std::int64_t>(std::ceil(left)));
  }
}

}  // namespace

RemoteTime computer_time() {
  return {.elapsed_ms = monotonic_ms,
          .unix_ms = [] { return system_clock().now_ms(); },
          .wait = wait,
          .seed = static_cast<std::uint64_t>(system_clock().now_ms()) ^
                  static_cast<std::uint64_t>(monotonic_ms() * 1e6)};
}

}  // namespace vecstore
