#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "db/test_database.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

using ::testing::HasSubstr;

TEST(Limits, of_a_query_are_named) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert(record("a", {1, 0})).ok());
  EXPECT_EQ(message_of(things.query({.vector = {1, 0}, .k = 0})), "k is 0, expected 1 to 10000");
  EXPECT_EQ(message_of(things.query({.vector = {1, 0}, .k = 10'001})),
            "k is 10001, expected 1 to 10000");
  EXPECT_EQ(message_of(things.query({.vector = {1, 0}, .k = 10, .offset = 9'991})),
            "offset + k is 9991 + 10, the limit is 10000");
  EXPECT_EQ(code_of(things.query({.vector = {1, 0}, .offset = ~std::size_t{0}})),
            Code::kInvalidArgument);
  EXPECT_EQ(things.query({.vector = {1, 0}, .k = 10'000}).value().size(), 1u)
      << "k above the count returns the count";
}

TEST(Limits, a_query_vector_is_checked_as_a_stored_one) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert(record("a", {1, 0})).ok());
  EXPECT_EQ(message_of(things.query({.vector = {1, 2, 3}})),
            "vector has 3 dimensions, collection 'things' has 2");
  EXPECT_EQ(message_of(things.query({.vector = {1, std::numeric_limits<float>::quiet_NaN()}})),
            "vector component 1 is not a finite number");
  EXPECT_EQ(message_of(things.query({.vector = {0, 0}})),
            "a zero vector has no direction: cosine refuses it");
  EXPECT_EQ(message_of(things.query({.vector = {1, 0}, .field = "other"})),
            "collection 'things' has no vector field 'other'");
  const auto bad = things.query({.vector = {1, 0}, .filter = "year >"});
  EXPECT_EQ(code_of(bad), Code::kInvalidArgument);
  EXPECT_NE(message_of(bad).find("column"), std::string::npos) << message_of(bad);
}

TEST(Limits, a_radius_that_is_no_number_is_refused) {
  TestDatabase fixture;
  Collection things = fixture.things();
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(message_of(things.query({.vector = {1, 0}, .max_distance = kNan})),
            "max_distance is nan, expected a finite number");
  EXPECT_EQ(message_of(things.query({.vector = {1, 0}, .min_score = kNan})),
            "min_score is nan, expected a finite number");
}

// Their length, squared, is beyond a float: the cosine would come out wrong without a word.
TEST(Limits, vectors_too_long_or_too_short_for_cosine_are_refused) {
  TestDatabase fixture;
  Collection things = fixture.things();
  const std::string range = ", cosine takes 1.1e-19 to 1.8e19";
  EXPECT_EQ(message_of(things.upsert(record("a", {1e25f, 0}))),
            "vector has length 9.999999562023526e24" + range);
  EXPECT_EQ(message_of(things.upsert(record("a", {0, 1e-25f}))),
            "vector has length 1.0000000195414814e-25" + range);
  EXPECT_EQ(code_of(things.query({.vector = {0, 1e-25f}})), Code::kInvalidArgument);
  EXPECT_TRUE(things.upsert(record("a", {1e18f, 0})).ok());
  EXPECT_TRUE(things.upsert(record("b", {1e-18f, 0})).ok());
  const Hits hits = things.query({.vector = {1, 0}}).value();
  EXPECT_NEAR(*hits[0].distance, 0, 1e-6);
  EXPECT_NEAR(*hits[1].distance, 0, 1e-6);
  Collection halves =
      fixture.db->create_collection("halves", {.dimension = 2, .storage = ElementType::kF16})
          .value();
  EXPECT_EQ(message_of(halves.upsert(record("a", {0, 1e-9f}))),
            "a vector that f16 keeps as zero has no direction: cosine refuses it");
}

TEST(Limits, of_ids_hold_for_reading_too) {
  TestDatabase fixture;
  Collection things = fixture.things();
  EXPECT_EQ(message_of(things.upsert({.id = std::string(10 << 20, 'x')})),
            "id has 10485760 bytes, the limit is 1024");
  EXPECT_EQ(message_of(things.get(std::string(10 << 20, 'x'))),
            "id has 10485760 bytes, the limit is 1024");
  EXPECT_EQ(message_of(things.contains("")), "id is empty");
  EXPECT_EQ(code_of(things.remove("\xff")), Code::kInvalidArgument);
}

// A number that its storage would turn into infinity is refused, not stored as such.
TEST(Limits, components_beyond_their_storage_are_refused) {
  TestDatabase fixture;
  Collection halves =
      fixture.db
          ->create_collection(
              "halves", {.dimension = 2, .metric = Metric::kDot, .storage = ElementType::kF16})
          .value();
  EXPECT_EQ(message_of(halves.upsert(record("a", {1, 1e6f}))),
            "vector component 1 is 1000000.0, f16 holds at most 65504.0");
  EXPECT_TRUE(halves.upsert(record("a", {1, -65504})).ok());
  EXPECT_EQ(halves.get("a").value().vector, Vector({1, -65504}));
}

TEST(Scan, sees_the_state_in_which_it_began) {
  TestDatabase fixture;
  fixture.options.seal_rows = 20;
  fixture.options.merge_fanout = 2;
  fixture.open();
  Collection things = fixture.things();
  Ids expected;
  for (int i = 100; i < 200; ++i) {
    expected.push_back(std::to_string(i));
    ASSERT_TRUE(things.upsert(record(expected.back(), {1, 0})).ok());
  }
  Scan scan = things.scan().value();
  Ids seen;
  for (int i = 100;; i += 10) {
    const auto some = scan.next(10).value();
    if (some.empty()) break;
    for (const Record& one : some) seen.push_back(one.id);
    ASSERT_TRUE(things.upsert(record("150x" + std::to_string(i), {1, 0})).ok());
    ASSERT_TRUE(things.remove(std::to_string(199 - (i - 100) / 10)).ok());
    ASSERT_TRUE(things.compact().ok());
  }
  EXPECT_EQ(seen, expected);
}

TEST(Scan, continues_after_an_id_and_filters) {
  TestDatabase fixture;
  Collection things = fixture.things();
  for (int i = 0; i < 10; ++i)
    ASSERT_TRUE(things.upsert(record(std::to_string(i), {1, 0}, i)).ok());
  ASSERT_TRUE(things.flush().ok());
  for (int i = 0; i < 10; i += 2)
    ASSERT_TRUE(things.upsert(record(std::to_string(i), {1, 0}, i)).ok());
  EXPECT_EQ(ids_of(things, {.after = "6"}), (Ids{"7", "8", "9"}));
  EXPECT_EQ(ids_of(things, {.after = "65"}), (Ids{"7", "8", "9"}));
  EXPECT_EQ(ids_of(things, {.filter = "year >= 8"}), (Ids{"8", "9"}));
  const auto bare = things.scan({.include_vectors = false}).value().next(1).value();
  EXPECT_TRUE(bare[0].vector.empty());
  EXPECT_EQ(bare[0].text, "text of 0");
}

TEST(Reading, get_many_keeps_the_order_asked_and_leaves_out_what_is_not_there) {
  TestDatabase fixture;
  Collection things = fixture.things();
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(things.upsert(record(id, {1, 0})).ok());
  const auto found = things.get_many(Ids{"c", "x", "a", "c"}).value();
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].id, "c");
  EXPECT_EQ(found[1].id, "a");
}

TEST(Reading, query_includes_what_is_asked_and_limits_by_distance_and_score) {
  TestDatabase fixture;
  Collection things = fixture.things({.dimension = 2, .metric = Metric::kEuclidean});
  for (int i = 0; i < 10; ++i)
    ASSERT_TRUE(things.upsert(record("i" + std::to_string(i), {static_cast<float>(i), 0})).ok());
  const Hits hits = things
                        .query({.vector = {0, 0},
                                .k = 5,
                                .offset = 1,
                                .max_distance = 3,
                                .include = {.metadata = false, .text = false, .vector = true}})
                        .value();
  ASSERT_EQ(hits.size(), 3u) << "the radius is inclusive";
  EXPECT_EQ(hits[0].id, "i1");
  EXPECT_EQ(hits[2].distance, 3);
  EXPECT_EQ(hits[2].score, 0.25);
  EXPECT_EQ(hits[2].vector, Vector({3, 0}));
  EXPECT_TRUE(hits[2].metadata.empty());
  EXPECT_FALSE(hits[2].text.has_value());
  EXPECT_EQ(things.query({.vector = {0, 0}, .min_score = 0.5}).value().size(), 2u);
}

TEST(Reading, a_query_without_a_vector_lists_by_id) {
  TestDatabase fixture;
  Collection things = fixture.things();
  for (const char* id : {"c", "a", "b"}) ASSERT_TRUE(things.upsert(record(id, {1, 0})).ok());
  const Hits hits = things.query({.k = 2, .filter = "year = 2000"}).value();
  ASSERT_EQ(hits.size(), 2u);
  EXPECT_EQ(hits[0].id, "a");
  EXPECT_EQ(hits[1].id, "b");
  EXPECT_EQ(hits[0].score, 0);
}

TEST(Reading, query_many_answers_as_one_by_one) {
  TestDatabase fixture;
  Collection things = fixture.things();
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(things.upsert(record(std::to_string(i), {1, static_cast<float>(i)})).ok());
  std::vector<Query> queries(20);
  for (std::size_t i = 0; i < queries.size(); ++i) queries[i].vector = {1, static_cast<float>(i)};
  const auto all = things.query_many(queries).value();
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const Hits one = things.query(queries[i]).value();
    ASSERT_EQ(all[i].size(), one.size());
    for (std::size_t j = 0; j < one.size(); ++j) EXPECT_EQ(all[i][j].id, one[j].id);
  }
  queries[7].k = 0;
  EXPECT_EQ(message_of(things.query_many(queries)),
            "query at position 7: k is 0, expected 1 to 10000");
}

TEST(Reading, query_many_of_a_matrix_answers_as_of_queries) {
  TestDatabase fixture;
  Collection things = fixture.things();
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(things.upsert(record(std::to_string(i), {1, static_cast<float>(i)})).ok());
  const Query common = {.k = 3, .filter = "year >= 2010"};
  std::vector<Query> queries(300, common);
  std::vector<float> matrix;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    queries[i].vector = {1, static_cast<float>(i % 60)};
    matrix.insert(matrix.end(), {1, static_cast<float>(i % 60)});
  }
  const auto all = things.query_many(queries).value();
  const auto rows = things.query_many(matrix, 2, common).value();
  ASSERT_EQ(rows.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(rows[i].size(), all[i].size());
    for (std::size_t j = 0; j < all[i].size(); ++j) {
      EXPECT_EQ(rows[i][j].id, all[i][j].id);
      EXPECT_EQ(rows[i][j].distance, all[i][j].distance);
    }
  }
  EXPECT_TRUE(things.query_many(std::vector<float>(), 2, common).value().empty());
}

TEST(Reading, query_many_refuses_a_matrix_that_is_none) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert(record("a", {1, 2})).ok());
  std::vector<float> matrix(200, 1);
  EXPECT_EQ(message_of(things.query_many(matrix, 0, {})), "the dimension of the queries is 0");
  EXPECT_EQ(message_of(things.query_many(matrix, 3, {})),
            "200 components are no whole number of vectors of dimension 3");
  EXPECT_EQ(message_of(things.query_many(matrix, 2, {.vector = {1, 2}})),
            "what is common to the queries has a vector of its own");
  EXPECT_THAT(message_of(things.query_many(matrix, 4, {})), HasSubstr("query at position 0: "));
  matrix[141] = std::numeric_limits<float>::quiet_NaN();
  matrix[19] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(message_of(things.query_many(matrix, 2, {})), HasSubstr("query at position 9: "));
}

// Rows not yet in a file lie in chunks: a scan goes on across them.
TEST(Query, every_row_in_memory_has_its_own_distance) {
  TestDatabase fixture;
  Collection things = fixture.db->create_collection("many", {.metric = Metric::kEuclidean}).value();
  for (int i = 0; i < 300; ++i)
    ASSERT_TRUE(things.upsert(record(std::to_string(i), {static_cast<float>(i), 0})).ok());
  const Hits hits = things.query({.vector = {0, 0}, .k = 300}).value();
  ASSERT_EQ(hits.size(), 300u);
  for (std::size_t i = 0; i < 300; ++i) {
    EXPECT_EQ(hits[i].id, std::to_string(i));
    EXPECT_EQ(hits[i].distance, static_cast<double>(i));
  }
}

TEST(Reading, a_filter_that_is_none_is_refused_by_every_call) {
  TestDatabase fixture;
  const Collection things = fixture.things();
  const Filter none("year >");
  EXPECT_EQ(code_of(things.count(none)), Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.facet("year", none)), Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.summarize("year", none)), Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.scan({.filter = none})), Code::kInvalidArgument);
  EXPECT_EQ(code_of(things.query({.filter = none})), Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore
