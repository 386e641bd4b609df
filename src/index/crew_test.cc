#include "index/crew.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <vector>

#include "base/sync.h"

namespace vecstore::index {
namespace {

TEST(Crew, calls_each_item_once_whatever_the_threads) {
  ThreadPool pool(3);
  for (const std::size_t threads : {1u, 2u, 4u, 9u}) {
    const Pace pace{
        .keep = [] { return Status(); }, .pool = &pool, .threads = [=] { return threads; }};
    const Crew crew(pace);
    ASSERT_EQ(crew.workers(), 4u);
    std::vector<std::atomic<int>> called(1000);
    ASSERT_TRUE(crew.for_each(1000, 7,
                              [&](std::size_t worker, std::size_t i) {
                                EXPECT_LT(worker, std::min<std::size_t>(threads, 4));
                                ++called[i];
                              })
                    .ok());
    for (const auto& times : called) EXPECT_EQ(times, 1);
  }
}

TEST(Crew, a_worker_is_one_thread_at_a_time) {
  ThreadPool pool(2);
  const Pace pace{
      .keep = [] { return Status(); }, .pool = &pool, .threads = [] { return std::size_t{3}; }};
  const Crew crew(pace);
  std::vector<std::atomic<bool>> busy(crew.workers());
  std::atomic<bool> met = false;
  ASSERT_TRUE(crew.for_each(5000, 100,
                            [&](std::size_t worker, std::size_t) {
                              if (busy[worker].exchange(true)) met = true;
                              busy[worker] = false;
                            })
                  .ok());
  EXPECT_FALSE(met);
}

TEST(Crew, without_a_pool_or_leave_the_caller_works_alone) {
  ThreadPool pool(2), none(0);
  const auto keep = [] { return Status(); };
  for (const Pace& pace :
       {Pace{.keep = keep}, Pace{.keep = keep, .pool = &pool},
        Pace{.keep = keep, .pool = &none, .threads = [] { return std::size_t{8}; }}}) {
    int sum = 0;  // of one thread: no race
    ASSERT_TRUE(Crew(pace)
                    .for_each(100, 3,
                              [&](std::size_t worker, std::size_t i) {
                                EXPECT_EQ(worker, 0u);
                                sum += static_cast<int>(i);
                              })
                    .ok());
    EXPECT_EQ(sum, 4950);
  }
}

TEST(Crew, keeps_the_pace_between_items_and_ends_when_told) {
  int asked = 0, done = 0;
  const Pace pace{.keep = [&] { return ++asked == 4 ? cancelled("enough") : Status(); }};
  EXPECT_EQ(Crew(pace).for_each(100, 10, [&](std::size_t, std::size_t) { ++done; }).code(),
            Code::kCancelled);
  EXPECT_EQ(asked, 4);
  EXPECT_EQ(done, 30);
}

TEST(Crew, returns_what_the_guard_says) {
  ThreadPool pool(2);
  for (const std::size_t threads : {1u, 3u}) {
    std::atomic<int> calls = 0;
    const auto guard = [&](const std::function<void()>& work) {
      work();
      return ++calls == 5 ? resource_exhausted("no memory") : Status();
    };
    const Pace pace{.keep = [] { return Status(); },
                    .pool = &pool,
                    .threads = [=] { return threads; },
                    .guard = guard};
    const Status said = Crew(pace).for_each(100, 2, [](std::size_t, std::size_t) {});
    EXPECT_EQ(said.code(), Code::kResourceExhausted);
    EXPECT_LE(calls, 6);
  }
}

// As a build in the background does: it runs on a thread of the pool whose others it asks for help.
TEST(Crew, may_be_asked_from_all_threads_of_its_pool) {
  ThreadPool pool(2);
  std::atomic<int> done = 0;
  const Pace pace{
      .keep = [] { return Status(); }, .pool = &pool, .threads = [] { return std::size_t{2}; }};
  for (int task = 0; task < 4; ++task)
    pool.submit([&] {
      const Crew crew(pace);
      for (int round = 0; round < 50; ++round)
        EXPECT_TRUE(crew.for_each(20, 5, [&](std::size_t, std::size_t) { ++done; }).ok());
    });
  pool.wait_idle();
  EXPECT_EQ(done, 4000);
}

}  // namespace
}  // namespace vecstore::index
