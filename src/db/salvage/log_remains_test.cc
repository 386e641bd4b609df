// A log that is longer than what is read of it at once.
#include "db/salvage/log_remains.h"

#include <gtest/gtest.h>

#include "db/salvage/salvage.h"
#include "db/test_store.h"
#include "io/fault_file_system.h"

namespace vecstore::db {
namespace {

// Some 2.4 MiB in the log alone, as a process that was killed left it.
std::shared_ptr<OddFiles> long_log() {
  auto files = std::make_shared<OddFiles>();
  Database database = try_open(files, {.threads = 0, .seal_rows = 1000}).value();
  Collection things = database.get_or_create("things", {.dimension = 2}).value();
  for (int i = 0; i < 40; ++i) {
    Record record{.id = std::to_string(i), .vector = {1, 2}};
    record.metadata = Metadata{{"long", "number " + std::to_string(i) + std::string(60'000, 'x')}};
    EXPECT_TRUE(things.upsert(record).ok());
  }
  return copy_of(*files);
}

// Whose database it is only the log itself can say.
TEST(LogRemains, alone_are_saved_and_failing_for_want_of_memory_are_not_lost) {
  auto disk = std::make_shared<OddFiles>();
  {
    Database database = try_open(disk).value();
    Collection things = database.get_or_create("things", {.dimension = 2}).value();
    ASSERT_TRUE(fill(things, 0, 3).ok());
    disk = copy_of(*disk);
  }
  for (const std::string& path : disk->files())
    if (path.find("MANIFEST") != std::string::npos) {
      ASSERT_TRUE(disk->remove(path).ok());
    }
  for (std::size_t n = 0;; ++n) {
    SCOPED_TRACE("operation " + std::to_string(n));
    const auto trial = copy_of(*disk);
    io::FaultFileSystem files(*trial);
    files.fail({.kind = io::FaultKind::kNoMemory, .at = n});
    const Result<SalvageReport> report = salvage_store(files, "store", "saved", {});
    EXPECT_TRUE(report.ok() || report.status().code() == Code::kResourceExhausted ||
                report.status().code() == Code::kNotFound)
        << report.status().to_string();
    EXPECT_TRUE(!report.ok() || report->saved == 3);
    if (files.faults_hit() == 0) break;
  }
}

TEST(LogRemains, of_a_long_log_failing_to_be_read_end_as_an_error) {
  const auto disk = long_log();
  std::string path;  // of the log file that has most of it
  for (const std::string& one : disk->files())
    if (as_text(disk->content(one).value()).find("number 16") != std::string_view::npos) path = one;
  const Bytes whole = disk->content(path).value();
  for (const bool damaged : {false, true}) {
    Bytes bytes = whole;
    const std::size_t at = as_text(whole).find("number 16");  // near the end of the first MiB
    if (damaged) bytes.at(at) ^= std::byte{1};
    ASSERT_TRUE(disk->set_content(path, bytes).ok());
    std::size_t n = 0;
    for (;; ++n) {
      SCOPED_TRACE("read " + std::to_string(n));
      const auto trial = copy_of(*disk);
      io::FaultFileSystem files(*trial);
      files.fail({.kind = io::FaultKind::kNoMemory, .at = n});
      const Result<SalvageReport> report = salvage_store(files, "store", "saved", {});
      if (files.faults_hit() == 0) {
        EXPECT_EQ(report->saved, damaged ? 39u : 40u);
        break;
      }
      EXPECT_TRUE(report.ok() || report.status().code() == Code::kResourceExhausted);
      EXPECT_TRUE(!report.ok() || report->saved == (damaged ? 39u : 40u));
    }
    EXPECT_GT(n, 10u);
  }
}

}  // namespace
}  // namespace vecstore::db
