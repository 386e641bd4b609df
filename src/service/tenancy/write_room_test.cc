#include "service/tenancy/write_room.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace vecstore {
namespace {

// A namespace as a set of ids, each of ten bytes.
struct Things {
  Mutex mutex;
  std::set<int> ids VECSTORE_GUARDED_BY(mutex);
  std::atomic<int> looks = 0;

  RoomUse use() {
    ++looks;
    MutexLock lock(mutex);
    return {ids.size(), 10 * ids.size()};
  }
  std::uint64_t count_new(const std::vector<int>& some) {
    MutexLock lock(mutex);
    std::uint64_t count = 0;
    for (const int id : some) count += ids.count(id) == 0 ? 1 : 0;
    return count;
  }
  // As a server writes: ask for room, then do it.
  Status put(WriteRoom& room, const Quotas& quotas, const std::vector<int>& some) {
    const WriteRoom::Request request{.most = {some.size(), 10 * some.size()},
                                     .new_vectors = [&] { return count_new(some); },
                                     .look = [&] { return use(); }};
    VECSTORE_ASSIGN(const WriteRoom::Hold hold, room.take(quotas, request));
    std::this_thread::yield();
    MutexLock lock(mutex);
    ids.insert(some.begin(), some.end());
    return {};
  }
  void remove(WriteRoom& room, int id) {
    {
      MutexLock lock(mutex);
      ids.erase(id);
    }
    room.loosen();
  }
};

TEST(WriteRoom, the_last_unit_goes_to_one_of_sixty_four) {
  for (int round = 0; round < 20; ++round) {
    WriteRoom room;
    Things things;
    const Quotas quotas{.max_vectors = 100};
    for (int i = 0; i < 99; ++i) ASSERT_TRUE(things.put(room, quotas, {i}).ok());
    std::atomic<int> accepted = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 64; ++t)
      threads.emplace_back([&, t] { accepted += things.put(room, quotas, {1'000 + t}).ok(); });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(accepted, 1);
    EXPECT_EQ(things.use().vectors, 100u);
  }
}

TEST(WriteRoom, batches_that_race_fill_it_to_the_unit_and_never_beyond) {
  WriteRoom room;
  Things things;
  const Quotas quotas{.max_vectors = 1'000, .max_storage_bytes = 10'000};
  std::atomic<std::uint64_t> most = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 64; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 40; ++i) {
        (void)things.put(room, quotas, {t * 1'000 + 2 * i, t * 1'000 + 2 * i + 1});
        const std::uint64_t now = things.use().vectors;
        std::uint64_t seen = most;
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(things.use().vectors, 1'000u);
  EXPECT_LE(most, 1'000u);
}

TEST(WriteRoom, what_is_there_already_needs_no_room_among_vectors) {
  WriteRoom room;
  Things things;
  const Quotas quotas{.max_vectors = 3};
  ASSERT_TRUE(things.put(room, quotas, {1, 2, 3}).ok());
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(things.put(room, quotas, {1, 2, 3}).ok());
  EXPECT_EQ(things.put(room, quotas, {1, 4}).message(),
            "this namespace has 3 of 3 vectors, 1 more do not fit (max_vectors)");
}

TEST(WriteRoom, room_that_was_made_is_used) {
  WriteRoom room;
  Things things;
  const Quotas quotas{.max_vectors = 2};
  ASSERT_TRUE(things.put(room, quotas, {1, 2}).ok());
  EXPECT_FALSE(things.put(room, quotas, {3}).ok());
  things.remove(room, 1);
  EXPECT_TRUE(things.put(room, quotas, {3}).ok());
  EXPECT_FALSE(things.put(room, quotas, {4}).ok());
}

TEST(WriteRoom, bytes_are_held_to_the_byte) {
  WriteRoom room;
  Things things;
  const Quotas quotas{.max_storage_bytes = 39};
  EXPECT_TRUE(things.put(room, quotas, {1, 2, 3}).ok());
  EXPECT_EQ(things.put(room, quotas, {4}).code(), Code::kFailedPrecondition);
  EXPECT_TRUE(things.put(room, {.max_storage_bytes = 40}, {4}).ok());
}

TEST(WriteRoom, with_other_quotas_it_looks_anew) {
  WriteRoom room;
  Things things;
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(things.put(room, {}, {i}).ok());
  EXPECT_EQ(things.looks, 0);
  EXPECT_FALSE(things.put(room, {.max_vectors = 50}, {50}).ok());
  EXPECT_TRUE(things.put(room, {.max_vectors = 51}, {50}).ok());
  EXPECT_FALSE(things.put(room, {.max_storage_bytes = 510}, {51}).ok());
  EXPECT_TRUE(things.put(room, {.max_storage_bytes = 520}, {51}).ok());
  EXPECT_FALSE(things.put(room, {.max_vectors = 52}, {52}).ok());
  things.put(room, {}, {52}).ok();
  room.forget();
  EXPECT_FALSE(things.put(room, {.max_vectors = 53}, {53}).ok());
}

TEST(WriteRoom, it_looks_seldom_far_from_the_quota_and_when_it_is_full) {
  WriteRoom room;
  Things things;
  const Quotas quotas{.max_vectors = 10'000};
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(things.put(room, quotas, {i}).ok());
  EXPECT_LE(things.looks, 2);
  things.looks = 0;
  const double until = monotonic_ms() + 50;
  while (monotonic_ms() < until) EXPECT_FALSE(things.put(room, quotas, {10'001}).ok());
  EXPECT_LE(things.looks, 2);
}

// Writes and removals of 16 threads against what is really there.
TEST(WriteRoom, no_order_of_writes_and_removals_exceeds_it) {
  WriteRoom room;
  Things things;
  const Quotas quotas{.max_vectors = 50};
  std::atomic<bool> exceeded = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(static_cast<unsigned>(t));
      for (int i = 0; i < 500; ++i) {
        const int id = static_cast<int>(random() % 100);
        if (random() % 3 == 0) {
          things.remove(room, id);
        } else {
          (void)things.put(room, quotas, {id, id + 1});
        }
        if (things.use().vectors > 50) exceeded = true;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(exceeded);
}

}  // namespace
}  // namespace vecstore
