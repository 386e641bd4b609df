// Writes that are refused, each for its reason, and what their conditions mean.
#include "db/write_ops.h"

#include <gtest/gtest.h>

#include "db/test_database.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr std::uint64_t kNoVersion = 999'999;

void expect_refused(const Result<WriteResult>& result, Code code, const std::string& why) {
  EXPECT_EQ(code_of(result), code) << result.status().to_string();
  EXPECT_NE(message_of(result).find(why), std::string::npos) << result.status().to_string();
}

BatchOperation with(BatchOperation step, const WriteCondition& condition) {
  step.condition = condition;
  return step;
}

Status run(Collection& things, const BatchOperation& step) {
  return things.apply({&step, 1}, BatchMode::kAtomic).status();
}

TEST(WriteOps, conditions_hold_for_every_kind_of_step) {
  TestDatabase fixture;
  Collection things = fixture.things();
  const std::uint64_t version = things.upsert(record("a", {1, 0})).value().sequence;
  const WriteCondition wrong{.if_version = kNoVersion};
  const WriteCondition absent{.if_absent = true};
  const WriteCondition right{.if_version = version};
  EXPECT_EQ(run(things, with(BatchOperation::soft_delete("a"), wrong)).code(), Code::kAborted);
  EXPECT_EQ(run(things, with(BatchOperation::remove("a"), wrong)).code(), Code::kAborted);
  EXPECT_EQ(run(things, with(BatchOperation::change({.id = "a"}), wrong)).code(), Code::kAborted);
  EXPECT_EQ(things.get("a")->version, version);
  EXPECT_TRUE(run(things, with(BatchOperation::soft_delete("a"), right)).ok());
  const Status refused = run(things, with(BatchOperation::restore("a"), wrong));
  EXPECT_EQ(refused.code(), Code::kAborted);
  EXPECT_NE(refused.message().find("expected 999999"), std::string::npos) << refused.message();
  EXPECT_EQ(run(things, with(BatchOperation::restore("a"), absent)).code(), Code::kInvalidArgument);
  const WriteCondition deleted{.if_version = things.list_deleted()->at(0).version};
  EXPECT_TRUE(run(things, with(BatchOperation::restore("a"), deleted)).ok());
  EXPECT_TRUE(things.contains("a").value());
}

TEST(WriteOps, ids_that_cannot_be_are_refused_by_every_kind_of_step) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert(record("a", {1, 0})).ok());
  const std::vector<std::string> empty = {""};
  EXPECT_EQ(code_of(things.upsert(record("", {1, 0}))), Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.update({.id = ""})), Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.remove("")), Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.remove_many(empty)), Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.soft_delete("")), Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.restore("")), Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.rollback("", 1)), Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.versions("")), Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.get_version("", 1)), Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.contains("")), Code::kInvalidArgument);
  BatchOperation unknown;
  unknown.kind = static_cast<BatchOperation::Kind>(99);
  EXPECT_EQ(run(things, unknown).code(), Code::kInvalidArgument);
  EXPECT_EQ(things.count().value(), 1u);
}

TEST(WriteOps, a_restored_record_must_be_there_deleted_and_not_expired) {
  TestDatabase fixture;
  Collection things = fixture.things();
  expect_refused(things.restore("nobody"), Code::kNotFound, "'nobody' is not soft-deleted");
  ASSERT_TRUE(things.upsert_with_ttl(record("a", {1, 0}), std::chrono::milliseconds(100)).ok());
  expect_refused(things.restore("a"), Code::kNotFound, "not soft-deleted");
  ASSERT_TRUE(things.soft_delete("a").ok());
  fixture.clock.advance(200);
  expect_refused(things.restore("a"), Code::kNotFound, "not soft-deleted");
  expect_refused(things.soft_delete("a"), Code::kNotFound, "'a'");
}

TEST(WriteOps, an_update_may_replace_metadata_patch_it_or_both) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert(record("a", {1, 0})).ok());
  Update change{.id = "a"};
  change.metadata = Metadata{{"new", 1}, {"gone", 2}};
  ASSERT_TRUE(things.update(change).ok());
  EXPECT_EQ(things.get("a")->metadata, (Metadata{{"new", 1}, {"gone", 2}}));
  change.metadata_patch = Metadata{{"gone", Value()}};
  ASSERT_TRUE(things.update(change).ok());
  EXPECT_EQ(things.get("a")->metadata, (Metadata{{"new", 1}}));
}

TEST(WriteOps, metadata_that_a_patch_makes_too_large_or_too_deep_is_refused) {
  TestDatabase fixture;
  Collection things = fixture.things();
  Record large = record("a", {1, 0});
  large.metadata = Metadata{{"x", std::string(kMaxMetadataBytes / 2 + 100, 'x')}};
  ASSERT_TRUE(things.upsert(large).ok());
  Update change{.id = "a"};
  change.metadata_patch = Metadata{{"y", std::string(kMaxMetadataBytes / 2 + 100, 'y')}};
  expect_refused(things.update(change), Code::kInvalidArgument, "the limit is");
  EXPECT_EQ(things.get("a")->metadata, large.metadata);
}

TEST(WriteOps, an_update_that_contradicts_itself_is_refused) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert(record("a", {1, 0})).ok());
  Update both{.id = "a", .text = "new"};
  both.remove_text = true;
  expect_refused(things.update(both), Code::kInvalidArgument, "both sets and removes");
  Update early{.id = "a"};
  early.expires_at = -5;
  expect_refused(things.update(early), Code::kInvalidArgument, "before 1970");
  Update twice{.id = "a"};
  twice.vectors = {{"vector", Vector({1, 2})}, {"vector", Vector({3, 4})}};
  expect_refused(things.update(twice), Code::kInvalidArgument, "given twice");
  Update bad_text{.id = "a", .text = "\xff"};
  expect_refused(things.update(bad_text), Code::kInvalidArgument, "UTF-8");
  Update bad_metadata{.id = "a"};
  bad_metadata.metadata = Metadata{{"\xff", 1}};
  expect_refused(things.update(bad_metadata), Code::kInvalidArgument, "UTF-8");
  Update bad_patch{.id = "a"};
  bad_patch.metadata_patch = Metadata{{"x", "\xff"}};
  expect_refused(things.update(bad_patch), Code::kInvalidArgument, "UTF-8");
  EXPECT_EQ(things.get("a")->text, "text of a");
}

TEST(WriteOps, a_record_that_contradicts_itself_is_refused) {
  TestDatabase fixture;
  Collection things =
      fixture.things({.dimension = 2, .fields = {{"other", VectorKind::kDense, 2}}});
  Record twice = record("a", {1, 0});
  twice.vectors = {{"other", Vector({1, 2})}, {"other", Vector({3, 4})}};
  expect_refused(things.upsert(twice), Code::kInvalidArgument, "'other' is given twice");
  twice.vectors = {{"vector", Vector({1, 2})}};
  expect_refused(things.upsert(twice), Code::kInvalidArgument, "'vector' is given twice");
  Record early = record("a", {1, 0});
  early.expires_at = -1;
  expect_refused(things.upsert(early), Code::kInvalidArgument, "before 1970");
  Record empty_one = record("a", {1, 0});
  empty_one.vectors = {{"other", Vector()}};
  EXPECT_TRUE(things.upsert(empty_one).ok()) << "a vector with nothing in it is none";
}

TEST(WriteOps, a_rollback_heeds_its_condition_and_leaves_a_passed_expiry_out) {
  TestDatabase fixture;
  Collection things = fixture.things({.dimension = 2, .keep_versions = 3});
  const auto first =
      things.upsert_with_ttl(record("a", {1, 0}), std::chrono::milliseconds(100)).value().sequence;
  const auto second = things.upsert(record("a", {0, 1})).value().sequence;
  fixture.clock.advance(1'000);
  EXPECT_EQ(code_of(things.rollback("a", first, {.if_version = first})), Code::kAborted);
  EXPECT_EQ(code_of(things.rollback("a", second, {.if_version = first})), Code::kAborted);
  EXPECT_EQ(things.rollback("a", second)->sequence, 0u) << "it is so already";
  ASSERT_TRUE(things.rollback("a", first, {.if_version = second}).ok());
  EXPECT_EQ(things.get("a")->vector, Vector({1, 0}));
  EXPECT_EQ(things.get("a")->expires_at, 0);
}

TEST(WriteOps, columns_of_other_lengths_are_refused_with_their_numbers) {
  TestDatabase fixture;
  Collection things = fixture.things();
  const std::vector<std::string> ids = {"a", "b"}, none, texts = {"one"};
  const std::vector<float> vectors = {1, 2, 3, 4}, odd = {1, 2, 3};
  const std::vector<Metadata> metadata = {{{"n", 1}}};
  const auto write = [&](auto&... columns) { return things.upsert_many(columns...); };
  const std::vector<Metadata> no_metadata;
  const std::vector<std::string> no_texts;
  expect_refused(write(ids, vectors, metadata, no_texts), Code::kInvalidArgument,
                 "2 ids come with 1 metadata objects");
  expect_refused(write(ids, vectors, no_metadata, texts), Code::kInvalidArgument,
                 "2 ids come with 1 texts");
  expect_refused(write(ids, odd, no_metadata, no_texts), Code::kInvalidArgument, "do not divide");
  expect_refused(write(none, vectors, no_metadata, no_texts), Code::kInvalidArgument,
                 "0 ids come with 4 vector components");
  const std::vector<float> no_vectors;
  EXPECT_EQ(write(none, no_vectors, no_metadata, no_texts)->sequence, 0u);
  EXPECT_EQ(write(ids, vectors, no_metadata, no_texts)->inserted, 2u);
}

TEST(WriteOps, the_first_vector_may_not_have_more_dimensions_than_any) {
  TestDatabase fixture;
  Collection things = fixture.things({});
  Record long_one{.id = "a"};
  long_one.vector = Vector(DenseVector(kMaxDimension + 1, 1.0f));
  expect_refused(things.upsert(long_one), Code::kInvalidArgument, "the limit is");
  const std::vector<BatchOperation> steps = {
      BatchOperation::upsert({.id = "b"}), BatchOperation::remove("nobody"),
      BatchOperation::change({.id = "b", .vectors = {{"vector", Vector({1, 2, 3})}}}),
      BatchOperation::change({.id = "nobody", .vectors = {{"vector", Vector({1, 2})}}})};
  const BatchResult done = things.apply(steps, BatchMode::kEach).value();
  EXPECT_TRUE(done.steps[2].ok()) << done.steps[2].to_string();
  EXPECT_FALSE(done.steps[3].ok());
  EXPECT_EQ(things.options().dimension, 3u);
}

TEST(WriteOps, a_ttl_is_from_a_millisecond_to_a_hundred_years) {
  TestDatabase fixture;
  Collection things = fixture.things();
  const std::chrono::hours ages(24 * 366 * 101);
  expect_refused(things.upsert_with_ttl(record("a", {1, 0}), std::chrono::milliseconds(0)),
                 Code::kInvalidArgument, "ttl is 0 ms");
  expect_refused(things.upsert_with_ttl(record("a", {1, 0}), ages), Code::kInvalidArgument,
                 "a hundred years");
  ASSERT_TRUE(things.upsert(record("a", {1, 0})).ok());
  expect_refused(things.set_ttl("a", ages), Code::kInvalidArgument, "a hundred years");
}

TEST(WriteOps, filters_that_cannot_be_read_change_nothing) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert(record("a", {1, 0})).ok());
  expect_refused(things.remove_where("year >"), Code::kInvalidArgument, "");
  expect_refused(things.update_where("year >", {.text = "x"}), Code::kInvalidArgument, "");
  EXPECT_EQ(things.get("a")->text, "text of a");
}

TEST(WriteOps, an_update_that_gives_the_first_vector_needs_its_record) {
  TestDatabase fixture;
  Collection things = fixture.things({});
  Update change{.id = "nobody"};
  change.vectors = {{"vector", Vector({1, 2})}};
  expect_refused(things.update(change), Code::kNotFound, "nobody");
  EXPECT_EQ(things.options().dimension, 0u) << "an update of nothing decides nothing";
  ASSERT_TRUE(things.upsert({.id = "a"}).ok());
  change.id = "a";
  change.vectors = {{"vector", Vector(DenseVector(kMaxDimension + 1, 1.0f))}};
  expect_refused(things.update(change), Code::kInvalidArgument, "the limit is");
  const std::vector<Record> nameless = {{.id = "b"}, {.id = ""}, {.id = "d"}};
  expect_refused(things.upsert_many(nameless), Code::kInvalidArgument, "position 1");
  const std::vector<Record> batch = {{.id = "b"}, {.id = "c", .text = "\xff"}, {.id = "d"}};
  expect_refused(things.upsert_many(batch), Code::kInvalidArgument, "position 1");
  EXPECT_EQ(things.count().value(), 1u);
}

TEST(WriteOps, a_patch_may_leave_no_metadata) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert({.id = "a", .metadata = Metadata{{"n", 1}}}).ok());
  Update change{.id = "a"};
  change.metadata_patch = Metadata{{"n", Value()}};
  ASSERT_TRUE(things.update(change).ok());
  EXPECT_TRUE(things.get("a")->metadata.empty());
}

TEST(WriteOps, a_handle_of_a_closed_database_says_so) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(fixture.db->close().ok());
  const std::vector<std::string> ids = {"a"}, texts;
  const std::vector<float> vector = {1, 2};
  const std::vector<Metadata> metadata;
  EXPECT_EQ(code_of(things.upsert_many(ids, vector, metadata, texts)), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(things.rollback("a", 1)), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(things.get_version("a", 1)), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(things.restore("a")), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(things.purge()), Code::kFailedPrecondition);
  EXPECT_EQ(things.set_keep_versions(1).code(), Code::kFailedPrecondition);
}

TEST(WriteOps, vectors_of_other_fields_are_checked_by_the_names_of_those) {
  TestDatabase fixture;
  Collection things =
      fixture.things({.dimension = 2, .fields = {{"other", VectorKind::kDense, 3}}});
  Record made = record("a", {1, 0});
  made.vectors = {{"other", Vector({1, 2})}};
  expect_refused(things.upsert(made), Code::kInvalidArgument, "in field 'other'");
  made.vectors = {{"none", Vector({1, 2})}};
  expect_refused(things.upsert(made), Code::kInvalidArgument, "none");
  ASSERT_TRUE(things.upsert({.id = "b", .text = "only words"}).ok());
  Query words{.text = "words"};
  words.include.vector = true;
  const Hits hits = things.query(words).value();
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_FALSE(hits[0].vector.has_value());
}

TEST(WriteOps, queries_whose_parts_exclude_each_other_are_refused) {
  TestDatabase fixture;
  Collection things = fixture.things();
  const Query stage{.vector = {1, 0}};
  Query query{.vector = {1, 0}, .target_recall = 0.9, .prefetch = {stage}};
  EXPECT_EQ(code_of(things.query(query)), Code::kInvalidArgument);
  query = {.vector = {1, 0}};
  query.autocut = 1;
  query.mmr = Mmr();
  EXPECT_EQ(code_of(things.query(query)), Code::kInvalidArgument);
}

TEST(WriteOps, rules_hold_for_dates_and_for_keys_that_lead_to_nothing) {
  TestDatabase fixture;
  CollectionOptions options{.dimension = 2};
  options.metadata.strict = true;
  options.metadata.fields = {{.name = "when", .type = MetadataType::kDate, .max = "2026-01-01"},
                             {.name = "deep.n", .type = MetadataType::kInteger}};
  Collection things = fixture.things(options);
  const auto write = [&](const Metadata& metadata) {
    return things.upsert({.id = "a", .metadata = metadata});
  };
  expect_refused(write({{"when", "2027-05-01"}}), Code::kInvalidArgument, "when");
  expect_refused(write({{"deep", 5}}), Code::kInvalidArgument, "deep");
  EXPECT_TRUE(write({{"when", "2025-05-01"}, {"deep", Value()}}).ok());
}

TEST(WriteOps, texts_of_a_collection_that_indexes_none_are_kept) {
  TestDatabase fixture;
  CollectionOptions options{.dimension = 2};
  options.text.analyzer = "none";
  Collection things = fixture.things(options);
  const std::vector<Record> batch = {record("a", {1, 0}), record("b", {0, 1})};
  ASSERT_TRUE(things.upsert_many(batch).ok());
  EXPECT_EQ(things.get("b")->text, "text of b");
  EXPECT_FALSE(things.query({.text = "text"}).ok());
}

TEST(WriteOps, fields_without_a_dimension_take_that_of_their_first_vector) {
  TestDatabase fixture;
  Collection things =
      fixture.things({.dimension = 2, .fields = {{"one", VectorKind::kDense}, {"two"}}});
  Record made = record("a", {1, 0});
  made.vectors = {{"one", Vector()}, {"two", Vector({1, 2, 3})}};
  ASSERT_TRUE(things.upsert(made).ok());
  EXPECT_EQ(things.options().fields.at(0).dimension, 0u);
  EXPECT_EQ(things.options().fields.at(1).dimension, 3u);
}

TEST(WriteOps, an_empty_collection_explains_that_there_are_no_rows) {
  TestDatabase fixture;
  const Hits hits =
      fixture.things().query({.vector = {1, 0}, .explain = Explain::kAnalyze}).value();
  EXPECT_TRUE(hits.empty());
}

}  // namespace
}  // namespace vecstore
