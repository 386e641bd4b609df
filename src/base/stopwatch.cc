#include "base/stopwatch.h"

#include "base/clock.h"
#include "base/sync.h"

namespace vecstore {
namespace {

FirstReads& of_this_thread() {
  static VECSTORE_THREAD_LOCAL FirstReads reads;
  return reads;
}

}  // namespace

void count_first_read(std::uint64_t bytes, double ms) { of_this_thread() += {bytes, ms}; }

FirstReads& operator+=(FirstReads& sum, const FirstReads& more) {
  sum.bytes += more.bytes;
  sum.ms += more.ms;
  return sum;
}

Stopwatch::Stopwatch() : begun_ms_(monotonic_ms()), before_(of_this_thread()) {}

double Stopwatch::ms() const { return monotonic_ms() - begun_ms_; }

FirstReads Stopwatch::first_reads() const {
  const FirstReads& now = of_this_thread();
  return {now.bytes - before_.bytes, now.ms - before_.ms};
}

}  // namespace vecstore
