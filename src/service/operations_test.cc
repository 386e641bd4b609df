#include "service/operations.h"

#include <gtest/gtest.h>

#include "service/test_service.h"

namespace vecstore {
namespace {

struct OperationsTest : testing::Test {
  TestService test{{.limits = {.max_k = 10,
                               .max_batch = 3,
                               .max_queries = 2,
                               .max_dimension = 4,
                               .query_timeout = std::chrono::milliseconds(60'000)},
                    .slow_query_ms = 0}};
  Admission may(Operation operation) { return *test.admit(test.admin, operation, "docs"); }
  void fill(int count) {
    auto docs = test.service->database().get_or_create("docs", {.dimension = 2}).value();
    for (int i = 0; i < count; ++i)
      ASSERT_TRUE(docs.upsert({.id = "r" + std::to_string(i), .vector = {1, float(i)}}).ok());
  }
};

TEST_F(OperationsTest, collections_are_listed_as_far_as_they_are_seen) {
  for (const char* name : {"docs", "other"})
    ASSERT_TRUE(test.service->database().create_collection(name).ok());
  const auto names = [&](const MadeKey& key) {
    return list_collections(*test.service, *test.admit(key, Operation::kListCollections, ""))
        .value();
  };
  EXPECT_EQ(names(test.admin), (std::vector<std::string>{"docs", "other"}));
  EXPECT_EQ(names(test.scoped), std::vector<std::string>{"docs"});
}

TEST_F(OperationsTest, what_is_above_the_limits_is_refused_and_nothing_written) {
  fill(0);
  const std::vector<Record> four = {{.id = "a"}, {.id = "b"}, {.id = "c"}, {.id = "d"}};
  EXPECT_EQ(upsert(*test.service, may(Operation::kUpsert), four).status().code(),
            Code::kInvalidArgument);
  const std::vector<Record> wide = {{.id = "a", .vector = {1, 2, 3, 4, 5}}};
  EXPECT_EQ(upsert(*test.service, may(Operation::kUpsert), wide).status().message(),
            "record 'a' has 5 components, this server allows 4 (max_dimension)");
  EXPECT_FALSE(
      create_collection(*test.service, may(Operation::kCreateCollection), {.dimension = 5}).ok());
  EXPECT_EQ(test.service->metrics().value(Figure::kRecordsWritten), 0);
}

TEST_F(OperationsTest, what_is_soft_deleted_is_hidden_until_it_is_restored_all_or_none) {
  fill(2);
  const auto count = [&] { return test.service->database().collection("docs")->count().value(); };
  const std::vector<std::string> both = {"r0", "r1"}, one_missing = {"r0", "gone"}, none;
  EXPECT_EQ(soft_delete(*test.service, may(Operation::kSoftDelete), one_missing).status().code(),
            Code::kNotFound);
  EXPECT_EQ(soft_delete(*test.service, may(Operation::kSoftDelete), none).status().code(),
            Code::kInvalidArgument);
  EXPECT_EQ(count(), 2u);
  EXPECT_EQ(soft_delete(*test.service, may(Operation::kSoftDelete), both)->replaced, 2u);
  EXPECT_EQ(count(), 0u);
  EXPECT_EQ(restore(*test.service, may(Operation::kRestoreRecords), both)->replaced, 2u);
  EXPECT_EQ(count(), 2u);
}

TEST_F(OperationsTest, a_record_that_comes_back_takes_room) {
  const MadeKey key = test.make_space("acme", {.max_vectors = 1});
  Collection docs =
      test.service->database().create_collection("acme/docs", {.dimension = 2}).value();
  const auto in = [&](Operation operation) { return *test.admit(key, operation, "docs"); };
  const std::vector<std::string> a = {"a"}, b = {"b"};
  ASSERT_TRUE(upsert(*test.service, in(Operation::kUpsert), std::vector<Record>{{.id = "a"}}).ok());
  ASSERT_TRUE(soft_delete(*test.service, in(Operation::kSoftDelete), a).ok());
  ASSERT_TRUE(upsert(*test.service, in(Operation::kUpsert), std::vector<Record>{{.id = "b"}}).ok());
  EXPECT_EQ(restore(*test.service, in(Operation::kRestoreRecords), a).status().code(),
            Code::kFailedPrecondition);
  ASSERT_TRUE(soft_delete(*test.service, in(Operation::kSoftDelete), b).ok());
  EXPECT_TRUE(restore(*test.service, in(Operation::kRestoreRecords), a).ok());
  test.set_quotas("acme", {.max_storage_bytes = 4});
  EXPECT_EQ(soft_delete(*test.service, in(Operation::kSoftDelete), a).status().code(),
            Code::kFailedPrecondition);
}

TEST_F(OperationsTest, pages_of_a_scan_come_one_after_the_other) {
  fill(7);
  ScanOptions options;
  std::vector<std::string> ids;
  for (int pages = 0; pages < 10; ++pages) {
    const ScanPage page = scan_page(*test.service, may(Operation::kScan), options, 3).value();
    for (const Record& record : page.records) ids.push_back(record.id);
    options.after = page.next;
    if (page.next.empty()) break;
  }
  EXPECT_EQ(ids, (std::vector<std::string>{"r0", "r1", "r2", "r3", "r4", "r5", "r6"}));
  EXPECT_FALSE(scan_page(*test.service, may(Operation::kScan), {}, 11).ok());
  EXPECT_FALSE(scan_page(*test.service, may(Operation::kScan), {}, 0).ok());
}

TEST_F(OperationsTest, queries_are_answered_and_the_slow_ones_remembered) {
  fill(3);
  EXPECT_EQ(query(*test.service, may(Operation::kQuery), {.vector = {1, 0}, .k = 2})->size(), 2u);
  const auto two =
      query_many(*test.service, may(Operation::kQueryMany), {{.vector = {1, 0}}, {.k = 1}});
  EXPECT_EQ(two.value()[0].size(), 3u);
  EXPECT_FALSE(query(*test.service, may(Operation::kQuery), {.k = 11}).ok());
  EXPECT_FALSE(query_many(*test.service, may(Operation::kQueryMany), {{}, {}, {}}).ok());
  ASSERT_EQ(test.service->slow_queries().list().size(), 3u);
  EXPECT_EQ(test.service->slow_queries().list().back().collection, "docs");
}

TEST_F(OperationsTest, a_query_whose_caller_has_gone_is_cancelled) {
  fill(3);
  const Admission admission = may(Operation::kQuery);
  CancelToken(admission.cancel()).cancel();
  EXPECT_EQ(query(*test.service, admission, {.vector = {1, 0}}).status().code(), Code::kCancelled);
}

TEST_F(OperationsTest, a_query_that_waited_longer_than_it_may_does_not_begin) {
  fill(3);
  const Admission admission = may(Operation::kQuery);
  const double until = monotonic_ms() + 3;
  while (monotonic_ms() < until) {
  }
  Query asked{.vector = {1, 0}};
  asked.timeout = std::chrono::milliseconds(2);
  EXPECT_EQ(query(*test.service, admission, asked).status().code(), Code::kDeadlineExceeded);
}

TEST_F(OperationsTest, records_are_changed_and_removed) {
  fill(3);
  Update change{.id = "r1"};
  change.text = "new";
  EXPECT_EQ(update(*test.service, may(Operation::kUpdate), change)->replaced, 1u);
  const std::vector<std::string> ids = {"r0", "none"};
  EXPECT_EQ(remove(*test.service, may(Operation::kRemove), ids)->replaced, 1u);
  const Filter filter = Filter::parse("$id = 'r1'").value();
  EXPECT_EQ(remove_where(*test.service, may(Operation::kRemove), filter)->replaced, 1u);
  EXPECT_EQ(test.service->metrics().value(Figure::kRecordsWritten), 3);
}

}  // namespace
}  // namespace vecstore
