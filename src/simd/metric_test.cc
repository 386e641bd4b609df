#include "vecstore/metric.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(Metric, every_name_parses_to_its_metric) {
  for (int i = 0; i < kMetricCount; ++i) {
    const auto metric = static_cast<Metric>(i);
    const auto parsed = parse_metric(metric_name(metric));
    ASSERT_TRUE(parsed.ok()) << parsed.status().to_string();
    EXPECT_EQ(*parsed, metric);
  }
}

TEST(Metric, the_numbers_that_files_hold_keep_their_names) {
  constexpr std::string_view kNames[] = {"cosine",  "euclidean", "dot",      "manhattan", "hamming",
                                         "jaccard", "chebyshev", "canberra", "braycurtis"};
  for (int i = 0; i < kMetricCount; ++i) {
    EXPECT_EQ(metric_name(static_cast<Metric>(i)), kNames[i]);
  }
}

TEST(Metric, aliases_parse_and_case_does_not_matter) {
  EXPECT_EQ(parse_metric("l2").value(), Metric::kEuclidean);
  EXPECT_EQ(parse_metric("L1").value(), Metric::kManhattan);
  EXPECT_EQ(parse_metric("LInf").value(), Metric::kChebyshev);
  EXPECT_EQ(parse_metric("ip").value(), Metric::kDot);
  EXPECT_EQ(parse_metric("inner_product").value(), Metric::kDot);
  EXPECT_EQ(parse_metric("BrayCurtis").value(), Metric::kBrayCurtis);
}

TEST(Metric, an_unknown_name_is_refused_with_the_list_of_names) {
  for (std::string_view name : {"", "cosin", "cosine ", "l3"}) {
    const auto parsed = parse_metric(name);
    ASSERT_FALSE(parsed.ok()) << name;
    EXPECT_EQ(parsed.status().code(), Code::kInvalidArgument);
    for (int i = 0; i < kMetricCount; ++i) {
      const std::string known(metric_name(static_cast<Metric>(i)));
      EXPECT_NE(parsed.status().message().find(known), std::string::npos) << known;
    }
  }
}

TEST(Metric, an_endless_name_does_not_make_an_endless_message) {
  EXPECT_LT(parse_metric(std::string(1 << 20, 'x')).status().message().size(), 300u);
}

TEST(Metric, a_score_is_larger_when_nearer) {
  EXPECT_EQ(score_of_distance(Metric::kCosine, 0.25), 0.75);
  EXPECT_EQ(score_of_distance(Metric::kDot, -3.5), 3.5);
  EXPECT_EQ(score_of_distance(Metric::kEuclidean, 0), 1);
  EXPECT_EQ(score_of_distance(Metric::kHamming, 3), 0.25);
  for (int i = 0; i < kMetricCount; ++i) {
    const auto metric = static_cast<Metric>(i);
    EXPECT_GT(score_of_distance(metric, 0.5), score_of_distance(metric, 0.75));
  }
}

}  // namespace
}  // namespace vecstore
