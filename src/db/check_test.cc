// A check that meets a failing disk: what could not be looked at for want of memory is no damage,
// and what cannot be read is.
#include "db/check.h"

#include <gtest/gtest.h>

#include "base/test_share.h"
#include "db/test_full_store.h"
#include "io/fault_file_system.h"

namespace vecstore::db {
namespace {

constexpr const char* kForms[] = {"store", "copies/folder", "copies/file", "copies/next"};

TEST(Check, failing_for_want_of_memory_says_so_and_calls_nothing_damaged) {
  const auto disk = full_store();
  for (const std::string form : kForms) {
    std::size_t n = 0;
    for (;; n += kShare) {
      SCOPED_TRACE(form + ", operation " + std::to_string(n));
      io::FaultFileSystem files(*disk);
      files.fail({.kind = io::FaultKind::kNoMemory, .at = n});
      const Result<CheckReport> report = check_store(files, form, true);
      ASSERT_TRUE(!report.ok() || report->damage.empty()) << report->damage[0].what;
      ASSERT_TRUE(report.ok() || report.status().code() == Code::kResourceExhausted)
          << report.status().to_string();
      if (files.faults_hit() == 0) break;
    }
    EXPECT_GT(n, 10u);
  }
}

TEST(Check, failing_to_read_ends_as_an_error_or_names_the_file) {
  const auto disk = full_store();
  for (const std::string form : kForms)
    for (std::size_t n = 0;; n += 7 * kShare) {
      SCOPED_TRACE(form + ", operation " + std::to_string(n));
      io::FaultFileSystem files(*disk);
      files.fail({.kind = io::FaultKind::kInputOutput, .at = n});
      const Result<CheckReport> report = check_store(files, form, true);
      if (files.faults_hit() == 0) break;
      for (const Damage& one : report.ok() ? report->damage : std::vector<Damage>())
        ASSERT_TRUE(one.file.starts_with(form)) << one.file << ": " << one.what;
      ASSERT_TRUE(report.ok() || !report.status().message().empty());
    }
}

TEST(Check, of_a_backup_that_is_not_finished_says_that_it_is_none) {
  OddFiles files;
  const auto disk = full_store();
  for (const std::string& path : disk->files())
    if (path.starts_with("copies/next/")) {
      ASSERT_TRUE(files.set_content(path, disk->content(path).value()).ok());
    }
  ASSERT_TRUE(files.set_content("copies/next/UNFINISHED", {}).ok());
  EXPECT_EQ(check_store(files, "copies/next", true).status().code(), Code::kFailedPrecondition);
}

}  // namespace
}  // namespace vecstore::db
