#include "rag/query/example_vectors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vecstore/database.h"

namespace vecstore {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ExampleVectors, are_of_unit_length) {
  const DenseVector vector = {3, 0, -4}, nothing = {0, 0};
  EXPECT_THAT(unit_length(vector), ElementsAre(DoubleEq(0.6), 0, DoubleEq(-0.8)));
  EXPECT_THAT(unit_length(nothing), ElementsAre(0, 0));
}

TEST(ExampleVectors, are_read_by_id_and_field) {
  Database database = Database::in_memory().value();
  Collection things =
      database
          .create_collection(
              "things",
              {.dimension = 2,
               .fields = {{.name = "words", .kind = VectorKind::kSparse, .dimension = 9}}})
          .value();
  Record record{.id = "a", .vector = {0, 2}};
  record.vectors.push_back({"words", SparseVector{.dimension = 9, .indices = {1}, .values = {1}}});
  ASSERT_TRUE(things.upsert(record).ok());
  EXPECT_THAT(example_vector(things, "a", kDefaultField).value(), ElementsAre(0, 1));
  EXPECT_THAT(example_vector(things, "a", "words").status().message(), HasSubstr("not dense"));
  EXPECT_THAT(example_vector(things, "a", "other").status().message(),
              HasSubstr("no vector in field 'other'"));
  EXPECT_EQ(example_vector(things, "b", kDefaultField).status().code(), Code::kNotFound);
}

TEST(ExampleVectors, ids_are_left_out_of_what_a_filter_passes) {
  const Filter also = Filter::parse("n = 1").value();
  EXPECT_EQ(without_ids({}, also).to_string(), also.to_string());
  EXPECT_EQ(without_ids({"a"}, {}).to_string(), "$id NOT IN ('a')");
  EXPECT_THAT(without_ids({"a", "b"}, also).to_string(), HasSubstr("n = 1 AND"));
}

}  // namespace
}  // namespace vecstore
