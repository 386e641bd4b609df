#include "index/hnsw_builder.h"

#include <gtest/gtest.h>

#include <set>

#include "index/test_graph.h"

namespace vecstore::index {
namespace {

TEST(HnswBuilder, depends_on_data_options_and_seed_alone) {
  const TestGraph once(500, 24, {}), again(500, 24, {});
  EXPECT_EQ(once.built.entry, again.built.entry);
  EXPECT_EQ(once.built.links, again.built.links);
  EXPECT_EQ(once.built.upper, again.built.upper);
  const TestGraph other(500, 24, {.seed = 43});
  EXPECT_NE(once.built.links, other.built.links);
}

TEST(HnswBuilder, honours_m_and_ef_construction) {
  const TestGraph small(800, 24, {.m = 4, .ef_construction = 16});
  const TestGraph large(800, 24, {.m = 32, .ef_construction = 16});
  const TestGraph careful(800, 24, {.m = 4, .ef_construction = 200});
  EXPECT_EQ(small.built.links.size(), 800u * 9 * 4);
  EXPECT_EQ(large.built.links.size(), 800u * 65 * 4);
  EXPECT_NE(small.built.links, careful.built.links);
  const HnswGraph graph = large.graph().value();
  std::size_t longest = 0;
  for (std::uint32_t row = 0; row < 800; ++row)
    longest = std::max(longest, graph.neighbours(row).size());
  EXPECT_GT(longest, 8u) << "wide lists are used";
}

TEST(HnswBuilder, every_level_is_a_sample_of_the_one_below) {
  const TestGraph built(4000, 8, {.m = 8});
  const HnswGraph graph = built.graph().value();
  ASSERT_GE(graph.top_level(), 2u);
  std::vector<std::size_t> members(graph.top_level() + 1);
  for (std::uint32_t row = 0; row < 4000; ++row) {
    std::set<std::uint32_t> unique(graph.neighbours(row).begin(), graph.neighbours(row).end());
    EXPECT_EQ(unique.size(), graph.neighbours(row).size());
    EXPECT_FALSE(unique.contains(row));
    EXPECT_FALSE(unique.empty());
    for (std::uint32_t level = 1; level <= graph.top_level(); ++level)
      members[level] += graph.neighbours_above(row, level).empty() ? 0 : 1;
  }
  EXPECT_NEAR(static_cast<double>(members[1]), 4000 / 8.0, 120);
  EXPECT_LT(members[2], members[1]);
}

TEST(HnswBuilder, ends_when_the_pace_says_so) {
  const quant::ScalarCode code(std::vector<float>(8), 1);
  const Bytes codes(2000 * code.stride());
  int calls = 0;
  const auto built = build_hnsw(
      code, codes, [](std::uint32_t) { return true; }, {},
      [&] { return ++calls == 3 ? cancelled("enough") : Status(); });
  EXPECT_EQ(built.status().code(), Code::kCancelled);
  EXPECT_EQ(calls, 3);
}

// Equal points have equal codes: nothing tells them apart, and all must be found.
TEST(HnswBuilder, many_equal_points_stay_reachable) {
  const quant::ScalarCode code(std::vector<float>(8), 1);
  Bytes codes(300 * code.stride());
  for (std::uint32_t row = 0; row < 300; ++row)
    code.encode(std::vector<float>(8, row < 150 ? 1.0f : 2.0f), &codes[row * code.stride()]);
  const BuiltHnsw built =
      build_hnsw(
          code, codes, [](std::uint32_t) { return true; }, {}, [] { return Status(); })
          .value();
  const HnswGraph graph = HnswGraph::open(300, 16, built.entry, built.links, built.upper).value();
  const auto query = code.query(std::vector<float>(8, 2.0f));
  const HnswFound found = search_hnsw(graph, code, codes.data(), query, {.ef = 50}).value();
  ASSERT_EQ(found.rows.size(), 50u);
  for (const Candidate& c : found.rows) EXPECT_GE(c.row, 150u);
}

// Points of which most are copies of a few: in every list copies would leave no room for others.
TEST(HnswBuilder, equal_points_do_not_wall_off_the_others) {
  constexpr std::uint32_t kRows = 2000, kCopies = 1600;
  const quant::ScalarCode code(std::vector<float>(8), 1);
  Bytes codes(kRows * code.stride());
  Random random(12);
  std::vector<std::vector<float>> points(kRows, std::vector<float>(8, 1.0f));
  for (std::uint32_t row = 0; row < kRows; ++row) {
    if (row >= kCopies)
      for (float& x : points[row]) x = static_cast<float>(random.normal());
    code.encode(points[row], &codes[row * code.stride()]);
  }
  const BuiltHnsw built =
      build_hnsw(
          code, codes, [](std::uint32_t row) { return row != 0; }, {}, [] { return Status(); })
          .value();
  const HnswGraph graph = HnswGraph::open(kRows, 16, built.entry, built.links, built.upper).value();
  int found_itself = 0;
  for (std::uint32_t row = kCopies; row < kRows; ++row) {
    const HnswFound found =
        search_hnsw(graph, code, codes.data(), code.query(points[row]), {.ef = 10}).value();
    found_itself += found.rows.front().row == row ? 1 : 0;
  }
  EXPECT_GT(found_itself, 395);
  const HnswFound copies =
      search_hnsw(graph, code, codes.data(), code.query(points[0]), {.ef = 1599}).value();
  ASSERT_EQ(copies.rows.size(), 1599u);
  for (const Candidate& c : copies.rows) EXPECT_TRUE(c.row > 0 && c.row < kCopies) << c.row;
}

}  // namespace
}  // namespace vecstore::index
