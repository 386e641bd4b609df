#include "service/audit_log.h"

#include <gmock/gmock.h>

#include <thread>
#include <vector>

#include "base/test_folder.h"

namespace vecstore {
namespace {

struct AuditLogTest : testing::Test {
  TestFolder folder;
  const std::string path = folder / "audit";
  std::unique_ptr<AuditLog> open(const AuditOptions& options = {}) {
    return AuditLog::open(path, options).value();
  }
  std::string first_file() const { return path + "/audit-0000000000000001.jsonl"; }
};

TEST_F(AuditLogTest, goes_on_with_its_chain_when_opened_again) {
  const std::string hash = [&] {
    const auto log = open();
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(log->add({.kind = "query"}).ok());
    EXPECT_EQ(AuditLog::open(path, {}).status().code(), Code::kUnavailable);
    return log->end().hash;
  }();
  EXPECT_TRUE(open()->add({.kind = "query"}).ok());
  const AuditReport report = AuditLog::verify(path, hash).value();
  EXPECT_EQ(report.records, 4u);
  EXPECT_EQ(report.first, 1u);
  EXPECT_TRUE(report.contains);
  EXPECT_FALSE(AuditLog::verify(path, std::string(64, 'a')).value().contains);
}

TEST_F(AuditLogTest, an_edit_anywhere_is_found_and_named) {
  const auto log = open();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(log->add({.kind = "records.upsert"}).ok());
  const std::string text = read_whole(first_file(), 1 << 20).value();
  std::vector<std::string> edits = {text.substr(0, text.find('\n') + 1) + text};
  edits.push_back(text.substr(text.find('\n') + 1));
  std::string changed = text;
  changed.replace(changed.find("upsert"), 6, "remove");
  edits.push_back(changed);
  for (const std::string& edit : edits) {
    ASSERT_TRUE(replace_file(first_file(), edit).ok());
    const auto report = AuditLog::verify(path);
    EXPECT_EQ(report.status().code(), Code::kDataLoss);
    EXPECT_THAT(report.status().message(), testing::HasSubstr("audit-0000000000000001.jsonl"));
  }
}

TEST_F(AuditLogTest, a_line_that_a_crash_left_unfinished_is_cut_off) {
  ASSERT_TRUE(open()->add({.kind = "query"}).ok());
  const std::string text = read_whole(first_file(), 1 << 20).value();
  ASSERT_TRUE(replace_file(first_file(), text + text.substr(0, 40)).ok());
  EXPECT_TRUE(AuditLog::verify(path).value().unfinished);
  ASSERT_TRUE(open()->add({.kind = "query"}).ok());
  const AuditReport report = AuditLog::verify(path).value();
  EXPECT_EQ(report.records, 2u);
  EXPECT_FALSE(report.unfinished);
}

TEST_F(AuditLogTest, rotates_and_keeps_so_many_files) {
  {
    const auto log = open({.file_bytes = 1'000, .max_files = 3});
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(log->add({.kind = "query"}).ok());
  }
  const AuditReport report = AuditLog::verify(path).value();
  EXPECT_EQ(report.files, 3u);
  EXPECT_GT(report.first, 1u);
  EXPECT_EQ(report.end.sequence, 40u);
  ASSERT_TRUE(open()->add({.kind = "query"}).ok());
  EXPECT_EQ(AuditLog::verify(path).value().end.sequence, 41u);
}

TEST_F(AuditLogTest, refuses_to_go_on_with_what_was_edited) {
  ASSERT_TRUE(open()->add({.kind = "query"}).ok());
  ASSERT_TRUE(replace_file(first_file(), "{}\n").ok());
  EXPECT_EQ(AuditLog::open(path, {}).status().code(), Code::kDataLoss);
}

TEST_F(AuditLogTest, is_whole_under_many_threads) {
  const auto log = open({.file_bytes = 4'096, .max_files = 1'000});
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) EXPECT_TRUE(log->add({.kind = "query"}).ok());
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(AuditLog::verify(path).value().records, 400u);
  EXPECT_EQ(AuditLog::verify(folder / "none").status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace vecstore
