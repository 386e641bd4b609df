#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "db/test_database.h"
#include "db/test_store.h"

namespace vecstore {
namespace {

using Answer = std::future<Result<Hits>>;

Collection hundred(TestDatabase& fixture) {
  Collection things = fixture.things({.dimension = 2, .metric = Metric::kEuclidean});
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(things.upsert(record(std::to_string(i), {static_cast<float>(i), 0}, i)).ok());
  return things;
}

void open_with_threads(TestDatabase& fixture, int threads) {
  fixture.options.threads = threads;
  fixture.open();
}

TEST(QueryAsync, answers_as_query_does) {
  for (const int threads : {0, 1, 3}) {
    TestDatabase fixture;
    open_with_threads(fixture, threads);
    Collection things = hundred(fixture);
    std::vector<Answer> answers;
    for (int i = 0; i < 200; ++i)
      answers.push_back(things.query_async({.vector = {static_cast<float>(i % 100), 0},
                                            .k = 3,
                                            .filter = "year < " + std::to_string(i + 1)}));
    for (int i = 0; i < 200; ++i) {
      const Hits hits = answers[static_cast<std::size_t>(i)].get().value();
      ASSERT_EQ(hits.size(), static_cast<std::size_t>(std::min(i + 1, 3)));
      EXPECT_EQ(hits[0].id, std::to_string(i % 100));
    }
  }
}

TEST(QueryAsync, without_threads_the_answer_is_there_on_return) {
  TestDatabase fixture;
  Collection things = hundred(fixture);
  Answer answer = things.query_async({.vector = {5, 0}, .k = 1});
  EXPECT_EQ(answer.wait_for(std::chrono::seconds(0)), std::future_status::ready);
}

TEST(QueryAsync, sees_the_state_at_the_time_of_the_call) {
  TestDatabase fixture;
  open_with_threads(fixture, 1);
  Collection things = hundred(fixture);
  for (int i = 0; i < 50; ++i) {
    Answer before = things.query_async({.k = 1000});
    const std::string id = "new" + std::to_string(i);
    ASSERT_TRUE(things.upsert(record(id, {0, 0})).ok());
    EXPECT_EQ(before.get().value().size(), 100u + static_cast<std::size_t>(i));
  }
}

TEST(QueryAsync, a_refusal_comes_through_the_future) {
  TestDatabase fixture;
  open_with_threads(fixture, 1);
  Collection things = hundred(fixture);
  EXPECT_EQ(message_of(things.query_async({.vector = {1, 0}, .k = 0}).get()),
            "k is 0, expected 1 to 10000");
  ASSERT_TRUE(fixture.db->drop_collection("things").ok());
  EXPECT_EQ(code_of(things.query_async({.vector = {1, 0}}).get()), Code::kNotFound);
  ASSERT_TRUE(fixture.db->close().ok());
  EXPECT_EQ(code_of(things.query_async({.vector = {1, 0}}).get()), Code::kFailedPrecondition);
}

TEST(QueryAsync, is_called_off_by_its_token) {
  TestDatabase fixture;
  open_with_threads(fixture, 1);
  Collection things = hundred(fixture);
  CancelToken token;
  token.cancel();
  const Hits hits = things.query_async({.vector = {1, 0}, .cancel = token}).get().value();
  EXPECT_TRUE(hits.partial);
  EXPECT_EQ(hits.size(), 0u);
}

TEST(QueryAsync, the_handle_may_go_before_the_answer_comes) {
  TestDatabase fixture;
  open_with_threads(fixture, 1);
  std::vector<Answer> answers;
  {
    const Collection things = hundred(fixture);
    for (int i = 0; i < 50; ++i) answers.push_back(things.query_async({.vector = {1, 0}}));
  }
  for (Answer& answer : answers) EXPECT_EQ(answer.get().value().size(), 10u);
}

// The database's only thread for background work waits for a disk.
TEST(QueryAsync, background_work_does_not_hold_it_up) {
  auto files = std::make_shared<db::OddFiles>();
  std::promise<void> begun, end;
  std::atomic<bool> first = true;
  files->on_create = [&, until = end.get_future().share()](const std::string& path) {
    if (!path.ends_with(".seg") || !first.exchange(false)) return Status();
    begun.set_value();
    until.wait();
    return Status();
  };
  DatabaseOptions options = db::small();
  options.threads = 1;
  Database database = db::open_on(files, options);
  Collection things = database.get_or_create("things", {.dimension = 2}).value();
  ASSERT_TRUE(db::fill(things, 0, 10).ok());
  begun.get_future().wait();
  Answer answer = things.query_async({.vector = {1, 0}, .k = 5});
  const auto answered = answer.wait_for(std::chrono::seconds(60));
  end.set_value();
  ASSERT_EQ(answered, std::future_status::ready);
  EXPECT_EQ(answer.get().value().size(), 5u);
}

// Whatever is in line when the database goes: every future gets an answer, and none hangs.
TEST(QueryAsync, closing_answers_what_is_in_line) {
  for (const bool destroy : {false, true}) {
    std::vector<Answer> answers;
    TestDatabase fixture;
    open_with_threads(fixture, 1);
    {
      const Collection things = hundred(fixture);
      for (int i = 0; i < 300; ++i) answers.push_back(things.query_async({.vector = {1, 0}}));
    }
    if (destroy) {
      fixture.db.reset();
    } else {
      ASSERT_TRUE(fixture.db->close().ok());
    }
    for (Answer& answer : answers) {
      ASSERT_EQ(answer.wait_for(std::chrono::seconds(0)), std::future_status::ready);
      const Result<Hits> hits = answer.get();
      if (!hits.ok()) {
        ASSERT_EQ(code_of(hits), Code::kFailedPrecondition);
      } else {
        ASSERT_EQ(hits->size(), 10u);
      }
    }
  }
}

TEST(QueryAsync, callers_and_the_end_of_the_database_may_race) {
  for (int round = 0; round < 20; ++round) {
    TestDatabase fixture;
    open_with_threads(fixture, 2);
    const Collection things = hundred(fixture);
    const auto ask = [&things] {
      for (int i = 0; i < 40; ++i) {
        const Result<Hits> hits = things.query_async({.vector = {1, 0}, .k = 2}).get();
        EXPECT_TRUE(hits.ok() || code_of(hits) == Code::kFailedPrecondition);
      }
    };
    std::thread one(ask), two(ask);
    EXPECT_TRUE(fixture.db->close().ok());
    one.join();
    two.join();
  }
}

}  // namespace
}  // namespace vecstore
