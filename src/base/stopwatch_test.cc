#include "base/stopwatch.h"

#include <gtest/gtest.h>

#include <thread>

namespace vecstore {
namespace {

TEST(Stopwatch, counts_what_is_read_while_it_runs) {
  count_first_read(1'000, 1);
  const Stopwatch outer;
  count_first_read(20, 2);
  const Stopwatch inner;
  count_first_read(3, 0.5);
  EXPECT_EQ(outer.first_reads().bytes, 23u);
  EXPECT_DOUBLE_EQ(outer.first_reads().ms, 2.5);
  EXPECT_EQ(inner.first_reads().bytes, 3u);
  EXPECT_GE(outer.ms(), inner.ms());
}

TEST(Stopwatch, knows_nothing_of_other_threads) {
  const Stopwatch watch;
  std::thread([] { count_first_read(7, 1); }).join();
  EXPECT_EQ(watch.first_reads().bytes, 0u);
}

}  // namespace
}  // namespace vecstore
