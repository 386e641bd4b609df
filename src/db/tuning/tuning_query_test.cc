#include "db/tuning/tuning_query.h"

#include <gtest/gtest.h>

namespace vecstore::db {
namespace {

query::SearchAnswer answer(std::vector<query::FoundRow> rows) {
  query::SearchAnswer made;
  made.rows = std::move(rows);
  return made;
}

TEST(TuningQuery, its_own_row_does_not_count) {
  const TuningQuery query{.vector = {}, .of = query::RowAt{1, 7}};
  EXPECT_EQ(others(query, answer({{0, 1, 7, "a"}, {0, 0, 7, "b"}, {2, 1, 8, "c"}})),
            (std::vector<double>{0, 2}));
  EXPECT_EQ(others({}, answer({{0, 1, 7, "a"}})), std::vector<double>{0});
}

TEST(TuningQuery, the_share_counts_rows_as_near_as_the_last) {
  const TuningQuery query{.vector = {}, .nearest = {1, 2, 3, 4}};
  const auto share = [&](std::vector<double> found) { return share_found(query, found); };
  EXPECT_EQ(share({1, 2, 3, 4}), 1);
  EXPECT_EQ(share({1, 2, 4, 4.0000001}), 1);  // others, as near but for the rounding
  EXPECT_EQ(share({1, 2, 3, 4.1}), 0.75);
  EXPECT_EQ(share({1, 2}), 0.5);
  EXPECT_EQ(share({}), 0);
  EXPECT_EQ(share({1, 1, 1, 1, 1}), 1);
  EXPECT_EQ(share_found(TuningQuery(), {}), 1);  // nothing to find
}

TEST(TuningQuery, negative_distances_are_compared_like_others) {
  const TuningQuery query{.vector = {}, .nearest = {-9, -5}};
  EXPECT_EQ(share_found(query, std::vector<double>{-9, -4.9}), 0.5);
  EXPECT_EQ(share_found(query, std::vector<double>{-9, -5}), 1);
}

}  // namespace
}  // namespace vecstore::db
