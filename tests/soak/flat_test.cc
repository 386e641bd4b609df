// A store that lives long needs no more of anything: under ingest, queries, deletions, compactions,
// snapshots and reopening of the same amount of data, memory, descriptors, threads and the folder
// stay as large as they were.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

#include "base/random.h"
#include "base/test_folder.h"
#include "base/test_share.h"
#include "soak/trials.h"
#include "vecstore/vecstore.h"

namespace vecstore {
namespace {

namespace disk = std::filesystem;

constexpr std::uint64_t kIds = 3000;
constexpr std::uint64_t kBatch = 500;

struct Size {
  std::int64_t memory_kb = 0;
  std::int64_t descriptors = 0;
  std::int64_t threads = 0;
  std::int64_t files = 0;
  std::int64_t folder_kb = 0;
};

std::int64_t entries_of(const disk::path& folder) {
  return std::distance(disk::directory_iterator(folder), disk::directory_iterator());
}

Size size_now(const disk::path& store) {
  Size size;
  std::int64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;  // the second number: resident
  size.memory_kb = pages * ::sysconf(_SC_PAGESIZE) / 1024;
  size.descriptors = entries_of("/proc/self/fd");
  size.threads = entries_of("/proc/self/task");
  for (const auto& entry : disk::recursive_directory_iterator(store)) {
    if (!entry.is_regular_file()) continue;
    ++size.files;
    size.folder_kb += static_cast<std::int64_t>(entry.file_size() / 1024);
  }
  return size;
}

DatabaseOptions options() {
  DatabaseOptions made;
  made.threads = 2;
  made.seal_rows = 700;
  made.merge_fanout = 3;
  return made;
}

class Life {
 public:
  Life(const disk::path& store, std::uint64_t seed) : store_(store), random_(seed) { open(); }

  // One round of everything; afterwards the store has the ids it had before the last removals.
  void round() {
    ++rounds_;
    for (int i = 0; i < 4; ++i) ingest();
    change();
    read();
    ASSERT_TRUE(things_->flush().ok());
    if (rounds_ % 4 == 0) keep_and_go_back();
    ASSERT_TRUE(things_->compact().ok());
    ASSERT_TRUE(database_->wait_for_background().ok());
    if (rounds_ % 8 == 0) open();
  }
  std::uint64_t operations() const { return operations_; }

 private:
  void open() {
    things_.reset();
    if (database_) {
      ASSERT_TRUE(database_->close().ok());
    }
    database_.reset();
    database_ = Database::open(store_.string(), options()).value();
    CollectionOptions collection{.dimension = 8, .hnsw = {.min_rows = 1000}};
    collection.text.fields = {{.name = "text"}};
    things_ = database_->get_or_create("things", collection).value();
  }

  std::string some_id() { return "id" + std::to_string(random_.below(kIds)); }

  void ingest() {
    std::vector<Record> batch;
    const std::uint64_t from = random_.below(kIds);
    for (std::uint64_t i = 0; i < kBatch; ++i) {
      const std::uint64_t n = random_.next();
      Record record{.id = "id" + std::to_string((from + i) % kIds)};
      DenseVector vector(8);
      for (float& x : vector) x = static_cast<float>(random_.uniform()) + 0.1f;
      record.vector = std::move(vector);
      record.metadata = Metadata{{"n", static_cast<std::int64_t>(n % 100)}};
      record.text = "word" + std::to_string(n % 50) + " word" + std::to_string(n % 7);
      batch.push_back(std::move(record));
    }
    ASSERT_TRUE(things_->upsert_many(batch).ok());
    operations_ += kBatch;
  }

  void change() {
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(things_->remove(some_id()).ok());
      Update update{.id = some_id()};
      update.metadata_patch = Metadata{{"n", i}};
      const Status status = things_->update(update).status();
      ASSERT_TRUE(status.ok() || status.code() == Code::kNotFound);
    }
    operations_ += 200;
  }

  void read() {
    for (int i = 0; i < 30; ++i) {
      DenseVector vector(8, 0.5f);
      vector[static_cast<std::size_t>(i) % 8] = 1;
      ASSERT_TRUE(things_->query({.vector = Vector(vector), .k = 10}).ok());
      ASSERT_TRUE(things_->query({.vector = Vector(vector), .k = 10, .filter = "n < 20"}).ok());
      ASSERT_TRUE(things_->query({.text = "word" + std::to_string(i), .k = 10}).ok());
      ASSERT_TRUE(things_->contains(some_id()).ok());
    }
    operations_ += 120;
  }

  void keep_and_go_back() {
    ASSERT_TRUE(database_->create_snapshot("then").ok());
    ingest();
    ASSERT_TRUE(database_->restore_snapshot("then").ok());
    ASSERT_TRUE(database_->drop_snapshot("then").ok());
  }

  const disk::path store_;
  Random random_;
  std::optional<Database> database_;
  std::optional<Collection> things_;
  std::uint64_t rounds_ = 0;
  std::uint64_t operations_ = 0;
};

// The largest in [from, to).
std::int64_t most(const std::vector<Size>& sizes, std::int64_t Size::*what, std::size_t from,
                  std::size_t to) {
  std::int64_t largest = 0;
  for (std::size_t i = from; i < to; ++i) largest = std::max(largest, sizes[i].*what);
  return largest;
}

// The last quarter needs no more than the second did, but for `slack`; the first fills caches.
void expect_flat(Trials& trials, const std::vector<Size>& sizes, const char* name,
                 std::int64_t Size::*what, std::int64_t slack) {
  const std::size_t quarter = sizes.size() / 4;
  const std::int64_t before = most(sizes, what, quarter, 2 * quarter);
  const std::int64_t after = most(sizes, what, sizes.size() - quarter, sizes.size());
  trials.measured(std::string(name) + "_before", before);
  trials.measured(std::string(name) + "_after", after);
  EXPECT_LE(after, before + slack) << name << " grows";
}

TEST(Flat, a_long_life_needs_no_more_memory_files_or_descriptors) {
  Trials trials({.row = "flat", .mode = "", .first_seed = 20'261'123, .usual = 1});
  while (trials.next()) {
    const TestFolder folder;
    Life life(folder / "store", trials.seed());
    std::vector<Size> sizes;
    std::uint64_t counted = 0;
    while ((sizes.size() < 24 / kShare || trials.going()) && !HasFailure()) {
      ASSERT_NO_FATAL_FAILURE(life.round());
      sizes.push_back(size_now(folder / "store"));
      trials.count(life.operations() - counted);
      counted = life.operations();
    }
    // Of memory 3 % and 4 MB, for what malloc keeps; of the folder what one log file more or less
    // is.
    // What a sanitizer keeps of past accesses and freed blocks grows with the work: there it is not
    // the store that would be judged.
    if (kShare == 1) {
      const std::int64_t memory = sizes[sizes.size() / 4].memory_kb;
      expect_flat(trials, sizes, "memory_kb", &Size::memory_kb, memory / 32 + 4096);
    }
    expect_flat(trials, sizes, "descriptors", &Size::descriptors, 0);
    expect_flat(trials, sizes, "threads", &Size::threads, 0);
    expect_flat(trials, sizes, "files", &Size::files, 1);
    expect_flat(trials, sizes, "folder_kb", &Size::folder_kb, 1024);
  }
}

}  // namespace
}  // namespace vecstore
