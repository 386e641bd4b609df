#include "db/tuning/choose_trial.h"

#include <gtest/gtest.h>

#include <vector>

namespace vecstore::db {
namespace {

TuneTrial trial(double recall, double p95_ms, std::uint64_t memory, double doubt = 0) {
  return {.recall = recall,
          .least_recall = recall - doubt,
          .p50_ms = p95_ms / 2,
          .p95_ms = p95_ms,
          .memory_bytes = memory};
}

std::optional<std::size_t> choose(TuneOptions options, std::vector<TuneTrial> trials) {
  return choose_trial(options, trials);
}

const std::vector<TuneTrial> kTrials = {
    trial(0.99, 0.20, 400), trial(0.9995, 0.50, 400),                            // of many bits
    trial(0.90, 0.05, 200), trial(0.97, 0.10, 200),   trial(0.9990, 0.30, 200),  // of fewer
    trial(0.96, 0.40, 100),                                                      // of one
};

TEST(ChooseTrial, each_goal_has_its_best_within_the_limits) {
  EXPECT_EQ(choose({.goal = TuneGoal::kBalanced}, kTrials), 3u);    // 20 against 40 to 200
  EXPECT_EQ(choose({.goal = TuneGoal::kMinLatency}, kTrials), 3u);  // the faster one finds too few
  EXPECT_EQ(choose({.goal = TuneGoal::kMinMemory}, kTrials), 5u);
  // As much recall as the most, but for a thousandth, and faster.
  EXPECT_EQ(choose({.goal = TuneGoal::kMaxRecall}, kTrials), 4u);
}

TEST(ChooseTrial, every_limit_holds) {
  EXPECT_EQ(choose({.goal = TuneGoal::kMinLatency, .min_recall = 0.5}, kTrials), 2u);
  EXPECT_EQ(choose({.goal = TuneGoal::kMinMemory, .min_recall = 0.98}, kTrials), 4u);
  EXPECT_EQ(choose({.goal = TuneGoal::kMaxRecall, .max_latency_ms = 0.25}, kTrials), 0u);
  EXPECT_EQ(choose({.goal = TuneGoal::kMinLatency, .max_memory_bytes = 150}, kTrials), 5u);
  EXPECT_EQ(choose({.min_recall = 0.9999}, kTrials), std::nullopt);
  EXPECT_EQ(choose({.max_latency_ms = 0.01}, kTrials), std::nullopt);
  EXPECT_EQ(choose({.max_memory_bytes = 99}, kTrials), std::nullopt);
}

TEST(ChooseTrial, a_sample_too_small_to_be_sure_does_not_fit) {
  EXPECT_EQ(choose({}, {trial(0.955, 1, 1, 0.014)}), 0u);
  EXPECT_EQ(choose({}, {trial(0.955, 1, 1, 0.016)}), std::nullopt);
}

TEST(ChooseTrial, says_of_each_whether_it_fits) {
  std::vector<TuneTrial> trials = kTrials;
  choose_trial({.min_recall = 0.98}, trials);
  std::vector<bool> fit;
  for (const TuneTrial& one : trials) fit.push_back(one.fits);
  EXPECT_EQ(fit, (std::vector<bool>{true, true, false, false, true, false}));
}

}  // namespace
}  // namespace vecstore::db
