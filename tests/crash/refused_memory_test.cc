// Memory that is asked for and not given, where a null and no exception says so, for every such
// request: the call is refused for want of memory, nothing has changed, and it succeeds when there
// is some again (promise G4).
#include <gtest/gtest.h>

#include <functional>
#include <utility>
#include <vector>

#include "crash/allocator.h"
#include "crash/block_parts.h"
#include "crash/rich_store.h"
#include "crash/workload.h"
#include "db/salvage/salvage.h"
#include "io/memory_file_system.h"

namespace vecstore::crash {
namespace {

constexpr std::int64_t kRecords = 200;  // in memory: past the first two chunks of 64 and 128 rows

Record numbered(std::int64_t n) {
  Record record = rich_record(n);
  record.id = "id" + std::to_string(n);
  if (n < 70) record.vectors.clear();  // whose columns are begun later, for all rows before
  return record;
}

DatabaseOptions all_in_memory() {
  DatabaseOptions options = options_of_rich_store();
  options.seal_rows = 10'000;
  options.durability = Durability::kOff;
  return options;
}

std::vector<std::string> everything(const Collection& things) {
  std::vector<std::string> all;
  Scan scan = things.scan({.include_vectors = true}).value();
  for (Record& one : scan.next(100'000).value()) {
    one.created_at = one.updated_at = one.version = 0;
    all.push_back(one.to_json());
  }
  return all;
}

// Upserts all records with the n-th request refused. False when there were fewer.
bool write_refused(std::size_t n, std::vector<std::string>& written) {
  const auto disk = std::make_shared<io::MemoryFileSystem>();
  Database database = open_on(disk, all_in_memory()).value();
  Collection things = database.create_collection("things", rich_options()).value();
  Status status;
  std::int64_t done = 0;
  const bool met = fail_nth_request(n, [&] {
    for (; done < kRecords && status.ok(); done += status.ok() ? 1 : 0)
      status = things.upsert(numbered(done)).status();
  });
  if (met) {
    EXPECT_EQ(status.code(), Code::kResourceExhausted) << status.to_string();
    EXPECT_EQ(things.count().value(), static_cast<std::size_t>(done));
    EXPECT_EQ(things.get(numbered(done).id).status().code(), Code::kNotFound);
  }
  for (; done < kRecords; ++done)
    EXPECT_EQ(things.upsert(numbered(done)).status().to_string(), "ok");
  written = everything(things);
  const Query query{.vector = Vector{1.0f, 2.0f, 3.0f, 1.0f}, .k = 5};
  EXPECT_EQ(things.query(query)->size(), 5u);
  EXPECT_TRUE(database.close().ok());
  database = open_on(disk, all_in_memory()).value();
  EXPECT_EQ(everything(database.collection("things").value()), written);
  return met;
}

TEST(RefusedMemory, of_a_write_is_an_error_that_changes_nothing) {
  std::vector<std::string> expected, written;
  EXPECT_FALSE(write_refused(SIZE_MAX, expected));
  std::size_t n = 1;
  for (; !HasFailure(); ++n) {
    SCOPED_TRACE("request " + std::to_string(n));
    if (!write_refused(n, written)) break;
    EXPECT_EQ(written, expected);
  }
  EXPECT_GT(n, 40u);
}

// What appends a row beside upsert: the version of a removal, and rows copied with a change.
std::vector<std::pair<std::string, std::function<Status(Collection&)>>> other_writes() {
  return {
      {"remove", [](Collection& things) { return things.remove("id7").status(); }},
      {"update",
       [](Collection& things) { return things.update({.id = "id7", .text = "changed"}).status(); }},
      {"soft_delete", [](Collection& things) { return things.soft_delete("id7").status(); }}};
}

TEST(RefusedMemory, of_a_removal_or_a_change_is_an_error_that_changes_nothing) {
  constexpr std::int64_t kChunk = 64;  // rows: the next one needs another chunk of every column
  for (const auto& other : other_writes()) {
    const auto& write = other.second;
    std::size_t n = 1;
    for (bool met = true; met && !HasFailure(); ++n) {
      SCOPED_TRACE(other.first + ", request " + std::to_string(n));
      const auto disk = std::make_shared<io::MemoryFileSystem>();
      Database database = open_on(disk, all_in_memory()).value();
      Collection things = database.create_collection("things", rich_options()).value();
      for (std::int64_t i = 0; i < kChunk; ++i)
        ASSERT_TRUE(things.upsert(numbered(i)).status().ok());
      const std::vector<std::string> before = everything(things);
      Status status;
      met = fail_nth_request(n, [&] { status = write(things); });
      EXPECT_EQ(status.code(), met ? Code::kResourceExhausted : Code::kOk) << status.to_string();
      if (!met) break;
      EXPECT_EQ(everything(things), before);
      EXPECT_EQ(write(things).to_string(), "ok");
      EXPECT_NE(everything(things), before);
    }
    EXPECT_GT(n, 3u) << other.first;
  }
}

const io::MemoryFileSystem& sample() {
  static const std::shared_ptr<io::MemoryFileSystem> kSample = rich_store();
  return *kSample;
}

// With every request refused in turn, each time by `call` of its own. Returns how many there were.
std::size_t refuse_every(const std::string& what, const std::function<Status()>& call) {
  for (std::size_t n = 1;; ++n) {
    SCOPED_TRACE(what + ", request " + std::to_string(n));
    Status status;
    const bool met = fail_nth_request(n, [&] { status = call(); });
    EXPECT_TRUE(status.ok() || (met && status.code() == Code::kResourceExhausted))
        << status.to_string();
    if (!met || testing::Test::HasFailure()) return n - 1;
  }
}

TEST(RefusedMemory, of_a_read_is_an_error_and_the_next_succeeds) {
  const auto disk = copy_of_disk(sample());
  DatabaseOptions options = options_of_rich_store();
  options.read_only = true;
  std::size_t met = 0;
  for (const Call& call : reading_calls())
    met += refuse_every(call.name, [&]() -> Status {
      VECSTORE_ASSIGN(Database database, open_on(disk, options));
      const Status first = call.run(database);
      if (!first.ok()) {
        EXPECT_EQ(call.run(database).to_string(), "ok");
      }
      return first;
    });
  EXPECT_GT(met, 100u);
}

// Where a file has no index of its texts, as when the field came later, one is made in memory.
TEST(RefusedMemory, of_a_text_index_that_is_made_anew_is_an_error_and_the_next_succeeds) {
  const auto disk = copy_of_disk(sample());
  for (const std::string& path : disk->files()) {
    if (!path.ends_with(".seg")) continue;
    Parts parts(*disk, path);
    std::erase_if(parts.parts, [](const Part& part) {
      return part.name.ends_with(".terms") || part.name.ends_with(".postings");
    });
    parts.write(*disk);
  }
  DatabaseOptions options = options_of_rich_store();
  options.read_only = true;
  const auto ask = [&]() -> Status {
    VECSTORE_ASSIGN(Database database, open_on(disk, options));
    VECSTORE_ASSIGN(const Collection things, database.collection("things"));
    const Query query{.text = "common", .k = 5};
    const Status first = things.query(query).status();
    if (!first.ok()) {
      EXPECT_EQ(things.query(query)->size(), 5u);
    }
    return first;
  };
  EXPECT_GT(refuse_every("words", ask), 20u);
}

TEST(RefusedMemory, of_work_on_files_alone_is_an_error_and_leaves_nothing_behind) {
  const io::MemoryFileSystem& stored = sample();  // made before memory is refused
  const auto salvage = [&] {
    const auto disk = copy_of_disk(stored);
    const Status first = db::salvage_store(*disk, "store", "saved", {}).status();
    if (!first.ok()) {
      EXPECT_EQ(db::salvage_store(*disk, "store", "saved", {})->lost, 0u);
    }
    return first;
  };
  EXPECT_GT(refuse_every("salvage", salvage), 5u);
}

}  // namespace
}  // namespace vecstore::crash
