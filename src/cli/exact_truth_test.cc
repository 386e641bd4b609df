#include "cli/exact_truth.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "vecstore/database.h"

namespace vecstore {
namespace {

TEST(ExactTruth, distances_are_those_of_the_definitions) {
  const std::vector<float> a = {1, 2, 0}, b = {3, 2, 4};
  EXPECT_NEAR(exact_distance(Metric::kCosine, a, b), 1 - 7 / std::sqrt(5.0 * 29), 1e-12);
  EXPECT_DOUBLE_EQ(exact_distance(Metric::kEuclidean, a, b), std::sqrt(20));
  EXPECT_EQ(exact_distance(Metric::kDot, a, b), -7);
  EXPECT_EQ(exact_distance(Metric::kManhattan, a, b), 6);
  EXPECT_EQ(exact_distance(Metric::kHamming, a, b), 2);
  EXPECT_DOUBLE_EQ(exact_distance(Metric::kJaccard, a, b), 1 - 3.0 / 9);
  EXPECT_EQ(exact_distance(Metric::kChebyshev, a, b), 4);
  EXPECT_EQ(exact_distance(Metric::kCanberra, a, b), 1.5);
  EXPECT_EQ(exact_distance(Metric::kBrayCurtis, a, b), 0.5);
}

TEST(ExactTruth, the_engine_finds_the_same_for_every_metric) {
  constexpr std::size_t kRows = 300, kDimension = 9, kNearest = 10;
  for (int m = 0; m < kMetricCount; ++m) {
    const Metric metric = static_cast<Metric>(m);
    Collection rows = VecStore::in_memory({.dimension = kDimension, .metric = metric}).value();
    Random random(7);
    std::vector<std::vector<float>> queries;
    for (std::size_t i = 0; i < kRows; ++i) {
      std::vector<float> vector;
      for (std::size_t j = 0; j < kDimension; ++j) {
        vector.push_back(static_cast<float>(random.below(1000) + 1) / 100);
      }
      if (i < 5) queries.push_back(vector);
      ASSERT_TRUE(rows.upsert({.id = std::to_string(i), .vector = vector}).ok());
    }
    const auto truth = exact_neighbours(rows, queries, kNearest, {}).value();
    for (std::size_t q = 0; q < queries.size(); ++q) {
      ASSERT_EQ(truth[q].size(), kNearest);
      const Hits hits = rows.query({.vector = queries[q], .k = kNearest}).value();
      EXPECT_EQ(recall_of(hits, truth[q]), 1) << metric_name(metric);
    }
  }
}

TEST(ExactTruth, recall_is_the_share_found) {
  const std::vector<Neighbour> truth = {{1, "a"}, {2, "b"}};
  Hits hits;
  hits.hits = {{.id = "a", .distance = 1}, {.id = "c", .distance = 3}};
  EXPECT_EQ(recall_of(hits, truth), 0.5);
  hits.hits[1].distance = 2;
  EXPECT_EQ(recall_of(hits, truth), 1);
  EXPECT_EQ(recall_of({}, truth), 0);
}

}  // namespace
}  // namespace vecstore
