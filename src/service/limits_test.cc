#include "service/limits.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

const ServiceLimits kSmall{.max_k = 10, .max_ef = 20, .max_dimension = 4};

TEST(Limits, a_query_at_the_limits_passes_and_one_beyond_names_it) {
  EXPECT_TRUE(check_query({.vector = {1, 2, 3, 4}, .k = 6, .offset = 4, .ef = 20}, kSmall).ok());
  EXPECT_EQ(check_query({.k = 7, .offset = 4}, kSmall).message(),
            "offset + k is 11, this server allows 10 (max_k)");
  EXPECT_EQ(check_query({.ef = 21}, kSmall).message(), "ef is 21, this server allows 20 (max_ef)");
  EXPECT_EQ(check_query({.vector = {1, 2, 3, 4, 5}}, kSmall).message(),
            "the query's dimension is 5, this server allows 4 (max_dimension)");
  EXPECT_FALSE(check_query({.candidates = 11}, kSmall).ok());
  EXPECT_FALSE(check_query({.k = SIZE_MAX, .offset = SIZE_MAX}, kSmall).ok());
}

TEST(Limits, stages_are_held_too) {
  Query deep{.k = 5};
  deep.prefetch = {{.k = 5}};
  deep.prefetch[0].prefetch = {{.k = 11}};
  EXPECT_EQ(check_query(deep, kSmall).code(), Code::kInvalidArgument);
}

TEST(Limits, dimensions_of_collections_and_counts) {
  EXPECT_TRUE(check_collection({.dimension = 4}, kSmall).ok());
  EXPECT_FALSE(check_collection({.dimension = 5}, kSmall).ok());
  EXPECT_FALSE(check_collection({.fields = {{.name = "f", .dimension = 5}}}, kSmall).ok());
  EXPECT_TRUE(check_count(3, 3, "records", "max_batch").ok());
  EXPECT_EQ(check_count(4, 3, "records", "max_batch").message(),
            "these are 4 records, this server allows 3 (max_batch)");
}

}  // namespace
}  // namespace vecstore
