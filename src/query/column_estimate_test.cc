#include "query/column_estimate.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "query/filter_parser.h"
#include "query/test_column_rows.h"

namespace vecstore::query {
namespace {

RowEstimate estimated(const std::string& filter, const ColumnRows& rows) {
  const FilterNode node = *parse_filter(filter);
  return *estimate(*BoundFilter::bind(node, kTestNow), rows.columns());
}

ColumnRows thousand_rows() {
  std::vector<meta::TestRow> rows;
  for (int row = 0; row < 1000; ++row) {
    Object metadata{{"n", row}, {"even", row % 2 == 0}, {"tags", List{"all", row % 10}}};
    if (row < 100) metadata["few"] = "text";
    if (row < 10) metadata["odd"] = List{nullptr};
    rows.push_back({.metadata = std::move(metadata)});
  }
  return ColumnRows(std::move(rows));
}

TEST(ColumnEstimate, one_clause_over_single_values_is_counted_exactly) {
  const ColumnRows rows = thousand_rows();
  for (const auto& [filter, count] : {std::pair<const char*, std::uint64_t>{"n = 5", 1},
                                      {"n != 5", 999},
                                      {"n < 250", 250},
                                      {"NOT n < 250", 750},
                                      {"even = true", 500},
                                      {"few = 'text'", 100},
                                      {"few != 'text'", 0},
                                      {"few IS NULL", 900},
                                      {"few LIKE 't%'", 100},
                                      {"n IN (1, 2, 5000)", 2},
                                      {"nothing = 1", 0},
                                      {"odd IS NOT NULL", 10},
                                      {"TRUE", 1000},
                                      {"$created_at = 0", 1000},
                                      {"tags CONTAINS 3", 100}})
    EXPECT_EQ(estimated(filter, rows), (RowEstimate{count, count, count})) << filter;
}

TEST(ColumnEstimate, clauses_are_joined_as_if_independent_within_safe_bounds) {
  const ColumnRows rows = thousand_rows();
  EXPECT_EQ(estimated("even = true AND n < 100", rows), (RowEstimate{0, 50, 100}));
  EXPECT_EQ(estimated("n >= 200 AND n < 900", rows), (RowEstimate{700, 720, 800}));
  EXPECT_EQ(estimated("even = true OR n < 100", rows), (RowEstimate{500, 550, 600}));
}

TEST(ColumnEstimate, what_columns_do_not_know_widens_the_bounds) {
  const ColumnRows rows = thousand_rows();
  EXPECT_EQ(estimated("odd = 1", rows), (RowEstimate{0, 1, 10}));
  EXPECT_EQ(estimated("$id = 'x'", rows), (RowEstimate{0, 100, 1000}));
  EXPECT_EQ(estimated("tags IN (3, 'all')", rows), (RowEstimate{1000, 1000, 1000}));
}

}  // namespace
}  // namespace vecstore::query
