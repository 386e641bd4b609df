#include "server/http/work_queue.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(WorkQueue, refuses_what_does_not_fit_and_goes_on_when_there_is_room) {
  Mutex mutex;
  CondVar changed;
  int done = 0;
  bool open = false;
  WorkQueue queue(2, 3);
  const auto task = [&] {
    MutexLock lock(mutex);
    while (!open) changed.wait(mutex);
    ++done;
  };
  int taken = 0;
  for (int i = 0; i < 50; ++i) taken += queue.try_submit(task);
  EXPECT_EQ(taken, 5);
  EXPECT_LE(queue.waiting(), 5u);
  EXPECT_FALSE(queue.wait_idle_for(10));
  {
    MutexLock lock(mutex);
    open = true;
    changed.notify_all();
  }
  EXPECT_TRUE(queue.wait_idle_for(60'000));
  EXPECT_EQ(done, 5);
  EXPECT_TRUE(queue.try_submit(task));
  EXPECT_TRUE(queue.wait_idle_for(60'000));
  EXPECT_EQ(queue.waiting(), 0u);
}

}  // namespace
}  // namespace vecstore
