#include "rag/eval/resampling.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

#include "base/random.h"

namespace vecstore {
namespace {

std::vector<double> drawn(std::size_t count, double mean, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> values(count);
  for (double& one : values) one = mean + random.normal();
  return values;
}

// Of a normal variable the interval is known: mean ± 1.96 deviations over the root of n.
TEST(Resampling, an_interval_is_as_wide_as_theory_says) {
  const std::vector<double> values = drawn(1000, 5, 3);
  double mean = 0, squares = 0;
  for (const double one : values) mean += one / 1000;
  for (const double one : values) squares += (one - mean) * (one - mean) / 999;
  const double half = 1.96 * std::sqrt(squares / 1000);
  const Interval interval = mean_interval(values, {});
  EXPECT_NEAR(interval.low, mean - half, half * 0.05);
  EXPECT_NEAR(interval.high, mean + half, half * 0.05);
  const Interval narrower = mean_interval(values, {.confidence = 0.5});
  EXPECT_NEAR(narrower.high - narrower.low, half * 2 * 0.6745 / 1.96, half * 0.05);
}

// The means of ten values from a known distribution: 95 of 100 intervals have its mean in them.
// Percentiles alone have it in 90.
TEST(Resampling, an_interval_of_few_values_covers_as_often_as_it_says) {
  Random random(12);
  int covered = 0;
  for (std::uint64_t trial = 0; trial < 1000; ++trial) {
    std::vector<double> values(10);
    for (double& one : values) one = random.uniform();
    const Interval interval = mean_interval(values, {.samples = 1000, .seed = trial});
    covered += interval.low <= 0.5 && 0.5 <= interval.high;
  }
  EXPECT_NEAR(covered, 950, 18);
}

TEST(Resampling, the_same_seed_gives_the_same_bits) {
  const std::vector<double> values = {0.1, 0.25, 0.5, 0.125, 1, 0, 0.3};
  const Interval interval = mean_interval(values, {.samples = 1000, .seed = 7});
  EXPECT_EQ(interval, mean_interval(values, {.samples = 1000, .seed = 7}));
  EXPECT_NE(interval, mean_interval(values, {.samples = 1000, .seed = 8}));
}

TEST(Resampling, one_value_has_no_spread_and_none_has_nothing) {
  const std::vector<double> one = {0.25};
  EXPECT_EQ(mean_interval(one, {}), (Interval{0.25, 0.25}));
  EXPECT_EQ(mean_interval({}, {}), Interval());
  EXPECT_EQ(paired_test({}, {}, {}).p_randomisation, 1);
}

// Five differences of one sign: of 32 ways to exchange, two are as far from 0.
TEST(Resampling, few_queries_are_exchanged_in_all_ways) {
  const std::vector<double> a = {0.5, 0.6, 0.7, 0.8, 0.9}, b = {0.4, 0.4, 0.4, 0.4, 0.4};
  const PairedTest test = paired_test(a, b, {});
  EXPECT_DOUBLE_EQ(test.p_randomisation, 2 / 32.0);
  EXPECT_NEAR(test.difference, 0.3, 1e-12);
  EXPECT_GT(test.interval.low, 0);
  EXPECT_DOUBLE_EQ(paired_test(b, a, {}).p_randomisation, 2 / 32.0) << "in either direction";
}

// 0.3 deviations over 50 pairs: what drawing gives agrees with the test by Student.
TEST(Resampling, a_drawn_p_agrees_with_theory) {
  const std::vector<double> a = drawn(50, 0.3, 11), b(50, 0.0);
  double mean = 0, squares = 0;
  for (const double one : a) mean += one / 50;
  for (const double one : a) squares += (one - mean) * (one - mean) / 49;
  const double z = mean / std::sqrt(squares / 50);
  const double p = std::erfc(std::abs(z) / std::sqrt(2.0));
  ASSERT_GT(p, 0.001);
  ASSERT_LT(p, 0.5);
  const PairedTest test = paired_test(a, b, {});
  EXPECT_NEAR(test.p_randomisation, p, 0.3 * p + 0.003);
  EXPECT_NEAR(test.p_bootstrap, p, 0.3 * p + 0.003);
}

// Where nothing differs but by chance, one in twenty is below 0.05.
TEST(Resampling, p_is_small_by_chance_as_often_as_it_says) {
  int randomisation = 0, bootstrap = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const PairedTest test =
        paired_test(drawn(40, 0, 2 * seed), drawn(40, 0, 2 * seed + 1), {.samples = 500});
    randomisation += test.p_randomisation < 0.05;
    bootstrap += test.p_bootstrap < 0.05;
  }
  EXPECT_NEAR(randomisation, 20, 13);
  EXPECT_NEAR(bootstrap, 20, 15);
}

TEST(Resampling, p_is_never_nothing) {
  const std::vector<double> a(30, 1.0), b(30, 0.0);
  EXPECT_DOUBLE_EQ(paired_test(a, b, {}).p_randomisation, 1 / 10001.0);
  EXPECT_DOUBLE_EQ(paired_test(a, b, {}).p_bootstrap, 1 / 10001.0);
}

TEST(Resampling, equal_runs_do_not_differ) {
  const std::vector<double> a = drawn(40, 0, 5);
  const PairedTest test = paired_test(a, a, {});
  EXPECT_EQ(test.p_randomisation, 1);
  EXPECT_EQ(test.p_bootstrap, 1);
  EXPECT_EQ(test.interval, Interval());
}

// The example of the paper's rule: 0.01, 0.02, 0.03, 0.04 of four.
TEST(Resampling, a_token_ends_the_drawing) {
  const std::vector<double> values = drawn(1000, 0, 3);
  CancelToken token;
  const Resampling how = {.samples = 1'000'000, .cancel = token};
  token.cancel();
  const auto begun = std::chrono::steady_clock::now();
  mean_interval(values, how);
  paired_test(values, values, how);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(1)) << "whole: seconds";
}

TEST(Resampling, holm_multiplies_and_never_goes_down) {
  const std::vector<double> adjusted = holm_adjusted(std::vector<double>{0.03, 0.01, 0.04, 0.005});
  EXPECT_DOUBLE_EQ(adjusted[3], 0.02);
  EXPECT_DOUBLE_EQ(adjusted[1], 0.03);
  EXPECT_DOUBLE_EQ(adjusted[0], 0.06);
  EXPECT_DOUBLE_EQ(adjusted[2], 0.06);
  EXPECT_EQ(holm_adjusted(std::vector<double>{0.7, 0.9})[1], 1);
  EXPECT_TRUE(holm_adjusted({}).empty());
}

TEST(Resampling, what_cannot_be_drawn_is_refused) {
  EXPECT_TRUE(check_resampling({}).ok());
  EXPECT_FALSE(check_resampling({.samples = 99}).ok());
  EXPECT_FALSE(check_resampling({.samples = 1'000'001}).ok());
  for (const double confidence : {0.0, 1.0, -1.0, std::nan("")})
    EXPECT_FALSE(check_resampling({.confidence = confidence}).ok()) << confidence;
}

}  // namespace
}  // namespace vecstore
