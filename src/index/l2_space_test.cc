#include "index/l2_space.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "index/naive_distance.h"

namespace vecstore::index {
namespace {

double squared_distance(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += d * d;
  }
  return sum;
}

TEST(L2Space, keeps_the_order_of_the_metric) {
  Random random(5);
  const std::size_t dimension = 20;
  for (const Metric metric : {Metric::kCosine, Metric::kDot, Metric::kEuclidean}) {
    ASSERT_TRUE(has_l2_space(metric));
    std::vector<std::vector<float>> rows(40, std::vector<float>(dimension));
    double longest = 0;
    for (auto& row : rows) {
      const auto length = static_cast<float>(1 + 3 * random.uniform());
      for (float& x : row) x = length * static_cast<float>(random.normal());
      longest = std::max(longest, norm_of(row));
    }
    const L2Space space(metric, dimension, static_cast<float>(longest));
    const std::vector<float> query = rows[0];
    for (const auto& a : rows) {
      for (const auto& b : rows) {
        const std::vector<double> q(query.begin(), query.end()), x(a.begin(), a.end()),
            z(b.begin(), b.end());
        const double there = naive_distance(metric, q, x) - naive_distance(metric, q, z);
        const double here = squared_distance(space.query(query), space.row(a)) -
                            squared_distance(space.query(query), space.row(b));
        if (std::abs(there) < 1e-4) continue;
        ASSERT_EQ(there < 0, here < 0) << metric_name(metric);
      }
    }
  }
}

TEST(L2Space, is_not_there_for_other_metrics) {
  EXPECT_FALSE(has_l2_space(Metric::kManhattan));
  EXPECT_FALSE(has_l2_space(Metric::kJaccard));
}

}  // namespace
}  // namespace vecstore::index
