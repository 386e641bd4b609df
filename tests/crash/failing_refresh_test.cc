// A reader beside a writer, with each file operation of its refresh failing in turn: it says so or
// tries again, what it shows is a state that was, and the next refresh brings it all (promises G4
// and G6).
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/test_share.h"
#include "crash/rich_store.h"
#include "crash/workload.h"
#include "io/fault_file_system.h"

namespace vecstore::crash {
namespace {

const io::MemoryFileSystem& sample() {
  static const std::shared_ptr<io::MemoryFileSystem> kSample = rich_store();
  return *kSample;
}

Status change_records(Database& database) {
  VECSTORE_ASSIGN(Collection things, database.collection("things"));
  for (std::int64_t n = 20; n < 60; ++n) VECSTORE_TRY(things.upsert(rich_record(n)).status());
  return things.remove("id3").status();
}

// What a writer does while the reader looks away.
std::vector<Call> changes() {
  return {
      {"writes", [](Database& database) { return change_records(database); }},
      {"files",
       [](Database& database) -> Status {
         VECSTORE_TRY(change_records(database));
         return database.flush();
       }},
      {"merged files",
       [](Database& database) -> Status {
         VECSTORE_TRY(change_records(database));
         VECSTORE_TRY(database.compact().status());
         VECSTORE_ASSIGN(Collection things, database.collection("things"));
         return things.remove("id11").status();
       }},
      {"names and options",
       [](Database& database) -> Status {
         VECSTORE_TRY(database.drop_collection("others"));
         VECSTORE_TRY(database.get_or_create("more").status());
         VECSTORE_TRY(database.set_alias("alias", "more"));
         VECSTORE_ASSIGN(Collection things, database.collection("things"));
         VECSTORE_TRY(things.set_quantization("vector", Quantization::kSq8));
         return things.set_keep_versions(1);
       }},
      {"a restored snapshot",
       [](Database& database) { return database.restore_snapshot(kSnapshotName); }},
  };
}

std::string content_of(const Database& database) {
  std::string all;
  for (const std::string& name : database.list_collections().value()) {
    all += name + "\n";
    Scan scan = database.collection(name)->scan({.include_deleted = true}).value();
    for (const Record& one : scan.next(10'000).value()) all += one.to_json() + "\n";
  }
  return all;
}

DatabaseOptions reader_options() {
  DatabaseOptions options = options_of_rich_store();
  options.read_only = true;
  return options;
}

// False when the refresh met no fault.
bool refresh_failing(const Call& change, const io::Fault& fault) {
  const auto disk = copy_of_disk(sample());
  const auto files = std::make_shared<io::FaultFileSystem>(*disk);
  Database writer = open_on(disk, options_of_rich_store()).value();
  Database reader = open_on(files, reader_options()).value();
  const std::string before = content_of(writer);
  EXPECT_EQ(change.run(writer).to_string(), "ok");
  const std::string after = content_of(writer);
  files->fail(fault);
  const Status status = reader.refresh();
  const bool hit = files->faults_hit() > 0;
  EXPECT_TRUE(status.ok() || !status.message().empty());
  EXPECT_NE(status.code(), Code::kInternal) << status.to_string();
  EXPECT_TRUE(hit || status.ok()) << status.to_string();
  files->clear_fault();
  const std::string seen = content_of(reader);
  EXPECT_TRUE(seen == after || (!status.ok() && seen == before));
  EXPECT_EQ(reader.refresh().to_string(), "ok");
  EXPECT_EQ(content_of(reader), after);
  return hit;
}

std::size_t fail_every(const Call& change, io::FaultKind kind, bool sticky) {
  for (std::size_t n = 0;; n += n < 40 / kShare ? 1 : 4 * kShare) {
    SCOPED_TRACE(change.name + ", operation " + std::to_string(n) + (sticky ? ", for ever" : ""));
    const bool hit = refresh_failing(change, {.kind = kind, .at = n, .sticky = sticky});
    if (!hit || testing::Test::HasFailure()) return n;
  }
}

TEST(FailingRefresh, says_so_shows_a_state_that_was_and_succeeds_afterwards) {
  for (const Call& change : changes())
    EXPECT_GT(fail_every(change, io::FaultKind::kInputOutput, true), 3u);
}
TEST(FailingRefresh, without_descriptors_says_so_and_succeeds_afterwards) {
  for (const Call& change : changes())
    EXPECT_GT(fail_every(change, io::FaultKind::kTooManyFiles, true), 1u);
}

// What goes wrong behind the reader is told once for each cause, and passes with it.
TEST(FailingRefresh, of_a_reader_that_follows_by_itself_is_told_to_its_log) {
  const auto disk = copy_of_disk(sample());
  const auto files = std::make_shared<io::FaultFileSystem>(*disk);
  Database writer = open_on(disk, options_of_rich_store()).value();
  std::atomic<int> told = 0;
  DatabaseOptions options = reader_options();
  options.threads = 1;
  options.refresh_interval_ms = 1;
  options.log = [&](LogLevel, std::string_view message) {
    told += message.starts_with("refreshing: ") ? 1 : 0;
  };
  {
    Database reader = open_on(files, options).value();
    files->fail({.kind = io::FaultKind::kInputOutput, .at = 0, .sticky = true});
    while (told == 0) std::this_thread::yield();
    const std::size_t met = files->faults_hit();
    while (files->faults_hit() < met + 3) std::this_thread::yield();
    files->clear_fault();
    ASSERT_TRUE(change_records(writer).ok());
    while (content_of(reader) != content_of(writer)) std::this_thread::yield();
  }
  EXPECT_LE(told, 3) << "the same cause is told once";
}

}  // namespace
}  // namespace vecstore::crash
