// Calls with a token: called off they end with kCancelled, the database is as before, and the next
// call does all of it.
#include "db/cancel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "db/test_database.h"
#include "db/test_store.h"

namespace vecstore {
namespace {

using db::OddFiles;
using std::chrono::milliseconds;

// Asked for the time, it can cancel a token: calls ask once, when their work begins.
struct CancellingClock : Clock {
  mutable std::optional<CancelToken> token;
  std::int64_t now_ms() const override {
    if (token) token->cancel();
    return 1'000'000;
  }
};

// A disk that tells of every read.
class ToldReads : public OddFiles {
 public:
  std::function<void()> on_read;

  Result<std::unique_ptr<io::ReadableFile>> open(const std::string& path,
                                                 io::Access access) override {
    VECSTORE_ASSIGN(auto file, OddFiles::open(path, access));
    return std::unique_ptr<io::ReadableFile>(std::make_unique<File>(*this, std::move(file)));
  }

 private:
  struct File : io::ReadableFile {
    const ToldReads& of;
    std::unique_ptr<io::ReadableFile> file;
    File(const ToldReads& disk, std::unique_ptr<io::ReadableFile> opened)
        : of(disk), file(std::move(opened)) {}
    std::uint64_t size() const override { return file->size(); }
    std::span<const std::byte> mapped() const override { return file->mapped(); }
    Status read(std::uint64_t offset, std::span<std::byte> out) const override {
      if (of.on_read) of.on_read();
      return file->read(offset, out);
    }
  };
};

// A hundred records in files and in memory, ten of them deleted softly.
struct Fixture {
  std::shared_ptr<ToldReads> files = std::make_shared<ToldReads>();
  CancellingClock clock;
  std::optional<Database> db;
  std::optional<Collection> things;

  explicit Fixture(DatabaseOptions options = db::small()) {
    options.seal_rows = 32;
    db::Environment environment;
    environment.files = files;
    environment.clock = &clock;
    db = DatabaseInternals::open("store", options, environment).value();
    CollectionOptions wanted{.dimension = 2};
    wanted.hnsw.min_rows = 8;
    things = db->get_or_create("things", wanted).value();
    EXPECT_TRUE(db::fill(*things, 0, 100).ok());
    for (int i = 0; i < 100; i += 10) EXPECT_TRUE(things->soft_delete(std::to_string(i)).ok());
  }

  // As its work begins.
  Status during(const std::function<Status(const CancelToken&)>& call) {
    CancelToken token;
    clock.token = token;
    const Status status = call(token);
    clock.token.reset();
    return status;
  }
  std::vector<std::string> segment_files() const {
    std::vector<std::string> found;
    for (const std::string& path : files->files())
      if (path.find("/segments/") != std::string::npos) found.push_back(path);
    return found;
  }
};

TEST(Cancel, reads_that_are_called_off_give_nothing_and_go_well_again) {
  Fixture fixture;
  const Collection& things = *fixture.things;
  const Filter filter = Filter::parse("i < 50 OR id = '77'").value();
  const std::vector<std::string> ids = {"1", "2", "3"};
  using Call = std::function<Status(const CancelToken&)>;
  const std::map<std::string, Call> calls = {
      {"count", [&](const auto& token) { return things.count(filter, token).status(); }},
      {"facet", [&](const auto& token) { return things.facet("i", {}, 10, token).status(); }},
      {"facet, id", [&](const auto& token) { return things.facet("$id", {}, 10, token).status(); }},
      {"facet, filter",
       [&](const auto& token) { return things.facet("i", filter, 10, token).status(); }},
      {"summarize", [&](const auto& token) { return things.summarize("i", {}, token).status(); }},
      {"get_many", [&](const auto& token) { return things.get_many(ids, token).status(); }},
      {"list_deleted", [&](const auto& token) { return things.list_deleted(token).status(); }},
      {"report",
       [&](const auto& token) { return things.quantization_report({.cancel = token}).status(); }}};
  for (const auto& [name, call] : calls) {
    EXPECT_EQ(code_of(fixture.during(call)), Code::kCancelled) << name;
    const Status again = call(CancelToken());
    EXPECT_TRUE(again.ok()) << name << ": " << again.message();
  }
}

TEST(Cancel, writes_that_are_called_off_store_nothing) {
  Fixture fixture;
  Collection& things = *fixture.things;
  const std::string before = db::dump(things);
  const std::uint64_t sequence = fixture.db->stats().value().sequence;
  const Filter filter = Filter::parse("i >= 50").value();
  std::vector<Record> records;
  for (int i = 90; i < 120; ++i)
    records.push_back({.id = std::to_string(i), .vector = {2, 2}, .text = "some words"});
  const std::vector<std::string> ids = {"x", "y"};
  const std::vector<float> vectors = {1, 2, 3, 4};
  Update change;
  change.metadata_patch = Metadata{{"changed", true}};
  using Call = std::function<Result<WriteResult>(const CancelToken&)>;
  const std::vector<std::pair<Call, std::uint64_t>> calls = {
      {[&](const auto& token) { return things.upsert_many(records, token); }, 30},
      {[&](const auto& token) { return things.upsert_many(ids, vectors, {}, {}, token); }, 2},
      {[&](const auto& token) { return things.update_where(filter, change, token); }, 36},
      {[&](const auto& token) { return things.remove_where(filter, token); }, 36}};
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const auto call = [&](const CancelToken& token) { return calls[i].first(token).status(); };
    EXPECT_EQ(code_of(fixture.during(call)), Code::kCancelled) << i;
    CancelToken token;
    token.cancel();
    EXPECT_EQ(code_of(call(token)), Code::kCancelled) << i;
  }
  EXPECT_EQ(db::dump(things), before);
  EXPECT_EQ(fixture.db->stats().value().sequence, sequence);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const WriteResult result = calls[i].first(CancelToken()).value();
    EXPECT_GT(result.inserted + result.replaced, 0u) << i;
  }
}

// Returns when the thread runs: what comes next is called off `late` after that.
std::jthread cancel_in(std::chrono::microseconds late, CancelToken token) {
  auto runs = std::make_shared<std::atomic<bool>>(false);
  std::jthread thread([late, token, runs]() mutable {
    runs->store(true);
    const auto when = std::chrono::steady_clock::now() + late;
    while (std::chrono::steady_clock::now() < when) std::this_thread::yield();
    token.cancel();
  });
  while (!runs->load()) std::this_thread::yield();
  return thread;
}

// Asks for what is walked, called off ever later, until there is no more.
template <typename Walk, typename Take>
void walk_with_calls_off(Walk& walk, const Take& take) {
  for (int late = 0;; late += 20) {
    CancelToken token;
    if (late == 0) token.cancel();
    const std::jthread other = cancel_in(std::chrono::microseconds(late), token);
    const auto some = walk.next(700, token);
    ASSERT_TRUE(some.ok() || code_of(some) == Code::kCancelled) << message_of(some);
    ASSERT_FALSE(late == 0 && some.ok()) << "it did not look";
    if (!some.ok()) continue;
    if (some->empty()) return;
    ASSERT_LE(some->size(), 700u);
    for (const auto& one : *some) take(one);
  }
}

TEST(Cancel, a_scan_that_was_called_off_goes_on_where_it_was) {
  Fixture fixture;
  ASSERT_TRUE(db::fill(*fixture.things, 100, 3000).ok());
  Scan scan = fixture.things->scan().value();
  std::vector<std::string> met;
  walk_with_calls_off(scan, [&](const Record& record) { met.push_back(record.id); });
  EXPECT_EQ(met, ids_of(*fixture.things));
}

TEST(Cancel, a_diff_that_was_called_off_goes_on_where_it_was) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db->create_snapshot("one").ok());
  ASSERT_TRUE(db::fill(*fixture.things, 95, 3000).ok());
  Diff diff = fixture.db->diff("one").value();
  std::vector<std::string> met;
  walk_with_calls_off(diff, [&](const RecordChange& change) { met.push_back(change.id); });
  EXPECT_EQ(met.size(), 2905u);
  EXPECT_TRUE(std::is_sorted(met.begin(), met.end()));
  EXPECT_EQ(std::adjacent_find(met.begin(), met.end()), met.end()) << "none comes twice";
}

TEST(Cancel, a_diff_is_called_off_among_records_that_are_equal) {
  Fixture fixture;
  ASSERT_TRUE(db::fill(*fixture.things, 100, 2000).ok());
  ASSERT_TRUE(fixture.db->create_snapshot("one").ok());
  ASSERT_TRUE(fixture.things->compact().ok());  // the same records in other files
  Diff diff = fixture.db->diff("one").value();
  CancelToken token;
  fixture.files->on_read = [&] { token.cancel(); };
  EXPECT_EQ(code_of(diff.next(700, token)), Code::kCancelled);
  EXPECT_EQ(code_of(diff.next(700, token)), Code::kCancelled);
  fixture.files->on_read = {};
  EXPECT_TRUE(diff.next(700).value().empty());
}

// Calls `call` with tokens that are cancelled before it begins, and ever later while it runs; when
// the machine is busy it may be done before that. After each: whether it was called off.
void call_off_at_many_moments(const std::function<Status(const CancelToken&)>& call,
                              const std::function<void(bool called_off)>& check) {
  for (int late = 0; late < 2500; late += late < 400 ? 10 : 100) {
    CancelToken token;
    if (late == 0) token.cancel();
    const std::jthread other = cancel_in(std::chrono::microseconds(late), token);
    const Status status = call(token);
    ASSERT_TRUE(status.ok() || status.code() == Code::kCancelled) << status.message();
    ASSERT_FALSE(late == 0 && status.ok()) << "it did not look";
    check(!status.ok());
    if (testing::Test::HasFailure()) return;
  }
}

TEST(Cancel, writes_to_many_records_are_done_whole_or_not_at_all) {
  Fixture fixture;
  Collection& things = *fixture.things;
  ASSERT_TRUE(db::fill(things, 100, 1000).ok());
  const Filter filter = Filter::parse("i >= 50").value();
  const std::uint64_t all = things.count(filter).value();
  std::int64_t round = 0;
  const auto update = [&](const CancelToken& token) {
    Update change;
    change.metadata_patch = Metadata{{"round", ++round}};
    return things.update_where(filter, change, token).status();
  };
  call_off_at_many_moments(update, [&](bool called_off) {
    const Filter now = Filter::parse("round = " + std::to_string(round)).value();
    EXPECT_EQ(things.count(now).value(), called_off ? 0u : all);
  });
  std::vector<Record> records;
  for (int i = 50; i < 1000; ++i)
    records.push_back({.id = std::to_string(i), .vector = {1, 1}, .metadata = {{"i", i}}});
  ASSERT_TRUE(things.upsert_many(records).ok());
  const auto remove = [&](const CancelToken& token) {
    return things.remove_where(filter, token).status();
  };
  call_off_at_many_moments(remove, [&](bool called_off) {
    ASSERT_EQ(things.count(filter).value(), called_off ? records.size() : 0u);
    ASSERT_TRUE(called_off || things.upsert_many(records).ok());
  });
}

TEST(Cancel, writes_are_called_off_at_every_read) {
  Fixture fixture;
  Collection& things = *fixture.things;
  const Filter filter = Filter::parse("i >= 50").value();
  Update change;
  change.metadata_patch = Metadata{{"changed", true}};
  for (const bool removes : {false, true}) {
    const std::uint64_t before = things.count(filter).value();
    int called_off = 0;
    for (;; ++called_off) {
      CancelToken token;
      int reads = 0;
      fixture.files->on_read = [&] {
        if (reads++ == called_off) token.cancel();
      };
      const Status status = removes ? things.remove_where(filter, token).status()
                                    : things.update_where(filter, change, token).status();
      fixture.files->on_read = {};
      if (status.ok()) break;
      ASSERT_EQ(status.code(), Code::kCancelled) << called_off;
      ASSERT_EQ(things.count(filter).value(), before) << called_off;
    }
    EXPECT_GT(called_off, 10);
    EXPECT_EQ(things.count(filter).value(), removes ? 0u : before);
  }
}

TEST(Cancel, values_are_counted_whole_or_not_at_all) {
  Fixture fixture;
  const Collection& things = *fixture.things;
  ASSERT_TRUE(db::fill(*fixture.things, 100, 2000).ok());
  // What columns cannot tell is looked at row by row.
  const Filter by_row = Filter::parse("$id != 'x'").value();
  for (const Filter& filter : {Filter(), by_row}) {
    Facet facet;
    const auto count = [&](const CancelToken& token) -> Status {
      VECSTORE_ASSIGN(facet, things.facet("i", filter, 10, token));
      return {};
    };
    call_off_at_many_moments(count, [&](bool called_off) {
      if (!called_off) {
        EXPECT_EQ(facet.different, 1990u);
      }
    });
  }
}

TEST(Cancel, a_compaction_of_no_collection_is_called_off_too) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db->drop_collection("things").ok());
  CancelToken token;
  token.cancel();
  EXPECT_EQ(code_of(fixture.db->compact(token)), Code::kCancelled);
  EXPECT_TRUE(fixture.db->compact().ok());
}

TEST(Cancel, what_a_call_found_before_it_was_called_off_is_kept_in_order) {
  std::vector<int> found = {1, 2, 3, 4, 5};
  EXPECT_EQ(db::take_first(found, 2), (std::vector<int>{1, 2}));
  EXPECT_EQ(db::take_first(found, 9), (std::vector<int>{3, 4, 5}));
  EXPECT_TRUE(db::take_first(found, 1).empty());
}

// As each file is made: the sealed rows, the merged ones, their graph.
TEST(Cancel, a_compaction_that_is_called_off_leaves_the_collection_whole) {
  int cancelled = 0;
  for (int at = 0;; ++at) {
    Fixture fixture;
    const std::string before = db::dump(*fixture.things);
    CancelToken token;
    int made = 0;
    if (at == 0) token.cancel();
    fixture.files->on_create = [&](const std::string& path) {
      const bool counts = path.ends_with(".seg") || path.ends_with(".idx");
      if (counts && ++made == at) token.cancel();
      return Status();
    };
    const Status status = fixture.db->compact(token).status();
    fixture.files->on_create = {};
    if (!status.ok()) {
      EXPECT_LE(made, at) << "another file was begun";
    }
    EXPECT_EQ(db::dump(*fixture.things), before) << at;
    const Status again = fixture.things->compact(CancelToken()).status();
    EXPECT_TRUE(again.ok()) << again.message();
    EXPECT_EQ(db::dump(*fixture.things), before) << at;
    EXPECT_EQ(fixture.things->stats().value().segments, 1u);
    EXPECT_EQ(fixture.segment_files().size(), 2u) << at << ": rows and a graph, nothing left over";
    if (status.ok()) break;
    ASSERT_EQ(code_of(status), Code::kCancelled) << at;
    ++cancelled;
  }
  EXPECT_GE(cancelled, 3);
}

TEST(Cancel, codes_made_anew_by_a_compaction_can_be_called_off) {
  Fixture fixture;
  ASSERT_TRUE(fixture.things->compact().ok());
  fixture.files->on_create = [](const std::string& path) {
    return path.ends_with(".idx") ? resource_exhausted("not now") : Status();
  };
  ASSERT_TRUE(fixture.things->set_quantization("vector", Quantization::kSq8).ok());
  EXPECT_EQ(code_of(fixture.db->wait_for_background()), Code::kResourceExhausted);
  CancelToken token;
  fixture.files->on_create = [&](const std::string& path) {
    if (path.ends_with(".idx")) token.cancel();
    return Status();
  };
  EXPECT_EQ(code_of(fixture.things->compact(token)), Code::kCancelled);
  EXPECT_EQ(fixture.things->stats().value().coded_rows, 0u);
  EXPECT_TRUE(fixture.things->compact().ok());
  EXPECT_GT(fixture.things->stats().value().coded_rows, 0u);
}

// Holds up whoever makes a segment file, until it is let go.
struct Gate {
  std::atomic<bool> closed = true;
  std::atomic<bool> reached = false;
  OddFiles::Ask ask() {
    return [this](const std::string& path) {
      if (path.find("/segments/") == std::string::npos) return Status();
      reached = true;
      while (closed) std::this_thread::yield();
      return Status();
    };
  }
  void await() const {
    while (!reached) std::this_thread::yield();
  }
};

TEST(Cancel, waiting_for_another_compaction_can_be_called_off) {
  Fixture fixture;
  ASSERT_TRUE(fixture.things->flush().ok());
  ASSERT_TRUE(fixture.things->remove("5").ok());
  ASSERT_TRUE(fixture.things->flush().ok());
  Gate gate;
  fixture.files->on_create = gate.ask();
  std::jthread first([&] { EXPECT_TRUE(fixture.things->compact().ok()); });
  gate.await();
  CancelToken token;
  const std::jthread other = cancel_in(milliseconds(20), token);
  EXPECT_EQ(code_of(fixture.things->compact(token)), Code::kCancelled);
  EXPECT_TRUE(gate.closed) << "while the other goes on";
  gate.closed = false;
  first.join();
  EXPECT_EQ(fixture.things->stats().value().segments, 1u);
}

TEST(Cancel, waiting_for_the_background_can_be_called_off) {
  DatabaseOptions options = db::small();
  options.threads = 1;
  Fixture fixture(options);
  ASSERT_TRUE(fixture.db->wait_for_background(CancelToken()).ok());
  Gate gate;
  fixture.files->on_create = gate.ask();
  ASSERT_TRUE(db::fill(*fixture.things, 200, 240).ok());
  gate.await();
  CancelToken token;
  const std::jthread other = cancel_in(milliseconds(20), token);
  EXPECT_EQ(code_of(fixture.db->wait_for_background(token)), Code::kCancelled);
  gate.closed = false;
  EXPECT_TRUE(fixture.db->wait_for_background(CancelToken()).ok());
  EXPECT_EQ(fixture.db->stats().value().pending_background, 0u);
}

TEST(Cancel, waiting_for_a_write_can_be_called_off) {
  Fixture fixture;
  DatabaseOptions reading = db::small();
  reading.read_only = true;
  Database reader = db::open_on(fixture.files, reading);
  const std::uint64_t last = fixture.db->stats().value().sequence;
  CancelToken token;
  const std::jthread other = cancel_in(milliseconds(20), token);
  const auto hour = std::chrono::hours(1);
  EXPECT_EQ(code_of(reader.refresh_to(last + 1, hour, token)), Code::kCancelled);
  EXPECT_TRUE(reader.refresh_to(last, hour, CancelToken()).ok());
}

// Turns a bit of a graph over. False: there is none.
bool damage_a_graph(const std::filesystem::path& store) {
  for (const auto& entry : std::filesystem::directory_iterator(store / "segments")) {
    if (entry.path().extension() != ".idx") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(entry.file_size() / 2);
    file.seekg(middle);
    const int byte = file.get();
    file.seekp(middle);
    file.put(static_cast<char>(byte ^ 4));
    return file.good();
  }
  return false;
}

// Also while it makes the graphs anew, which comes last.
TEST(Cancel, a_repair_that_is_called_off_at_any_moment_leaves_a_whole_database) {
  const TestFolder folder(TestFolder::Where::kMemory);
  const std::string path = (folder / "store").string();
  std::string before;
  {
    Database database = Database::open(path, {.threads = 0}).value();
    CollectionOptions wanted{.dimension = 2};
    wanted.hnsw.min_rows = 8;
    Collection things = database.create_collection("things", wanted).value();
    ASSERT_TRUE(db::fill(things, 0, 2000).ok());
    ASSERT_TRUE(things.compact().ok());
    before = db::dump(things);
  }
  int cancelled = 0;
  for (int late = 0; late < 20; ++late) {
    ASSERT_TRUE(damage_a_graph(path)) << late;
    {
      CancelToken token;
      if (late == 0) token.cancel();
      const std::jthread other = cancel_in(milliseconds(3 * late), token);
      const Status status = Database::repair(path, token).status();
      ASSERT_TRUE(status.ok() || code_of(status) == Code::kCancelled) << status.to_string();
      cancelled += status.ok() ? 0 : 1;
    }
    ASSERT_TRUE(Database::repair(path, CancelToken()).ok());
    ASSERT_TRUE(Database::check(path, true).value().damage.empty());
    Database database = Database::open(path, {.threads = 0}).value();
    const Collection things = database.collection("things").value();
    ASSERT_EQ(db::dump(things), before);
    ASSERT_EQ(things.stats().value().indexed_rows, 2000u);
  }
  EXPECT_GE(cancelled, 1);
}

}  // namespace
}  // namespace vecstore
