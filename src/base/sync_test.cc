#include "base/sync.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/clock.h"

namespace vecstore {
namespace {

class Counter {
 public:
  void add() VECSTORE_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    const int before = value_;
    std::this_thread::yield();
    value_ = before + 1;
    changed_.notify_all();
  }
  int wait_until(int least) VECSTORE_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    while (value_ < least) changed_.wait(mutex_);
    return value_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int value_ VECSTORE_GUARDED_BY(mutex_) = 0;
};

TEST(Sync, a_mutex_excludes_and_a_condition_wakes) {
  Counter counter;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) counter.add();
    });
  }
  EXPECT_EQ(counter.wait_until(2'000), 2'000);
  for (std::thread& thread : threads) thread.join();
}

TEST(Sync, try_lock_fails_while_another_holds_the_mutex) {
  Mutex mutex;
  const auto is_free = [&] {
    if (!mutex.try_lock()) return false;
    mutex.unlock();
    return true;
  };
  bool while_held = true;
  {
    MutexLock lock(mutex);
    std::thread([&] { while_held = is_free(); }).join();
  }
  EXPECT_FALSE(while_held);
  EXPECT_TRUE(is_free());
}

TEST(Sync, wait_for_ends_when_the_time_runs_out) {
  Mutex mutex;
  CondVar never;
  const double start = monotonic_ms();
  MutexLock lock(mutex);
  while (never.wait_for(mutex, 30)) {
  }
  EXPECT_GE(monotonic_ms() - start, 29);
}

}  // namespace
}  // namespace vecstore
