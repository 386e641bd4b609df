// Calls on a store so small that every one of their file operations can fail in turn, of which
// failing_calls_test.cc takes samples: the call says so or makes do without, and succeeds
// afterwards (promise G4).
#include <gtest/gtest.h>

#include "crash/rich_store.h"
#include "crash/workload.h"
#include "db/check.h"
#include "io/fault_file_system.h"

namespace vecstore::crash {
namespace {

DatabaseOptions few_rows_options() {
  DatabaseOptions options = small_segments(Durability::kFull);
  options.seal_rows = 8;
  options.merge_fanout = 10;
  return options;
}

CollectionOptions options_of_things() {
  CollectionOptions options{
      .dimension = 2, .metric = Metric::kEuclidean, .hnsw = {.m = 4, .min_rows = 4}};
  options.text.fields = {{.name = "text"}};
  options.keep_versions = 1;
  return options;
}

std::string id_of(int n) { return (n < 10 ? "id0" : "id") + std::to_string(n); }

Record row(int n) {
  Record record{.id = id_of(n), .vector = {static_cast<float>(n), 1}};
  record.metadata = Metadata{{"n", n}, {"long", std::string(300, static_cast<char>('a' + n % 3))}};
  record.text = "word" + std::to_string(n % 4);
  return record;
}

Status fill(Collection& things, int from, int to) {
  for (int n = from; n < to; ++n) VECSTORE_TRY(things.upsert(row(n)).status());
  return {};
}

// Two files with graphs, the first with rows that expire, are deleted softly and died since, a
// snapshot, older versions, and rows in memory.
Status write_all(Database& database) {
  VECSTORE_ASSIGN(Collection things, database.create_collection("things", options_of_things()));
  VECSTORE_TRY(fill(things, 0, 6));
  VECSTORE_TRY(things.soft_delete("id02").status());
  VECSTORE_TRY(things.upsert_with_ttl(row(6), std::chrono::hours(24)).status());
  VECSTORE_TRY(database.create_snapshot(kSnapshotName).status());
  VECSTORE_TRY(things.remove("id03").status());
  VECSTORE_TRY(things.upsert(row(4)).status());
  VECSTORE_TRY(fill(things, 7, 16));
  VECSTORE_TRY(things.flush());
  VECSTORE_TRY(fill(things, 16, 18));
  return things.remove("id08").status();
}

const io::MemoryFileSystem& sample() {
  static const std::shared_ptr<io::MemoryFileSystem> kSample = [] {
    const auto disk = std::make_shared<io::MemoryFileSystem>();
    Database database = open_on(disk, few_rows_options()).value();
    EXPECT_EQ(write_all(database).to_string(), "ok");
    return copy_of_disk(*disk);
  }();
  return *kSample;
}

using OnThings = std::function<Status(Collection&)>;

Call of(const char* name, OnThings call) {
  return {name,
          [call](Database& database) -> Status {
            VECSTORE_ASSIGN(Collection things, database.collection("things"));
            return call(things);
          },
          call};
}

Call of_query(const char* name, Query query) {
  return of(name, [query](Collection& things) { return things.query(query).status(); });
}

const Query kVector{.vector = Vector{3.0f, 1.0f}, .k = 5};

std::vector<Call> reads() {
  return {
      of("list_deleted", [](Collection& things) { return things.list_deleted().status(); }),
      of("scan behind a record",
         [](Collection& things) -> Status {
           VECSTORE_ASSIGN(Scan scan, things.scan({.after = "id05"}));
           return scan.next(100).status();
         }),
      of("count by words",
         [](Collection& things) { return things.count("$text LIKE 'w%'").status(); }),
      of("count by what is in no column",
         [](Collection& things) { return things.count("long LIKE 'b%'").status(); }),
      of("facet of what is in no column",
         [](Collection& things) { return things.facet("long").status(); }),
      of("facet of times", [](Collection& things) { return things.facet("$updated_at").status(); }),
      of("quantization_report",
         [](Collection& things) {
           return things.quantization_report({.rows = 8, .queries = 2, .k = 2}).status();
         }),
      of("query_many",
         [](Collection& things) {
           return things.query_many(std::vector<Query>{kVector, kVector}).status();
         }),
      of_query("rescored", {.vector = kVector.vector, .k = 3, .prefetch = {{.text = "word1"}}}),
      of_query("formula", {.vector = kVector.vector, .k = 3, .formula = "score + n"}),
      {"diff",
       [](Database& database) -> Status {
         VECSTORE_ASSIGN(Diff diff, database.diff(kSnapshotName));
         return diff.next(100).status();
       }},
  };
}

// On a database that was just opened, so that nothing is in memory yet. Returns how many it met.
std::size_t fail_each(const Call& call, const DatabaseOptions& options) {
  const auto disk = copy_of_disk(sample());
  for (std::size_t n = 0;; ++n) {
    SCOPED_TRACE(call.name + ", operation " + std::to_string(n));
    const auto files = std::make_shared<io::FaultFileSystem>(*disk);
    Database database = open_on(files, options).value();
    files->fail({.kind = io::FaultKind::kInputOutput, .at = n});
    const Status status = call.run(database);
    EXPECT_NE(status.code(), Code::kInternal) << status.to_string();
    if (files->faults_hit() == 0) return n;
    files->clear_fault();
    EXPECT_EQ(call.run(database).to_string(), "ok");
    if (testing::Test::HasFailure()) return n;
  }
}

DatabaseOptions reading() {
  DatabaseOptions options = few_rows_options();
  options.read_only = true;
  return options;
}

TEST(EveryOperation, of_a_read_may_fail) {
  for (const Call& call : reads()) EXPECT_GT(fail_each(call, reading()), 3u) << call.name;
}

// Each operation of drawing its own queries is one row's; the first are enough.
TEST(EveryOperation, of_tuning_may_fail) {
  const auto disk = copy_of_disk(sample());
  for (std::size_t n = 0; n < 60; ++n) {
    const auto files = std::make_shared<io::FaultFileSystem>(*disk);
    Database database = open_on(files, reading()).value();
    files->fail({.kind = io::FaultKind::kInputOutput, .at = n});
    EXPECT_FALSE(database.collection("things")->tune({.k = 2, .queries = 10}).ok()) << n;
  }
}

// A query that is asked again, exactly, behind the answer: what fails of that is no error of the
// query, and the next that is sampled counts.
TEST(EveryOperation, of_a_watched_query_may_fail) {
  DatabaseOptions options = reading();
  options.recall_sample = 1;
  const auto disk = copy_of_disk(sample());
  std::size_t given_up = 0;
  for (std::size_t n = 0;; ++n) {
    SCOPED_TRACE(n);
    const auto files = std::make_shared<io::FaultFileSystem>(*disk);
    Database database = open_on(files, options).value();
    const Collection things = database.collection("things").value();
    files->fail({.kind = io::FaultKind::kInputOutput, .at = n});
    const Result<Hits> hits = things.query(kVector);
    if (files->faults_hit() == 0) break;
    files->clear_fault();
    given_up += hits.ok() && things.stats()->recall.queries == 0 ? 1 : 0;
    ASSERT_TRUE(things.query(kVector).ok());
    EXPECT_GE(things.stats()->recall.queries, 1u);
  }
  EXPECT_GT(given_up, 0u);
}

std::vector<Call> changes() {
  return {
      of("purge", [](Collection& things) { return things.purge().status(); }),
      of("remove_where", [](Collection& things) { return things.remove_where("n > 12").status(); }),
      of("update_where",
         [](Collection& things) {
           const Update update{.metadata_patch = Metadata{{"mark", 1}}};
           return things.update_where("n < 2 AND long LIKE 'b%'", update).status();
         }),
  };
}

TEST(EveryOperation, of_a_change_may_fail_and_leaves_a_whole_store) {
  for (const Call& call : changes())
    for (std::size_t n = 0; !HasFailure(); ++n) {
      SCOPED_TRACE(call.name + ", operation " + std::to_string(n));
      const auto disk = copy_of_disk(sample());
      const auto files = std::make_shared<io::FaultFileSystem>(*disk);
      {
        Database database = open_on(files, few_rows_options()).value();
        files->fail({.kind = io::FaultKind::kInputOutput, .at = n});
        const Status status = call.run(database);
        EXPECT_NE(status.code(), Code::kInternal) << status.to_string();
        if (files->faults_hit() == 0) break;
        files->clear_fault();
        const Status again = call.run(database);
        EXPECT_TRUE(again.ok() || !database.stats()->writable) << again.to_string();
      }
      EXPECT_TRUE(db::check_store(*disk, "store", n % 8 == 0)->damage.empty());
    }
}

// Of a reader's refresh: what its writer did is small enough as well.
std::vector<Call> followed() {
  return {
      of("nothing", [](Collection&) { return Status(); }),
      of("one record", [](Collection& things) { return things.upsert(row(20)).status(); }),
      of("files and a removal",
         [](Collection& things) -> Status {
           VECSTORE_TRY(fill(things, 4, 7));
           VECSTORE_TRY(things.compact().status());
           VECSTORE_TRY(things.remove("id10").status());
           return things.remove("id05").status();
         }),
      of("older versions",
         [](Collection& things) -> Status {
           VECSTORE_TRY(fill(things, 9, 12));
           VECSTORE_TRY(fill(things, 9, 12));
           return things.flush();
         }),
  };
}

TEST(EveryOperation, of_a_refresh_may_fail) {
  for (const Call& change : followed())
    for (std::size_t n = 0; !HasFailure(); ++n) {
      SCOPED_TRACE(change.name + ", operation " + std::to_string(n));
      const auto disk = copy_of_disk(sample());
      const auto files = std::make_shared<io::FaultFileSystem>(*disk);
      Database writer = open_on(disk, few_rows_options()).value();
      Database reader = open_on(files, reading()).value();
      ASSERT_EQ(change.run(writer).to_string(), "ok");
      files->fail({.kind = io::FaultKind::kInputOutput, .at = n});
      const Status status = reader.refresh();
      const bool hit = files->faults_hit() > 0;
      files->clear_fault();
      EXPECT_NE(status.code(), Code::kInternal) << status.to_string();
      EXPECT_EQ(reader.refresh().to_string(), "ok");
      EXPECT_EQ(read_state(reader).value(), read_state(writer).value());
      if (!hit) break;
    }
}

}  // namespace
}  // namespace vecstore::crash
