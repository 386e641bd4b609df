#include "base/thread_pool.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <numeric>
#include <set>
#include <thread>

#include "base/sync.h"

namespace vecstore {
namespace {

TEST(ThreadPool, without_threads_a_task_has_run_when_submit_returns) {
  ThreadPool pool(0);
  EXPECT_EQ(pool.threads(), 0);
  int ran = 0;
  pool.submit([&] { ran += pool.threads() + 1; });
  EXPECT_EQ(ran, 1);
  pool.wait_idle();
}

TEST(ThreadPool, runs_every_task_before_wait_idle_returns) {
  ThreadPool pool(3);
  std::atomic<int> ran = 0;
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 20; ++i) {
      pool.submit([&] {
        ++ran;
        pool.submit([&] { ++ran; });
      });
    }
    pool.wait_idle();
    ASSERT_EQ(ran, (round + 1) * 40);
  }
}

TEST(ThreadPool, a_wait_of_limited_time_tells_whether_all_is_done) {
  EXPECT_TRUE(ThreadPool(0).wait_idle_for(1));
  ThreadPool pool(1);
  std::atomic<bool> go_on = false;
  pool.submit([&] {
    while (!go_on) std::this_thread::yield();
  });
  EXPECT_FALSE(pool.wait_idle_for(5));
  go_on = true;
  while (!pool.wait_idle_for(60'000)) continue;
  EXPECT_TRUE(pool.wait_idle_for(0));
}

TEST(ThreadPool, one_thread_keeps_the_order) {
  std::vector<int> order;
  {
    ThreadPool pool(1);
    for (int i = 0; i < 100; ++i) pool.submit([&order, i] { order.push_back(i); });
  }
  std::vector<int> expected(100);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(order, expected);
}

TEST(ThreadPool, the_destructor_finishes_what_was_submitted) {
  std::atomic<int> ran = 0;
  {
    ThreadPool pool(2);
    for (int i = 0; i < 200; ++i) pool.submit([&] { ++ran; });
  }
  EXPECT_EQ(ran, 200);
}

TEST(ThreadPool, parallel_for_calls_each_index_once) {
  for (int threads : {0, 1, 4}) {
    ThreadPool pool(threads);
    for (std::size_t n : {0u, 1u, 2u, 3u, 100u, 5'000u}) {
      std::vector<std::atomic<int>> calls(n);
      pool.parallel_for(n, [&](std::size_t i) { ++calls[i]; });
      for (const auto& count : calls) ASSERT_EQ(count, 1);
    }
  }
}

// With a task that waits for the rest, a loop that ran in one thread alone would hang.
TEST(ThreadPool, parallel_for_runs_in_several_threads) {
  ThreadPool pool(2);
  Mutex mutex;
  CondVar all_here;
  int here = 0;
  pool.parallel_for(3, [&](std::size_t) {
    MutexLock lock(mutex);
    if (++here == 3) all_here.notify_all();
    while (here < 3) all_here.wait(mutex);
  });
  EXPECT_EQ(here, 3);
}

TEST(ThreadPool, loops_nest_and_come_from_many_threads_without_deadlock) {
  ThreadPool pool(2);
  std::atomic<int> calls = 0;
  const auto nested = [&] {
    pool.parallel_for(4, [&](std::size_t) {
      pool.parallel_for(4,
                        [&](std::size_t) { pool.parallel_for(4, [&](std::size_t) { ++calls; }); });
    });
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      for (int round = 0; round < 20; ++round) nested();
    });
  }
  for (std::thread& caller : callers) caller.join();
  pool.submit(nested);
  pool.wait_idle();
  EXPECT_EQ(calls, 81 * 64);
}

TEST(ThreadPool, a_loop_does_not_wait_for_busy_threads) {
  ThreadPool pool(1);
  Mutex mutex;
  CondVar changed;
  bool open = false;
  pool.submit([&] {
    MutexLock lock(mutex);
    while (!open) changed.wait(mutex);
  });
  int calls = 0;
  pool.parallel_for(10, [&](std::size_t) { ++calls; });
  EXPECT_EQ(calls, 10);
  {
    MutexLock lock(mutex);
    open = true;
    changed.notify_all();
  }
  pool.wait_idle();
}

// While the parent's threads come and go, so that the copy is taken in the middle of it.
TEST(ThreadPool, in_a_child_of_fork_the_caller_does_everything) {
  auto pool = std::make_unique<ThreadPool>(3);
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 50; ++i) pool->submit([] {});
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(20);  // one that waits for ever is killed
      std::atomic<int> ran = 0;
      pool->parallel_for(100, [&](std::size_t) { ++ran; });
      pool->submit([&] { ++ran; });
      pool.reset();
      ::_exit(ran == 101 ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
  }
}

TEST(ThreadPool, what_a_task_holds_is_let_go_before_the_pool_is_idle) {
  ThreadPool pool(1);
  auto held = std::make_shared<int>(1);
  pool.submit([copy = held] {});
  pool.wait_idle();
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace vecstore
