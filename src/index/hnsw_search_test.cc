#include "index/hnsw_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "index/test_graph.h"

namespace vecstore::index {
namespace {

double recall(const TestGraph& graph, std::size_t ef, const Bitmap* allowed = nullptr) {
  Random random(77);
  double hits = 0, wanted = 0;
  for (int i = 0; i < 50; ++i) {
    const auto query = graph.random_point(random);
    const auto truth = graph.nearest(query, 10, allowed);
    const HnswFound found = graph.search(query, {.ef = ef, .allowed = allowed}).value();
    const std::size_t shown = std::min<std::size_t>(found.rows.size(), truth.size() + 5);
    for (const std::uint32_t row : truth) {
      wanted += 1;
      hits += std::any_of(found.rows.begin(), found.rows.begin() + static_cast<long>(shown),
                          [&](const Candidate& c) { return c.row == row; });
    }
  }
  return hits / wanted;
}

TEST(HnswSearch, finds_the_nearest_and_more_of_them_with_a_wider_beam) {
  const TestGraph graph(3000, 32, {});
  const double narrow = recall(graph, 10), wide = recall(graph, 200);
  EXPECT_GT(narrow, 0.6);
  EXPECT_GT(wide, 0.98);
  EXPECT_GT(wide, narrow);
}

TEST(HnswSearch, finds_allowed_rows_only_and_all_of_few) {
  const TestGraph graph(3000, 32, {});
  for (const std::size_t step : {2u, 10u, 100u, 1000u}) {
    Bitmap allowed(3000);
    for (std::size_t row = 0; row < 3000; row += step) allowed.set(row);
    Random random(5);
    const HnswFound found =
        graph.search(graph.random_point(random), {.ef = 64, .allowed = &allowed}).value();
    EXPECT_EQ(found.rows.size(), std::min<std::size_t>(64, allowed.count()));
    for (const Candidate& c : found.rows) EXPECT_TRUE(allowed.test(c.row));
    EXPECT_TRUE(std::is_sorted(found.rows.begin(), found.rows.end()));
    EXPECT_GT(recall(graph, 64, &allowed), 0.95) << step;
  }
}

TEST(HnswSearch, a_walk_goes_around_a_row_and_finds_what_is_behind_it) {
  const TestGraph graph(3000, 32, {});
  Bitmap all(3000);
  for (std::size_t row = 0; row < 3000; ++row) all.set(row);
  double hits = 0, wanted = 0;
  for (std::uint32_t row = 0; row < 3000; row += 30) {
    if (row == graph.built.entry) continue;
    const std::vector<float>& query = graph.points[row];
    for (const bool filtered : {false, true}) {
      const Bitmap* allowed = filtered ? &all : nullptr;
      const HnswFound found =
          graph.search(query, {.ef = 100, .allowed = allowed, .around = row}).value();
      const auto is = [&](std::uint32_t other) {
        return std::any_of(found.rows.begin(), found.rows.end(),
                           [&](const Candidate& c) { return c.row == other; });
      };
      EXPECT_FALSE(is(row));
      const std::vector<std::uint32_t> truth = graph.nearest(query, 11, nullptr);
      for (const std::uint32_t other : truth) hits += other != row && is(other) ? 1 : 0;
      wanted += 10;
    }
  }
  EXPECT_GT(hits / wanted, 0.95);
}

TEST(HnswSearch, rows_that_link_to_one_gone_around_link_to_its_neighbours) {
  // A chain, 0 - 1 - ... - 9: nothing else leads past the row in the middle.
  const TestGraph points(10, 8, {.m = 2});
  Bytes links;
  for (std::uint32_t row = 0; row < 10; ++row) {
    const std::vector<std::uint32_t> near = row == 0 ? std::vector<std::uint32_t>{1}
                                            : row == 9
                                                ? std::vector<std::uint32_t>{8}
                                                : std::vector<std::uint32_t>{row + 1, row - 1};
    put_u32(links, static_cast<std::uint32_t>(near.size()));
    for (std::size_t i = 0; i < 4; ++i) put_u32(links, i < near.size() ? near[i] : 0);
  }
  Bytes upper;
  for (int i = 0; i < 2; ++i) put_u32(upper, 0);
  const HnswGraph chain = HnswGraph::open(10, 2, 0, links, upper).value();
  const HnswFound found = search_hnsw({chain, points.code, points.codes.data()},
                                      points.code.query(points.points[9]), {.ef = 10, .around = 5})
                              .value();
  EXPECT_EQ(found.rows.size(), 9u);  // 4 links to 6 in its place
}

TEST(HnswSearch, gives_up_at_its_budget_and_says_so) {
  const TestGraph graph(3000, 32, {});
  Bitmap none(3000);
  Random random(5);
  const auto query = graph.random_point(random);
  const HnswFound all = graph.search(query, {.ef = 64, .allowed = &none}).value();
  EXPECT_TRUE(all.rows.empty());
  EXPECT_FALSE(all.gave_up);
  EXPECT_GT(all.distances, 2900u);
  const HnswFound some =
      graph.search(query, {.ef = 64, .allowed = &none, .max_distances = 500}).value();
  EXPECT_TRUE(some.gave_up);
  EXPECT_LT(some.distances, 600u);
}

TEST(HnswSearch, rows_that_are_not_present_are_not_found) {
  const TestGraph graph(1000, 16, {}, [](std::uint32_t row) { return row % 3 != 0; });
  Random random(5);
  const HnswFound found = graph.search(graph.random_point(random), {.ef = 1000}).value();
  EXPECT_EQ(found.rows.size(), 666u);
  for (const Candidate& c : found.rows) EXPECT_NE(c.row % 3, 0u);
}

TEST(HnswSearch, a_row_that_does_not_exist_is_damage) {
  TestGraph graph(200, 16, {});
  for (std::size_t list = 0; list < 200; ++list)
    store_u32(&graph.built.links[(list * 33 + 1) * 4], 200);
  Random random(5);
  const auto found = graph.search(graph.random_point(random), {.ef = 20});
  EXPECT_EQ(found.status().code(), Code::kDataLoss);
}

TEST(HnswSearch, a_beam_wider_than_the_graph_is_as_wide_as_the_graph) {
  const TestGraph graph(500, 8, {});
  Random random(9);
  const auto query = graph.random_point(random);
  Bitmap half(500);
  for (std::size_t row = 0; row < 500; row += 2) half.set(row);
  constexpr std::size_t kWide = std::size_t{1} << 62;
  EXPECT_EQ(graph.search(query, {.ef = kWide}).value().rows.size(), 500u);
  EXPECT_EQ(graph.search(query, {.ef = kWide, .allowed = &half}).value().rows.size(), 250u);
}

}  // namespace
}  // namespace vecstore::index
