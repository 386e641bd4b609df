#include "index/visited_rows.h"

#include <gtest/gtest.h>

#include <set>

#include "base/random.h"

namespace vecstore::index {
namespace {

using Rows = std::vector<std::uint32_t>;

Rows met_of(VisitedRows& visited, const Rows& rows) {
  const std::size_t mark = visited.mark();
  visited.meet(rows);
  const auto since = visited.since(mark);
  return {since.begin(), since.end()};
}

TEST(VisitedRows, each_row_is_met_once_until_the_next_reset) {
  VisitedRows visited;
  visited.reset(130);
  EXPECT_EQ(met_of(visited, {0, 129, 64, 0}), (Rows{0, 129, 64}));
  EXPECT_EQ(met_of(visited, {64, 63}), Rows{63});
  EXPECT_EQ(visited.since(0).size(), 4u);
  visited.reset(130);
  EXPECT_EQ(met_of(visited, {64, 63}), (Rows{64, 63}));
}

TEST(VisitedRows, rows_that_do_not_exist_are_told_and_left_out) {
  VisitedRows visited;
  for (const std::uint32_t rows : {1u, 63u, 64u, 65u}) {
    visited.reset(rows);
    EXPECT_EQ(met_of(visited, {rows - 1}), Rows{rows - 1});
    EXPECT_FALSE(visited.beyond());
    EXPECT_EQ(met_of(visited, {rows, 0xffffffff}), Rows{});
    EXPECT_TRUE(visited.beyond());
    visited.reset(rows);
    EXPECT_FALSE(visited.beyond());
  }
}

TEST(VisitedRows, agrees_with_a_set_over_graphs_of_many_sizes) {
  Random random(3);
  VisitedRows visited;
  for (int round = 0; round < 300; ++round) {
    const auto rows = static_cast<std::uint32_t>(1 + random.below(round % 2 == 0 ? 50 : 20'000));
    visited.reset(rows);
    std::set<std::uint32_t> known;
    for (std::uint64_t lists = random.below(40); lists > 0; --lists) {
      Rows list(random.below(32)), expected;
      for (std::uint32_t& row : list) {
        row = static_cast<std::uint32_t>(random.below(rows));
        if (known.insert(row).second) expected.push_back(row);
      }
      ASSERT_EQ(met_of(visited, list), expected) << rows;
    }
  }
}

}  // namespace
}  // namespace vecstore::index
