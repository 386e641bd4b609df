// Queries that are asked again, and the end of the database in the middle of that.
#include "db/search/watch_recall.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <thread>

#include "db/test_store.h"

namespace vecstore::db {
namespace {

// A query asks for the time after it has seen that the database is open.
class AskedClock : public Clock {
 public:
  std::function<void()> when_asked;
  std::int64_t now_ms() const override {
    if (when_asked) when_asked();
    return 1'000'000;
  }
};

struct Fixture {
  AskedClock clock;
  std::shared_ptr<OddFiles> files = std::make_shared<OddFiles>();
  Database database;
  Collection things;

  explicit Fixture(std::int32_t threads)
      : database(open(threads)),
        things(database.create_collection("things", {.dimension = 2}).value()) {
    EXPECT_TRUE(fill(things, 0, 20).ok());
    EXPECT_TRUE(database.wait_for_background().ok());
  }
  Database open(std::int32_t threads) {
    DatabaseOptions options = small();
    options.threads = threads;
    options.durability = Durability::kOff;
    options.recall_sample = 1;
    Environment environment;
    environment.files = files;
    environment.clock = &clock;
    return DatabaseInternals::open("store", options, environment).value();
  }
};

const Query kQuery{.vector = {1, 3}, .k = 5};

TEST(WatchRecall, a_database_that_is_closed_meanwhile_answers_and_asks_no_more) {
  Fixture fixture(0);
  fixture.clock.when_asked = [&, asked = false]() mutable {
    if (std::exchange(asked, true)) return;
    EXPECT_TRUE(fixture.database.close().ok());
  };
  EXPECT_EQ(fixture.things.query(kQuery)->size(), 5u);
  EXPECT_EQ(fixture.things.query(kQuery).status().code(), Code::kFailedPrecondition);
}

// The one thread that asks again is held up until the database is closed.
TEST(WatchRecall, what_is_in_line_at_the_end_is_not_asked) {
  Fixture fixture(1);
  std::promise<void> held;
  std::atomic<bool> hold = true;
  fixture.clock.when_asked = [&] {
    if (!hold.exchange(false)) return;
    held.set_value();
    while (fixture.database.list_collections().ok()) std::this_thread::yield();
  };
  std::future<Result<Hits>> first = fixture.things.query_async(kQuery);
  held.get_future().wait();
  EXPECT_EQ(fixture.things.query(kQuery)->size(), 5u);
  EXPECT_TRUE(fixture.database.close().ok());
  EXPECT_EQ(first.get()->size(), 5u) << "it was let in before the end";
}

}  // namespace
}  // namespace vecstore::db
