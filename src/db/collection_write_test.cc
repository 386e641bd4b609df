#include <gtest/gtest.h>

#include <cmath>

#include "db/test_database.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

TEST(Collection, a_write_says_what_it_did_and_where_it_is_in_the_log) {
  TestDatabase fixture;
  Collection things = fixture.things();
  const WriteResult first = things.upsert(record("a", {1, 0})).value();
  const WriteResult second = things.upsert(record("a", {0, 1})).value();
  EXPECT_EQ(first.inserted, 1u);
  EXPECT_EQ(first.replaced, 0u);
  EXPECT_EQ(second.inserted, 0u);
  EXPECT_EQ(second.replaced, 1u);
  EXPECT_GT(second.sequence, first.sequence);
  EXPECT_EQ(things.get("a").value().version, second.sequence);
  EXPECT_EQ(things.remove("nobody").value().replaced, 0u);
  EXPECT_EQ(things.remove("nobody").value().sequence, 0u);
  EXPECT_EQ(things.remove("a").value().replaced, 1u);
}

TEST(Collection, upsert_keeps_created_at_and_clears_expiry_and_soft_deletion) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert_with_ttl(record("a", {1, 0}), std::chrono::hours(1)).ok());
  ASSERT_TRUE(things.soft_delete("a").ok());
  fixture.clock.advance(500);
  ASSERT_TRUE(things.upsert({.id = "a"}).ok());
  const Record found = things.get("a").value();
  EXPECT_EQ(found.created_at, 1'000'000);
  EXPECT_EQ(found.updated_at, 1'000'500);
  EXPECT_EQ(found.expires_at, 0);
  EXPECT_EQ(found.deleted_at, 0);
  EXPECT_TRUE(found.vector.empty()) << "the whole record was replaced";
  EXPECT_FALSE(found.text.has_value());
}

TEST(Collection, if_absent_writes_only_what_is_not_there) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert(record("a", {1, 0}), {.if_absent = true}).ok());
  const auto refused = things.upsert(record("a", {0, 1}), {.if_absent = true});
  EXPECT_EQ(code_of(refused), Code::kAborted);
  EXPECT_NE(message_of(refused).find("record 'a' exists"), std::string::npos);
  EXPECT_EQ(things.get("a").value().vector, Vector({1, 0}));
  ASSERT_TRUE(things.soft_delete("a").ok());
  EXPECT_TRUE(things.upsert(record("a", {0, 1}), {.if_absent = true}).ok());
}

TEST(Collection, if_version_writes_only_over_that_version) {
  TestDatabase fixture;
  Collection things = fixture.things();
  const std::uint64_t version = things.upsert(record("a", {1, 0})).value().sequence;
  EXPECT_EQ(code_of(things.upsert(record("a", {0, 1}), {.if_version = version + 1})),
            Code::kAborted);
  EXPECT_EQ(code_of(things.upsert(record("b", {0, 1}), {.if_version = 1})), Code::kAborted);
  EXPECT_EQ(code_of(things.remove("a", {.if_version = version + 1})), Code::kAborted);
  EXPECT_TRUE(things.upsert(record("a", {0, 1}), {.if_version = version}).ok());
  EXPECT_EQ(code_of(things.update({.id = "a", .text = "t"}, {.if_version = version})),
            Code::kAborted);
  EXPECT_EQ(things.get("a").value().vector, Vector({0, 1}));
}

TEST(Collection, update_merges_metadata_and_replaces_single_parts) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert(record("a", {1, 0}, 1999)).ok());
  Update update{.id = "a"};
  update.metadata_patch = Metadata{{"year", Value()}, {"more", Object{{"x", 1}}}};
  fixture.clock.advance(10);
  EXPECT_EQ(things.update(update).value().replaced, 1u);
  Record found = things.get("a").value();
  EXPECT_EQ(found.metadata.find("year"), nullptr);
  EXPECT_NE(found.metadata.find("tags"), nullptr);
  EXPECT_EQ(found.vector, Vector({1, 0}));
  EXPECT_EQ(found.created_at + 10, found.updated_at);

  ASSERT_TRUE(
      things.update({.id = "a", .vectors = {{"vector", Vector({0, 2})}}, .text = "n"}).ok());
  found = things.get("a").value();
  EXPECT_EQ(found.vector, Vector({0, 2})) << "as stored, never normalised";
  EXPECT_EQ(found.text, "n");
  ASSERT_TRUE(
      things.update({.id = "a", .vectors = {{"vector", Vector()}}, .remove_text = true}).ok());
  EXPECT_TRUE(things.get("a").value().vector.empty());
  EXPECT_FALSE(things.get("a").value().text.has_value());
  EXPECT_EQ(code_of(things.update({.id = "nobody"})), Code::kNotFound);
}

TEST(Collection, update_and_remove_by_filter_say_how_many) {
  TestDatabase fixture;
  Collection things = fixture.things();
  for (int i = 0; i < 10; ++i)
    ASSERT_TRUE(things.upsert(record(std::to_string(i), {1, 0}, i)).ok());
  Update change;
  change.metadata_patch = Metadata{{"old", true}};
  EXPECT_EQ(things.update_where("year < 4", change).value().replaced, 4u);
  EXPECT_EQ(things.count("old = true").value(), 4u);
  EXPECT_EQ(things.remove_where("old = true").value().replaced, 4u);
  EXPECT_EQ(things.count().value(), 6u);
  EXPECT_EQ(things.remove_where("year = 99").value().sequence, 0u);
  EXPECT_EQ(code_of(things.remove_where("year <")), Code::kInvalidArgument);
  EXPECT_EQ(things.remove_many(Ids{"4", "5", "4", "nobody"}).value().replaced, 2u);
}

TEST(Batch, is_all_or_nothing) {
  TestDatabase fixture;
  Collection things = fixture.things();
  std::vector<Record> batch = {record("a", {1, 0}), record("b", {0, 1}), record("c", {1, 2, 3})};
  const auto refused = things.upsert_many(batch);
  EXPECT_EQ(message_of(refused),
            "record at position 2: vector has 3 dimensions, collection 'things' has 2");
  EXPECT_EQ(things.count().value(), 0u);
  batch[2].vector = {1, 2};
  const WriteResult written = things.upsert_many(batch).value();
  EXPECT_EQ(written.inserted, 3u);
  EXPECT_EQ(things.count().value(), 3u);
  EXPECT_EQ(things.upsert_many(std::vector<Record>()).value().sequence, 0u);
}

TEST(Batch, an_id_given_twice_is_refused_with_both_positions) {
  TestDatabase fixture;
  Collection things = fixture.things();
  const std::vector<Record> batch = {record("a", {1, 0}), record("b", {1, 0}), record("a", {0, 1})};
  EXPECT_EQ(message_of(things.upsert_many(batch)), "id 'a' is given twice, at positions 0 and 2");
  EXPECT_EQ(things.count().value(), 0u);
}

TEST(Batch, above_64_MiB_is_refused_and_leaves_nothing) {
  TestDatabase fixture;
  Collection things = fixture.things();
  std::vector<Record> batch(5);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    batch[i].id = std::to_string(i);
    batch[i].text = std::string(kMaxTextBytes - 10, 'x');
  }
  const auto refused = things.upsert_many(batch);
  EXPECT_EQ(code_of(refused), Code::kInvalidArgument);
  EXPECT_NE(message_of(refused).find("67108864"), std::string::npos) << message_of(refused);
  EXPECT_EQ(things.count().value(), 0u);
}

TEST(Batch, columns_of_ids_and_vectors_make_records) {
  TestDatabase fixture;
  Collection things = fixture.things();
  const std::vector<float> vectors = {1, 2, 3, 4};
  const std::vector<Metadata> metadata = {{{"n", 0}}, {{"n", 1}}};
  ASSERT_TRUE(things.upsert_many(Ids{"a", "b"}, vectors, metadata, Ids{"x", "y"}).ok());
  EXPECT_EQ(things.get("b").value().vector, Vector({3, 4}));
  EXPECT_EQ(things.get("b").value().text, "y");
  EXPECT_EQ(message_of(things.upsert_many(Ids{"a", "b", "c"}, vectors)),
            "4 vector components do not divide among 3 ids");
  EXPECT_EQ(message_of(things.upsert_many(Ids{"a", "b"}, vectors, {}, Ids{"x"})),
            "2 ids come with 1 texts");
}

TEST(Batch, mixed_steps_run_in_order_and_atomically) {
  TestDatabase fixture;
  Collection things = fixture.things();
  std::vector<BatchOperation> steps;
  steps.push_back(BatchOperation::upsert(record("a", {1, 0})));
  steps.push_back(BatchOperation::change({.id = "a", .text = "changed"}));
  steps.push_back(BatchOperation::upsert(record("b", {0, 1})));
  steps.push_back(BatchOperation::remove("b"));
  EXPECT_TRUE(things.apply(steps).ok());
  EXPECT_EQ(things.get("a").value().text, "changed");
  EXPECT_EQ(things.count().value(), 1u);

  steps = {BatchOperation::remove("a"), BatchOperation::change({.id = "nobody"})};
  const auto refused = things.apply(steps);
  EXPECT_EQ(code_of(refused), Code::kNotFound);
  EXPECT_NE(message_of(refused).find("position 1"), std::string::npos);
  EXPECT_TRUE(things.contains("a").value()) << "nothing of a refused batch stays";
}

TEST(Batch, each_for_itself_reports_refusals_in_their_place) {
  TestDatabase fixture;
  Collection things = fixture.things();
  const std::vector<BatchOperation> steps = {
      BatchOperation::upsert(record("a", {1, 0})), BatchOperation::upsert(record("b", {1, 2, 3})),
      BatchOperation::soft_delete("nobody"), BatchOperation::upsert(record("c", {0, 1}))};
  const BatchResult result = things.apply(steps, BatchMode::kEach).value();
  ASSERT_EQ(result.steps.size(), 4u);
  EXPECT_TRUE(result.steps[0].ok());
  EXPECT_EQ(result.steps[1].code(), Code::kInvalidArgument);
  EXPECT_EQ(result.steps[2].code(), Code::kNotFound);
  EXPECT_TRUE(result.steps[3].ok());
  EXPECT_EQ(result.total.inserted, 2u);
  EXPECT_EQ(ids_of(things), (Ids{"a", "c"}));
}

TEST(SoftDeletion, hides_a_record_until_it_is_restored_or_purged) {
  TestDatabase fixture;
  Collection things = fixture.things();
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(things.upsert(record(id, {1, 0})).ok());
  ASSERT_TRUE(things.soft_delete("b").ok());
  EXPECT_EQ(code_of(things.get("b")), Code::kNotFound);
  EXPECT_FALSE(things.contains("b").value());
  EXPECT_EQ(things.count().value(), 2u);
  EXPECT_EQ(things.query({.vector = {1, 0}}).value().size(), 2u);
  EXPECT_EQ(ids_of(things), (Ids{"a", "c"}));
  EXPECT_EQ(ids_of(things, {.include_deleted = true}), (Ids{"a", "b", "c"}));
  EXPECT_EQ(code_of(things.soft_delete("b")), Code::kNotFound);
  ASSERT_EQ(things.list_deleted().value().size(), 1u);
  EXPECT_EQ(things.list_deleted().value()[0].deleted_at, 1'000'000);

  fixture.open();
  things = fixture.things();
  ASSERT_TRUE(things.restore("b").ok());
  EXPECT_EQ(things.get("b").value().text, "text of b");
  EXPECT_EQ(code_of(things.restore("b")), Code::kNotFound);
  ASSERT_TRUE(things.soft_delete("a").ok());
  EXPECT_EQ(things.purge().value().replaced, 1u);
  EXPECT_TRUE(things.list_deleted().value().empty());
  EXPECT_EQ(code_of(things.restore("a")), Code::kNotFound);
}

TEST(Expiry, a_record_is_in_no_answer_from_its_instant_on) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert_with_ttl(record("a", {1, 0}), std::chrono::milliseconds(100)).ok());
  ASSERT_TRUE(things.upsert(record("b", {1, 0})).ok());
  EXPECT_EQ(things.get("a").value().expires_at, 1'000'100);
  fixture.clock.advance(99);
  EXPECT_EQ(things.count().value(), 2u);
  fixture.clock.advance(1);
  EXPECT_EQ(things.count().value(), 1u);
  EXPECT_EQ(code_of(things.get("a")), Code::kNotFound);
  EXPECT_EQ(things.query({.vector = {1, 0}}).value().size(), 1u);
  EXPECT_EQ(ids_of(things), Ids{"b"});
  EXPECT_EQ(things.stats().value().expired, 1u);
  EXPECT_EQ(code_of(things.set_ttl("a", std::chrono::milliseconds(5))), Code::kNotFound);
  EXPECT_EQ(things.upsert(record("a", {0, 1})).value().inserted, 1u) << "it was gone";
  EXPECT_EQ(things.get("a").value().created_at, 1'000'100);
}

TEST(Expiry, a_soft_deleted_record_that_expired_is_in_no_list) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert_with_ttl(record("a", {1, 0}), std::chrono::milliseconds(100)).ok());
  ASSERT_TRUE(things.soft_delete("a").ok());
  EXPECT_EQ(things.list_deleted().value().size(), 1u);
  fixture.clock.advance(100);
  EXPECT_TRUE(things.list_deleted().value().empty());
  EXPECT_EQ(things.purge().value().replaced, 0u) << "it was gone";
  EXPECT_EQ(things.stats().value().expired, 0u) << "and its row is now free";
}

TEST(Expiry, can_be_set_cleared_and_survives_files) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert(record("a", {1, 0})).ok());
  ASSERT_TRUE(things.upsert(record("b", {1, 0})).ok());
  ASSERT_TRUE(things.set_ttl("a", std::chrono::milliseconds(50)).ok());
  ASSERT_TRUE(things.set_ttl("b", std::chrono::milliseconds(50)).ok());
  ASSERT_TRUE(things.clear_ttl("b").ok());
  ASSERT_TRUE(things.flush().ok());
  fixture.clock.advance(60);
  fixture.open();
  things = fixture.things();
  EXPECT_EQ(ids_of(things), Ids{"b"});
  EXPECT_EQ(things.count().value(), 1u);
  ASSERT_TRUE(things.compact().ok());
  EXPECT_EQ(things.stats().value().expired, 0u) << "a merge drops what has expired";
  EXPECT_EQ(code_of(things.set_ttl("b", std::chrono::milliseconds(0))), Code::kInvalidArgument);
}

TEST(Fields, every_kind_is_stored_searched_and_survives) {
  TestDatabase fixture;
  CollectionOptions options{.dimension = 2};
  options.fields = {{"words", VectorKind::kSparse, 100, Metric::kDot, ElementType::kF32},
                    {"bits", VectorKind::kBinary, 12, Metric::kHamming, ElementType::kF32},
                    {"tokens", VectorKind::kMulti, 2, Metric::kCosine, ElementType::kF16}};
  Collection things = fixture.things(options);
  Record one{.id = "one", .vector = {1, 0}};
  one.vectors = {{"words", SparseVector{100, {1, 2}, {1, 1}}},
                 {"bits", BinaryVector{12, {0xff, 0xf0}}},
                 {"tokens", MultiVector{2, {1, 0, 0, 1}}}};
  Record two{.id = "two"};
  two.vectors = {{"words", SparseVector{100, {2, 3}, {5, 1}}},
                 {"bits", BinaryVector{12, {0x00, 0x00}}},
                 {"tokens", MultiVector{2, {1, 1}}}};
  ASSERT_TRUE(things.upsert_many(std::vector<Record>{one, two}).ok());
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(things.get("one").value().vectors, one.vectors);
    EXPECT_EQ(things.get("two").value().vectors, two.vectors);
    EXPECT_EQ(things.query({.vector = {1, 0}}).value().size(), 1u) << "two lacks that field";
    const Hits words =
        things.query({.vector = SparseVector{100, {2}, {2}}, .field = "words"}).value();
    EXPECT_EQ(words[0].id, "two");
    EXPECT_EQ(words[0].score, 10);
    const Hits bits =
        things.query({.vector = BinaryVector{12, {0xff, 0}}, .field = "bits"}).value();
    EXPECT_EQ(bits[0].id, "one");
    EXPECT_EQ(bits[0].distance, 4);
    EXPECT_EQ(bits[1].distance, 8);
    const Hits tokens = things.query({.vector = MultiVector{2, {0, 1}}, .field = "tokens"}).value();
    EXPECT_EQ(tokens[0].id, "one");
    EXPECT_NEAR(tokens[0].score, 1, 1e-6);
    EXPECT_NEAR(tokens[1].score, std::sqrt(0.5), 1e-3);
    EXPECT_EQ(code_of(things.query({.vector = {1, 0}, .field = "bits"})), Code::kInvalidArgument);
    if (round == 0) {
      ASSERT_TRUE(things.flush().ok());
    }
    fixture.open();
    things = fixture.things();
  }
  EXPECT_EQ(things.options().fields, options.fields);
}

TEST(Fields, vectors_with_nothing_set_are_vectors_all_the_same) {
  TestDatabase fixture;
  CollectionOptions options{.dimension = 2};
  options.fields = {
      {.name = "words", .kind = VectorKind::kSparse, .dimension = 100, .metric = Metric::kDot},
      {.name = "bits", .kind = VectorKind::kBinary, .dimension = 12, .metric = Metric::kHamming}};
  Collection things = fixture.things(options);
  Record one{.id = "one"};
  one.vectors = {{"words", SparseVector{100, {}, {}}}, {"bits", BinaryVector{12, {0, 0}}}};
  ASSERT_TRUE(things.upsert(one).ok());
  ASSERT_TRUE(things.upsert({.id = "two"}).ok());
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(things.get("one").value().vectors, one.vectors);
    EXPECT_TRUE(things.get("two").value().vectors.empty());
    EXPECT_EQ(things.query({.vector = one.vectors[0].vector, .field = "words"}).value().size(), 1u);
    EXPECT_EQ(things.query({.vector = one.vectors[1].vector, .field = "bits"}).value().size(), 1u);
    if (round == 0) {
      ASSERT_TRUE(things.flush().ok());
    }
    fixture.open();
    things = fixture.things();
  }
}

TEST(Fields, a_batch_gives_the_dimension_only_with_what_it_writes) {
  TestDatabase fixture;
  Collection things = fixture.things({});
  ASSERT_TRUE(things.upsert({.id = "a"}).ok());
  const std::vector<BatchOperation> steps = {
      BatchOperation::upsert(record("b", {1, 2, 3})),
      BatchOperation::change({.id = "a", .vectors = {{"vector", Vector({1, 2, 3, 4})}}})};
  EXPECT_EQ(message_of(things.apply(steps)),
            "record at position 1: vector has 4 dimensions, collection 'things' has 3");
  EXPECT_EQ(things.options().dimension, 0u) << "what is refused decides nothing";
  const std::vector<BatchOperation> one = {steps[1]};
  ASSERT_TRUE(things.apply(one).ok());
  EXPECT_EQ(things.options().dimension, 4u);
  EXPECT_EQ(things.get("a").value().vector, Vector({1, 2, 3, 4}));
}

TEST(Fields, a_collection_of_texts_needs_no_vector) {
  TestDatabase fixture;
  Collection notes = fixture.db->create_collection("notes").value();
  ASSERT_TRUE(notes.upsert({.id = "a", .text = "one"}).ok());
  EXPECT_EQ(notes.get("a").value().text, "one");
  EXPECT_TRUE(notes.query({.vector = {1, 2}}).value().empty()) << "no record has a vector yet";
  EXPECT_EQ(notes.query({.filter = "$text = 'one'"}).value().size(), 1u);
  ASSERT_TRUE(notes.flush().ok());
  fixture.open();
  notes = fixture.db->collection("notes").value();
  EXPECT_EQ(notes.get("a").value().text, "one");
}

TEST(Fields, the_dimension_is_that_of_the_first_vector) {
  TestDatabase fixture;
  Collection things = fixture.things({});
  EXPECT_EQ(things.options().dimension, 0u);
  ASSERT_TRUE(things.upsert({.id = "text"}).ok());
  EXPECT_EQ(code_of(things.upsert(record("bad", {0, 0, 0}))), Code::kInvalidArgument);
  EXPECT_EQ(things.options().dimension, 0u) << "what is refused decides nothing";
  ASSERT_TRUE(things.upsert(record("a", {1, 2, 3})).ok());
  EXPECT_EQ(things.options().dimension, 3u);
  EXPECT_EQ(code_of(things.upsert(record("b", {1, 2}))), Code::kInvalidArgument);
  fixture.open();
  EXPECT_EQ(fixture.things({}).options().dimension, 3u);
  EXPECT_EQ(fixture.things({}).query({.vector = {1, 2, 3}}).value().size(), 1u);
}

TEST(Fields, a_refused_batch_does_not_decide_the_dimension) {
  TestDatabase fixture;
  Collection things = fixture.things({});
  const std::vector<Record> batch = {record("a", {1, 2, 3}), record("b", {1, 2})};
  EXPECT_EQ(message_of(things.upsert_many(batch)),
            "record at position 1: vector has 2 dimensions, collection 'things' has 3");
  EXPECT_EQ(things.options().dimension, 0u);
  const BatchResult each =
      things
          .apply(std::vector<BatchOperation>{BatchOperation::upsert(record("z", {0, 0})),
                                             BatchOperation::upsert(record("a", {1, 2}))},
                 BatchMode::kEach)
          .value();
  ASSERT_EQ(each.steps.size(), 2u);
  EXPECT_EQ(each.steps[0].message(), "a zero vector has no direction: cosine refuses it");
  EXPECT_TRUE(each.steps[1].ok());
  EXPECT_EQ(things.options().dimension, 2u);
}

TEST(Fields, a_record_written_as_text_can_be_given_the_first_vector_later) {
  TestDatabase fixture;
  Collection things = fixture.things({});
  ASSERT_TRUE(things.upsert({.id = "a", .text = "words"}).ok());
  ASSERT_TRUE(things.update({.id = "a", .vectors = {{"vector", Vector({1, 2, 3})}}}).ok());
  EXPECT_EQ(things.get("a").value().vector, Vector({1, 2, 3}));
  EXPECT_EQ(things.options().dimension, 3u);
}

}  // namespace
}  // namespace vecstore
