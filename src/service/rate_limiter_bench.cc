#include <benchmark/benchmark.h>

#include "base/clock.h"
#include "service/rate_limiter.h"

namespace vecstore {
namespace {

// A key's bucket and that of all, with the clock that a request reads.
void rate_check(benchmark::State& state) {
  static RateLimiter limiter({.per_second = 1e9, .burst = 1e9}, {.per_second = 1e9, .burst = 1e9});
  const std::string subject = "key " + std::to_string(state.thread_index());
  for (auto _ : state) benchmark::DoNotOptimize(limiter.try_take(subject, monotonic_ms()));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(rate_check)->Threads(1)->Threads(2)->UseRealTime();

}  // namespace
}  // namespace vecstore
