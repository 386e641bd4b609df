#include "index/joint_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <set>

#include "base/random.h"
#include "index/hnsw_index_builder.h"

namespace vecstore::index {
namespace {

constexpr std::uint32_t kDimension = 24;
using Point = std::vector<float>;

Point random_point(Random& random, float offset, float width = 1) {
  Point point(kDimension);
  for (float& x : point) x = width * static_cast<float>(random.normal());
  point[0] += offset;
  return point;
}

// One graph of some points.
struct Graph {
  std::vector<Point> points;
  BuiltHnswIndex built;
  std::unique_ptr<HnswIndex> index;

  Graph(std::vector<Point> given, Metric metric) : points(std::move(given)) {
    const HnswRows rows{metric, kDimension, static_cast<std::uint32_t>(points.size()),
                        [](std::uint32_t) { return true; },
                        [this] {
                          return [this](std::uint32_t row) {
                            return Result<std::span<const float>>(points[row]);
                          };
                        }};
    built = build_hnsw_index(rows, {}, {.keep = [] { return Status(); }}).value().value();
    open();
  }
  void open() {
    const auto rows = static_cast<std::uint32_t>(points.size());
    index = std::make_unique<HnswIndex>(
        HnswIndex::open(
            {built.space, rows, 16, built.entry, built.codes, built.links, built.upper, {}})
            .value());
  }
};

struct Fixture {
  std::vector<std::unique_ptr<Graph>> graphs;
  std::size_t rows = 0;

  void add(std::vector<Point> points, Metric metric = Metric::kEuclidean) {
    rows += points.size();
    graphs.push_back(std::make_unique<Graph>(std::move(points), metric));
  }
  // Around row `around` of the first graph.
  Result<std::vector<JointFound>> try_search(const Point& query, std::size_t ef,
                                             std::uint32_t around = HnswWalk::kNoRow) const {
    std::vector<quant::CodeQuery> queries;
    for (const auto& graph : graphs) queries.push_back(graph->index->query(query));
    std::vector<JointWalk> walks;
    for (std::size_t i = 0; i < graphs.size(); ++i) {
      const double share =
          static_cast<double>(graphs[i]->points.size()) / static_cast<double>(rows);
      walks.push_back({graphs[i]->index.get(), &queries[i], ef, least_of_share(ef, share)});
    }
    walks[0].around = around;
    return search_jointly(walks);
  }
  std::vector<JointFound> search(const Point& query, std::size_t ef) const {
    return try_search(query, ef).value();
  }
  HnswFound alone(std::size_t graph, const Point& query, std::size_t ef) const {
    const HnswIndex& index = *graphs[graph]->index;
    return index.search(index.query(query), {.ef = ef}).value();
  }

  // The share of the ten nearest of all that are among those found; `distances` counts codes.
  double recall(const Point& query, const std::vector<JointFound>& found,
                std::uint64_t& distances) const {
    std::vector<std::pair<float, std::pair<std::size_t, std::uint32_t>>> all;
    std::set<std::pair<std::size_t, std::uint32_t>> kept;
    for (std::size_t g = 0; g < graphs.size(); ++g) {
      for (std::uint32_t row = 0; row < graphs[g]->points.size(); ++row) {
        float sum = 0;
        for (std::size_t i = 0; i < kDimension; ++i)
          sum += (graphs[g]->points[row][i] - query[i]) * (graphs[g]->points[row][i] - query[i]);
        all.push_back({sum, {g, row}});
      }
      distances += found[g].distances;
      for (const Candidate& candidate : found[g].rows) kept.insert({g, candidate.row});
    }
    std::partial_sort(all.begin(), all.begin() + 10, all.end());
    return static_cast<double>(
               std::count_if(all.begin(), all.begin() + 10,
                             [&](const auto& one) { return kept.count(one.second) > 0; })) /
           10;
  }
};

TEST(JointSearch, goes_around_a_row_and_finds_the_others) {
  Random random(9);
  Fixture fixture;
  for (int part = 0; part < 2; ++part) {
    std::vector<Point> points;
    for (int i = 0; i < 800; ++i) points.push_back(random_point(random, 0));
    fixture.add(std::move(points));
  }
  for (std::uint32_t row = 0; row < 800; row += 40) {
    if (row == fixture.graphs[0]->built.entry) continue;
    const Point& query = fixture.graphs[0]->points[row];
    const auto found = [&](std::uint32_t around) {
      const std::vector<JointFound> all = fixture.try_search(query, 60, around).value();
      EXPECT_GE(all[0].rows.size() + all[1].rows.size(), 60u);
      return std::any_of(all[0].rows.begin(), all[0].rows.end(),
                         [&](const Candidate& candidate) { return candidate.row == row; });
    };
    EXPECT_TRUE(found(HnswWalk::kNoRow)) << row;
    EXPECT_FALSE(found(row)) << row;
  }
}

TEST(JointSearch, graphs_of_a_share_each_find_what_one_of_all_finds_for_less_than_alone) {
  Random random(4);
  Fixture four, one;
  std::vector<Point> all;
  for (int part = 0; part < 4; ++part) {
    std::vector<Point> points;
    for (int i = 0; i < 1500; ++i) points.push_back(random_point(random, 0));
    all.insert(all.end(), points.begin(), points.end());
    four.add(std::move(points));
  }
  one.add(all);
  double together = 0, single = 0;
  std::uint64_t codes = 0, codes_of_one = 0, codes_alone = 0;
  constexpr int kQueries = 60;
  for (int i = 0; i < kQueries; ++i) {
    const Point query = random_point(random, 0);
    together += four.recall(query, four.search(query, 80), codes) / kQueries;
    single += one.recall(query, one.search(query, 80), codes_of_one) / kQueries;
    for (std::size_t g = 0; g < 4; ++g) codes_alone += four.alone(g, query, 80).distances;
  }
  EXPECT_GT(single, 0.8);
  EXPECT_GT(together, single - 0.01);
  EXPECT_LT(codes * 10, codes_alone * 7);
}

TEST(JointSearch, a_graph_that_has_all_the_nearest_is_walked_as_if_there_were_no_other) {
  Random random(5);
  Fixture fixture;
  for (const float offset : {0.0f, 30.0f, 60.0f, 90.0f}) {
    std::vector<Point> points;
    for (int i = 0; i < 1000; ++i) points.push_back(random_point(random, offset));
    fixture.add(std::move(points));
  }
  for (int i = 0; i < 20; ++i) {
    const std::size_t owner = static_cast<std::size_t>(i) % 4;
    const Point query = random_point(random, 30 * static_cast<float>(owner));
    const std::vector<JointFound> found = fixture.search(query, 100);
    const HnswFound alone = fixture.alone(owner, query, 100);
    ASSERT_EQ(found[owner].rows.size(), alone.rows.size());
    for (std::size_t at = 0; at < alone.rows.size(); ++at)
      EXPECT_EQ(found[owner].rows[at].row, alone.rows[at].row) << at;
    for (std::size_t g = 0; g < 4; ++g) {
      if (g == owner) continue;
      EXPECT_LT(found[g].distances * 10, fixture.alone(g, query, 100).distances * 8)
          << "what is far is not looked into further";
    }
  }
}

// Of each graph, distances have the square of its longest row in them.
TEST(JointSearch, distances_under_dot_can_be_compared_whatever_the_longest_rows) {
  Random random(6);
  Fixture fixture;
  for (const float width : {1.0f, 2.0f, 4.0f}) {
    std::vector<Point> points;
    for (int i = 0; i < 600; ++i) points.push_back(random_point(random, 0, width));
    fixture.add(std::move(points), Metric::kDot);
  }
  double worst = 0;
  for (int i = 0; i < 10; ++i) {
    const Point query = random_point(random, 0);
    double norm = 0;
    for (const float x : query) norm += static_cast<double>(x) * static_cast<double>(x);
    const std::vector<JointFound> found = fixture.search(query, 60);
    for (std::size_t g = 0; g < 3; ++g) {
      const Candidate nearest = found[g].rows.front();
      double product = 0;
      for (std::size_t d = 0; d < kDimension; ++d)
        product += static_cast<double>(query[d]) *
                   static_cast<double>(fixture.graphs[g]->points[nearest.row][d]);
      const double expected = norm - 2 * product;
      worst = std::max(worst, std::abs(static_cast<double>(nearest.distance) - expected));
    }
  }
  EXPECT_LT(worst, 12) << "while the squares of the longest rows are 40 to 800";
}

TEST(JointSearch, a_row_that_does_not_exist_is_damage) {
  Random random(7);
  Fixture fixture;
  for (int part = 0; part < 2; ++part) {
    std::vector<Point> points;
    for (int i = 0; i < 300; ++i) points.push_back(random_point(random, 0));
    fixture.add(std::move(points));
  }
  const std::uint32_t beyond = 300;
  Bytes& links = fixture.graphs[1]->built.links;
  for (std::size_t list = 0; list < 300; ++list)
    std::memcpy(&links[(list * 33 + 1) * 4], &beyond, sizeof beyond);
  fixture.graphs[1]->open();
  EXPECT_EQ(fixture.try_search(random_point(random, 0), 50).status().code(), Code::kDataLoss);
}

TEST(JointSearch, the_least_is_the_share_with_room_for_chance) {
  EXPECT_EQ(least_of_share(50, 1), 50u);
  EXPECT_EQ(least_of_share(100, 0.5), 70u);
  EXPECT_EQ(least_of_share(50, 1e-6), 8u) << "to come near at all";
  EXPECT_EQ(least_of_share(5, 0.5), 5u);
  EXPECT_EQ(ef_of_all(40, 1), 40);
  EXPECT_NEAR(ef_of_all(40, 0.125), 92, 1);
  for (double share = 0.01; share < 0.99; share += 0.01)
    EXPECT_LE(least_of_share(200, share), least_of_share(200, share + 0.01)) << share;
}

}  // namespace
}  // namespace vecstore::index
