// Readers, writers and maintenance side by side for some seconds: what a reader sees is whole and
// does not go back (promises G2 and G10), also under ThreadSanitizer.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "base/random.h"
#include "db/handle.h"
#include "io/fault_file_system.h"
#include "io/memory_file_system.h"
#include "soak/trials.h"
#include "vecstore/vecstore.h"

namespace vecstore {
namespace {

using std::chrono::milliseconds;

// Threads that repeat their work until the time is up or a check fails.
class Crowd {
 public:
  explicit Crowd(milliseconds time) : until_(std::chrono::steady_clock::now() + time) {}
  ~Crowd() { join(); }

  template <typename Work>
  void add(Work work) {
    threads_.emplace_back([this, work = std::move(work)]() mutable {
      while (going()) work();
    });
  }
  bool going() const {
    return std::chrono::steady_clock::now() < until_ && !testing::Test::HasFailure();
  }
  void join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  const std::chrono::steady_clock::time_point until_;
  std::vector<std::thread> threads_;
};

milliseconds seconds(int count) { return milliseconds(1000 * count); }

DatabaseOptions busy() {
  DatabaseOptions options;
  options.threads = 2;
  options.seal_rows = 200;
  options.merge_fanout = 2;
  options.background_share = 1;
  options.memory_map = false;
  return options;
}

Database open_on(const std::shared_ptr<io::FileSystem>& files) {
  db::Environment environment;
  environment.files = files;
  return DatabaseInternals::open("store", busy(), environment).value();
}

constexpr int kBatch = 20;

std::string id_of(int writer, int i) {
  return "w" + std::to_string(writer) + "-" + std::to_string(i);
}

// All records of a writer, with one number in each.
std::vector<Record> batch_of(int writer, std::int64_t round) {
  std::vector<Record> batch;
  for (int i = 0; i < kBatch; ++i) {
    Record record;
    record.id = id_of(writer, i);
    record.vector = {static_cast<float>(round % 1000), static_cast<float>(i) + 1};
    record.metadata = Metadata{{"writer", writer}, {"round", round}};
    record.text = std::string(static_cast<std::size_t>(round % 50), 't');
    batch.push_back(std::move(record));
  }
  return batch;
}

// Every writer's records in one answer are of one round.
void expect_whole(const std::vector<std::pair<std::int64_t, std::int64_t>>& writer_and_round,
                  std::vector<std::int64_t>& last) {
  std::vector<std::int64_t> rounds(last.size(), -1);
  std::vector<int> counts(last.size(), 0);
  for (const auto& [writer, round] : writer_and_round) {
    const auto at = static_cast<std::size_t>(writer);
    if (rounds[at] < 0) rounds[at] = round;
    ASSERT_EQ(rounds[at], round) << "half of a batch is seen";
    ++counts[at];
  }
  for (std::size_t i = 0; i < last.size(); ++i) {
    ASSERT_EQ(counts[i], kBatch);
    ASSERT_GE(rounds[i], last[i]) << "a later answer shows an earlier state";
    last[i] = rounds[i];
  }
}

std::pair<std::int64_t, std::int64_t> mark_of(const Metadata& metadata) {
  return {*metadata.find("writer")->as_int(), *metadata.find("round")->as_int()};
}

constexpr int kWriters = 2;

void scan_once(const Collection& things, std::vector<std::int64_t>& last) {
  Scan scan = things.scan().value();
  std::vector<std::pair<std::int64_t, std::int64_t>> seen;
  while (true) {
    const auto some = scan.next(7).value();
    if (some.empty()) break;
    for (const Record& record : some) seen.push_back(mark_of(record.metadata));
  }
  expect_whole(seen, last);
}

void query_once(const Collection& things, std::vector<std::int64_t>& last) {
  const Query flat{.vector = {1, 1}, .k = 1000};
  for (const Query& query : {flat, Query{.k = 1000, .prefetch = {flat, {.k = 1000}}}}) {
    const Hits hits = things.query(query).value();
    std::vector<std::pair<std::int64_t, std::int64_t>> seen;
    for (const Hit& hit : hits) seen.push_back(mark_of(hit.metadata));
    expect_whole(seen, last);
  }
}

// How many answers were judged.
std::uint64_t read_while_everything_goes_on() {
  auto files = std::make_shared<io::MemoryFileSystem>();
  Database db = open_on(files);
  Collection things =
      db.create_collection("things", {.dimension = 2, .metric = Metric::kEuclidean}).value();
  for (int writer = 0; writer < kWriters; ++writer)
    EXPECT_TRUE(things.upsert_many(batch_of(writer, 0)).ok());
  std::atomic<std::uint64_t> reads = 0;
  {
    Crowd crowd(seconds(4));
    for (int writer = 0; writer < kWriters; ++writer)
      crowd.add([&things, writer, round = std::int64_t{0}, last = std::uint64_t{0}]() mutable {
        const Result<WriteResult> result = things.upsert_many(batch_of(writer, ++round));
        ASSERT_TRUE(result.ok()) << result.status().to_string();
        ASSERT_GT(result->sequence, last);
        last = result->sequence;
        ASSERT_EQ(*things.get(id_of(writer, 3)).value().metadata.find("round")->as_int(), round)
            << "a writer reads what it wrote";
      });
    crowd.add([&, last = std::vector<std::int64_t>(kWriters, 0)]() mutable {
      ASSERT_NO_FATAL_FAILURE(scan_once(things, last));
      ++reads;
    });
    crowd.add([&, last = std::vector<std::int64_t>(kWriters, 0)]() mutable {
      ASSERT_NO_FATAL_FAILURE(query_once(things, last));
      ++reads;
    });
    crowd.add([&] {
      ASSERT_EQ(things.count().value(), static_cast<std::uint64_t>(kWriters * kBatch));
      ASSERT_EQ(things.stats().value().records, static_cast<std::uint64_t>(kWriters * kBatch));
    });
    crowd.add([&] {
      ASSERT_TRUE(things.flush().ok());
      ASSERT_TRUE(things.compact().ok());
    });
  }
  EXPECT_GT(reads, 10u);
  EXPECT_TRUE(db.wait_for_background().ok());
  EXPECT_TRUE(db.close().ok());
  EXPECT_EQ(open_on(files).collection("things").value().count().value(),
            static_cast<std::uint64_t>(kWriters * kBatch));
  return reads;
}

TEST(Concurrency, readers_see_whole_batches_while_everything_goes_on) {
  Trials trials({.row = "concurrency", .mode = "writes"});
  while (trials.next()) trials.count(read_while_everything_goes_on());
}

// Two threads compact two collections and are called off at any moment, between writes, reads and
// merges of the background. Writes with a token are whole or not there.
TEST(Concurrency, compactions_and_writes_are_called_off_while_everything_goes_on) {
  auto files = std::make_shared<io::MemoryFileSystem>();
  Database db = open_on(files);
  const CollectionOptions wanted{.dimension = 2, .hnsw = {.min_rows = 30}};
  Collection things = db.create_collection("things", wanted).value();
  Collection others = db.create_collection("others", wanted).value();
  for (Collection* one : {&things, &others})
    for (int writer = 0; writer < kWriters; ++writer)
      ASSERT_TRUE(one->upsert_many(batch_of(writer, 0)).ok());
  std::atomic<std::uint64_t> cancelled = 0, done = 0;
  // So that they end at any moment: most take less than a millisecond or two.
  const auto call_off = [&](Random& random, const auto& call) {
    CancelToken token;
    const auto when =
        std::chrono::steady_clock::now() + std::chrono::microseconds(random.below(2000));
    std::thread caller([token, when]() mutable {
      while (std::chrono::steady_clock::now() < when) std::this_thread::yield();
      token.cancel();
    });
    const Status status = call(token);
    caller.join();
    EXPECT_TRUE(status.ok() || status.code() == Code::kCancelled) << status.to_string();
    (status.ok() ? done : cancelled) += 1;
  };
  {
    Crowd crowd(seconds(4));
    for (Collection* one : {&things, &others}) {
      for (int writer = 0; writer < kWriters; ++writer)
        crowd.add([&, one, writer, round = std::int64_t{0}, random = Random(7)]() mutable {
          ++round;
          call_off(random, [&](const CancelToken& token) {
            return one->upsert_many(batch_of(writer, round), token).status();
          });
        });
      crowd.add([&, one, random = Random(8)]() mutable {
        call_off(random, [&](const CancelToken& token) { return one->compact(token).status(); });
      });
      crowd.add([one, last = std::vector<std::int64_t>(kWriters, 0)]() mutable {
        ASSERT_NO_FATAL_FAILURE(scan_once(*one, last));
      });
    }
    crowd.add([&, random = Random(9)]() mutable {
      call_off(random, [&](const CancelToken& token) { return db.wait_for_background(token); });
    });
  }
  EXPECT_GT(cancelled, 10u);
  EXPECT_GT(done, 10u);
  EXPECT_TRUE(db.compact(CancelToken()).ok());
  EXPECT_EQ(things.stats().value().segments, 1u);
  EXPECT_TRUE(db.close().ok());
  const Database again = open_on(files);
  for (const char* name : {"things", "others"})
    EXPECT_EQ(again.collection(name).value().count().value(),
              static_cast<std::uint64_t>(kWriters * kBatch));
}

// A reader that a thread refreshes while others ask it, and one of them refreshes, too.
TEST(Concurrency, a_reader_beside_the_writer_sees_whole_batches) {
  auto files = std::make_shared<io::MemoryFileSystem>();
  Database db = open_on(files);
  Collection things =
      db.create_collection("things", {.dimension = 2, .metric = Metric::kEuclidean}).value();
  for (int writer = 0; writer < kWriters; ++writer)
    ASSERT_TRUE(things.upsert_many(batch_of(writer, 0)).ok());
  db::Environment environment;
  environment.files = files;
  DatabaseOptions reading = busy();
  reading.read_only = true;
  reading.refresh_interval_ms = 1;
  Database reader = DatabaseInternals::open("store", reading, environment).value();
  const Collection seen = reader.collection("things").value();
  std::atomic<std::uint64_t> reads = 0;
  {
    Crowd crowd(seconds(4));
    for (int writer = 0; writer < kWriters; ++writer)
      crowd.add([&things, &db, writer, round = std::int64_t{0}]() mutable {
        const Result<WriteResult> result = things.upsert_many(batch_of(writer, ++round));
        ASSERT_TRUE(result.ok()) << result.status().to_string();
        ASSERT_TRUE(round % 64 != 0 || db.wait_durable(result->sequence).ok());
      });
    crowd.add([&, last = std::vector<std::int64_t>(kWriters, 0)]() mutable {
      ASSERT_NO_FATAL_FAILURE(scan_once(seen, last));
      ++reads;
    });
    crowd.add([&, last = std::vector<std::int64_t>(kWriters, 0)]() mutable {
      ASSERT_NO_FATAL_FAILURE(query_once(seen, last));
      ++reads;
    });
    crowd.add([&] {
      const std::uint64_t sequence = db.stats()->sequence;
      const Status status = reader.refresh_to(sequence, std::chrono::seconds(60));
      ASSERT_TRUE(status.ok()) << status.to_string();
      ASSERT_GE(reader.stats()->sequence, sequence);
    });
    crowd.add([&] {
      ASSERT_TRUE(things.flush().ok());
      ASSERT_TRUE(things.compact().ok());
    });
  }
  EXPECT_GT(reads, 10u);
  EXPECT_TRUE(reader.close().ok());
}

// One thread takes snapshots and reads them, one goes back to them: neither ever sees, or brings
// back, half of a batch.
std::uint64_t take_snapshots_and_go_back() {
  auto files = std::make_shared<io::MemoryFileSystem>();
  Database db = open_on(files);
  Collection things =
      db.create_collection("things", {.dimension = 2, .metric = Metric::kEuclidean}).value();
  for (int writer = 0; writer < kWriters; ++writer)
    EXPECT_TRUE(things.upsert_many(batch_of(writer, 0)).ok());
  const auto scan_whole = [](const Collection& which) {
    std::vector<std::int64_t> none(kWriters, 0);
    ASSERT_NO_FATAL_FAILURE(scan_once(which, none));
  };
  std::atomic<std::uint64_t> taken = 0, restored = 0;
  {
    Crowd crowd(seconds(4));
    for (int writer = 0; writer < kWriters; ++writer)
      crowd.add([&things, writer, round = std::int64_t{0}]() mutable {
        ASSERT_TRUE(things.upsert_many(batch_of(writer, ++round)).ok());
      });
    crowd.add([&] { ASSERT_NO_FATAL_FAILURE(scan_whole(things)); });
    crowd.add([&] {
      ASSERT_TRUE(things.flush().ok());
      ASSERT_TRUE(things.compact().ok());
    });
    crowd.add([&] {
      ASSERT_TRUE(db.create_snapshot("read").ok());
      const Database then = db.snapshot("read").value();
      ASSERT_TRUE(db.drop_snapshot("read").ok());
      const Collection old = then.collection("things").value();
      ASSERT_EQ(old.count().value(), static_cast<std::uint64_t>(kWriters * kBatch));
      ASSERT_NO_FATAL_FAILURE(scan_whole(old));
      ++taken;
    });
    crowd.add([&] {
      ASSERT_TRUE(db.create_snapshot("back").ok());
      std::this_thread::yield();
      ASSERT_TRUE(db.restore_snapshot("back").ok());
      ASSERT_TRUE(db.drop_snapshot("back").ok());
      ++restored;
    });
  }
  EXPECT_GT(taken, 3u);
  EXPECT_GT(restored, 3u);
  EXPECT_TRUE(db.wait_for_background().ok());
  EXPECT_TRUE(db.close().ok());
  scan_whole(open_on(files).collection("things").value());
  return taken + restored;
}

TEST(Concurrency, snapshots_and_restores_are_of_whole_batches) {
  Trials trials({.row = "concurrency", .mode = "snapshots"});
  while (trials.next()) trials.count(take_snapshots_and_go_back());
}

// Rows of a file die one by one: the count of what is left is right at every moment.
TEST(Concurrency, a_count_is_of_one_state) {
  Database db = Database::in_memory({.threads = 0, .seal_rows = 1'000'000}).value();
  Collection things = db.create_collection("things").value();
  constexpr std::uint64_t kRows = 64;
  for (std::uint64_t i = 0; i < kRows; ++i)
    ASSERT_TRUE(things.upsert({.id = std::to_string(i)}).ok());
  Crowd crowd(seconds(2));
  crowd.add([&, i = std::uint64_t{0}]() mutable {
    if (i % kRows == 0) {
      ASSERT_TRUE(things.flush().ok());
    }
    ASSERT_TRUE(things.upsert({.id = std::to_string(i++ % kRows)}).ok());
  });
  for (int reader = 0; reader < 3; ++reader)
    crowd.add([&] { ASSERT_EQ(things.count().value(), kRows); });
}

// How many were dropped.
std::uint64_t drop_under_users(std::uint64_t seed) {
  auto files = std::make_shared<io::MemoryFileSystem>();
  Database db = open_on(files);
  const auto fine = [](const Status& status) {
    return status.ok() || status.code() == Code::kNotFound || status.code() == Code::kAlreadyExists;
  };
  std::atomic<std::uint64_t> dropped = 0;
  {
    Crowd crowd(seconds(2));
    for (std::uint64_t user = 0; user < 3; ++user)
      crowd.add([&, random = Random(seed + user)]() mutable {
        Result<Collection> things = db.get_or_create("things");
        ASSERT_TRUE(fine(things.status())) << things.status().to_string();
        if (!things.ok()) return;
        for (int i = 0; i < 50; ++i) {
          const std::string id = std::to_string(random.below(100));
          ASSERT_TRUE(fine(things->upsert({.id = id, .vector = {1, 2}}).status()));
          ASSERT_TRUE(fine(things->query({.vector = {1, 1}}).status()));
          ASSERT_TRUE(fine(things->remove(id).status()));
        }
        ASSERT_TRUE(fine(things->flush()));
      });
    crowd.add([&] {
      const Status status = db.drop_collection("things");
      ASSERT_TRUE(fine(status)) << status.to_string();
      dropped += status.ok() ? 1 : 0;
      ASSERT_TRUE(fine(db.create_collection("other").status()));
      ASSERT_TRUE(fine(db.rename_collection("other", "things")));
      std::this_thread::yield();
    });
  }
  static_cast<void>(db.wait_for_background().ok());
  EXPECT_TRUE(db.close().ok());
  Database again = open_on(files);
  EXPECT_LE(again.list_collections().value().size(), 2u);
  return dropped;
}

TEST(Concurrency, collections_come_and_go_under_their_users) {
  Trials trials({.row = "concurrency", .mode = "drops"});
  while (trials.next()) trials.count(drop_under_users(trials.seed()));
}

TEST(Concurrency, closing_under_readers_and_writers_ends_them_with_an_error) {
  Trials trials({.row = "concurrency", .mode = "close", .first_seed = 1, .usual = 10});
  for (; trials.next(); trials.count(1)) {
    auto files = std::make_shared<io::MemoryFileSystem>();
    std::vector<std::atomic<int>> acknowledged(3);
    {
      std::optional<Database> db = open_on(files);
      std::vector<std::thread> threads;
      for (std::size_t t = 0; t < acknowledged.size(); ++t) {
        Collection things = db->get_or_create("things").value();
        threads.emplace_back([&acknowledged, t, mine = std::move(things)]() mutable {
          for (int i = 0;; ++i) {
            const Status status =
                mine.upsert({.id = std::to_string(t) + "-" + std::to_string(i)}).status();
            if (!status.ok()) {
              EXPECT_EQ(status.code(), Code::kFailedPrecondition) << status.to_string();
              return;
            }
            acknowledged[t] = i + 1;
            static_cast<void>(mine.count().ok());
          }
        });
      }
      while (acknowledged[0] < 300) std::this_thread::yield();
      EXPECT_TRUE(db->close().ok());
      db.reset();
      for (std::thread& thread : threads) thread.join();
    }
    Database db = open_on(files);
    Collection things = db.collection("things").value();
    for (std::size_t t = 0; t < acknowledged.size(); ++t)
      for (int i = 0; i < acknowledged[t]; ++i)
        ASSERT_TRUE(things.contains(std::to_string(t) + "-" + std::to_string(i)).value());
  }
}

}  // namespace
}  // namespace vecstore
