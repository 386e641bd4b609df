#include "db/search/fuse.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/random.h"

namespace vecstore::db {
namespace {

using Rows = std::vector<RankedRow>;
using Arms = std::vector<Rows>;

// The row of an id is its first letter.
RankedRow ranked(const std::string& id, double score) {
  return {.segment = 1, .row = static_cast<query::Row>(id[0]), .id = id, .score = score};
}

Rows fused(const Fusion& fusion, Arms arms) { return fuse(fusion, arms); }

const Fusion kRrf{.method = FusionMethod::kRrf};

std::string ids(const Rows& rows) {
  std::string all;
  for (const RankedRow& row : rows) all += row.id;
  return all;
}

TEST(Fuse, reciprocal_ranks_add_up) {
  const Rows all =
      fused(kRrf, {{ranked("a", 0.9), ranked("b", 0.8)}, {ranked("b", 7), ranked("c", 3)}});
  ASSERT_EQ(ids(all), "bac");
  EXPECT_DOUBLE_EQ(all[0].score, 1.0 / 62 + 1.0 / 61);
  EXPECT_EQ(all[0].arms[0].rank, 2u);
  EXPECT_EQ(all[0].arms[1].rank, 1u);
  EXPECT_EQ(all[0].arms[1].score, 7);
  EXPECT_DOUBLE_EQ(all[0].arms[0].share, 1.0 / 62);
  EXPECT_EQ(all[1].arms[1].rank, 0u);
  EXPECT_EQ(all[2].arms[0].rank, 0u);
  EXPECT_DOUBLE_EQ(all[2].score, 1.0 / 62);
}

TEST(Fuse, arms_of_a_fusion_before_are_not_kept) {
  RankedRow row = ranked("a", 1);
  row.arms = {{9, 8, 7}, {6, 5, 4}, {3, 2, 1}};
  const Rows all = fused(kRrf, {{}, {row}});
  ASSERT_EQ(all[0].arms.size(), 2u);
  EXPECT_EQ(all[0].arms[0].rank, 0u);
  EXPECT_EQ(all[0].arms[0].score, 0);
  EXPECT_EQ(all[0].arms[1].rank, 1u);
}

TEST(Fuse, equal_scores_are_ordered_by_id) {
  EXPECT_EQ(ids(fused(kRrf, {{ranked("z", 1), ranked("y", 0)}, {ranked("y", 9), ranked("z", 1)}})),
            "yz");
  EXPECT_EQ(ids(fused(kRrf, {{ranked("z", 1)}, {ranked("y", 9)}})), "yz");
}

TEST(Fuse, relative_scores_use_the_scores) {
  const Fusion fusion{.method = FusionMethod::kRelativeScore, .weights = {0.75, 0.25}};
  const Rows all = fused(fusion, {{ranked("a", 10), ranked("b", 8), ranked("c", 0)},
                                  {ranked("c", 4), ranked("b", 3), ranked("d", 2)}});
  ASSERT_EQ(ids(all), "abcd");
  EXPECT_DOUBLE_EQ(all[0].score, 0.75);
  EXPECT_DOUBLE_EQ(all[1].score, 0.75 * 0.8 + 0.25 * 0.5);
  EXPECT_DOUBLE_EQ(all[2].score, 0.25);
  EXPECT_DOUBLE_EQ(all[3].score, 0);
}

TEST(Fuse, alpha_weighs_the_halves) {
  const auto order = [](double alpha) {
    return ids(fused(hybrid_fusion({.alpha = alpha}),
                     {{ranked("a", 1), ranked("b", 0)}, {ranked("b", 1), ranked("a", 0)}}));
  };
  EXPECT_EQ(order(1), "ab");
  EXPECT_EQ(order(0), "ba");
}

TEST(Fuse, an_arm_may_find_nothing_and_one_candidate_is_the_best) {
  EXPECT_TRUE(fused({}, {}).empty());
  EXPECT_TRUE(fused({}, {{}, {}, {}}).empty());
  const Rows all = fused({.method = FusionMethod::kRelativeScore}, {{}, {ranked("a", 3)}});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_DOUBLE_EQ(all[0].score, 0.5);
}

constexpr std::size_t kMethods = 8;
FusionMethod method_at(std::size_t i) { return static_cast<FusionMethod>(i); }

// Every normalization that the method takes.
std::vector<Fusion> fusions_of(std::size_t method) {
  std::vector<Fusion> all = {{.method = method_at(method)}};
  for (int n = 0; n < 4; ++n) {
    Fusion one{.method = method_at(method), .normalization = static_cast<Normalization>(n)};
    if (check_fusion(one, 0).ok()) all.push_back(one);
  }
  return all;
}

Arms random_arms(Random& random, std::size_t count) {
  Arms arms(count);
  for (Rows& arm : arms) {
    for (char id = 'a'; id <= 'p'; ++id)
      if (random.below(3) != 0)
        arm.push_back(ranked(std::string(1, id), static_cast<double>(random.below(40)) / 8 - 1));
    std::ranges::sort(arm, [](const RankedRow& a, const RankedRow& b) {
      return a.score != b.score ? a.score > b.score : a.id < b.id;
    });
    if (random.below(6) == 0) arm.resize(std::min<std::size_t>(arm.size(), random.below(2)));
  }
  return arms;
}

// A row's normalized score by the book.
double normal(const Rows& arm, double score, Normalization how) {
  double sum = 0, squares = 0;
  for (const RankedRow& row : arm) sum += row.score;
  const auto count = static_cast<double>(arm.size());
  const double mean = sum / count;
  for (const RankedRow& row : arm) squares += (row.score - mean) * (row.score - mean);
  const double deviation = arm.size() < 2 ? 0 : std::sqrt(squares / (count - 1));
  const double least = arm.back().score, most = arm.front().score;
  if (how == Normalization::kNone) return score;
  if (how == Normalization::kMinMax) return most > least ? (score - least) / (most - least) : 1;
  if (how == Normalization::kZScore) return most > least ? (score - mean) / deviation : 0;
  return most > least ? std::max(0.0, 0.5 + (score - mean) / (6 * deviation)) : 0.5;
}

// What vecstore/fusion.h says, read slowly.
double naive_score(const Fusion& fusion, const Arms& arms, const std::string& id) {
  const auto n = static_cast<double>(arms.size());
  double total = 0, sum = 0, greatest = -1e9, least = 1e9, harmonic = 0, product = 1;
  for (const double weight : fusion.weights) total += weight;
  bool missing = false;
  Normalization how = fusion.normalization.value_or(Normalization::kMinMax);
  if (fusion.method == FusionMethod::kDbsf) how = Normalization::kDbsf;
  for (std::size_t a = 0; a < arms.size(); ++a) {
    const double weight = fusion.weights.empty() ? 1 : fusion.weights[a] * n / total;
    const auto at = std::ranges::find(arms[a], id, &RankedRow::id);
    if (at == arms[a].end()) {
      missing = missing || weight > 0;
      if (how == Normalization::kZScore && !arms[a].empty())
        sum += weight * normal(arms[a], arms[a].back().score, how) / n;
      continue;
    }
    if (fusion.method == FusionMethod::kRrf) {
      sum += weight / (fusion.rrf_k + 1 + static_cast<double>(at - arms[a].begin()));
      continue;
    }
    const double score = normal(arms[a], at->score, how);
    sum += weight * score / n;
    greatest = std::max(greatest, weight * score);
    if (weight == 0) continue;
    missing = missing || score <= 0;
    least = std::min(least, score);
    harmonic += weight / score;
    product *= std::pow(score, weight / n);
  }
  if (fusion.method == FusionMethod::kMax) return greatest;
  if (fusion.method == FusionMethod::kMin) return missing ? 0 : least;
  if (fusion.method == FusionMethod::kHarmonicMean) return missing ? 0 : n / harmonic;
  if (fusion.method == FusionMethod::kGeometricMean) return missing ? 0 : product;
  return sum;
}

TEST(Fuse, every_method_is_its_formula) {
  Random random(21);
  for (std::size_t method = 0; method < kMethods; ++method) {
    for (Fusion fusion : fusions_of(method)) {
      for (int round = 0; round < 60; ++round) {
        const Arms arms = random_arms(random, 1 + random.below(4));
        fusion.weights.clear();
        if (round % 2 == 1)
          for (std::size_t i = 0; i < arms.size(); ++i)
            fusion.weights.push_back(static_cast<double>(random.below(4)) + (i == 0 ? 0.5 : 0));
        ASSERT_TRUE(check_fusion(fusion, arms.size()).ok());
        const Rows all = fused(fusion, arms);
        for (std::size_t i = 0; i < all.size(); ++i) {
          ASSERT_NEAR(all[i].score, naive_score(fusion, arms, all[i].id), 1e-9)
              << fusion_method_name(fusion.method);
          const bool after = i == 0 || all[i - 1].score > all[i].score ||
                             (all[i - 1].score == all[i].score && all[i - 1].id < all[i].id);
          ASSERT_TRUE(after) << "best first, ties by id";
        }
      }
    }
  }
}

TEST(Fuse, a_count_gives_the_best_of_all) {
  Random random(11);
  for (int round = 0; round < 50; ++round) {
    const Arms arms = random_arms(random, 1 + random.below(5));
    for (std::size_t method = 0; method < kMethods; ++method) {
      const Fusion fusion{.method = method_at(method)};
      const Rows all = fused(fusion, arms);
      const std::size_t count = random.below(all.size() + 3);
      Arms taken = arms;
      const Rows best = fuse(fusion, taken, count);
      ASSERT_EQ(best.size(), std::min(count, all.size()));
      for (std::size_t i = 0; i < best.size(); ++i) {
        EXPECT_EQ(best[i].id, all[i].id);
        EXPECT_EQ(best[i].score, all[i].score);
        ASSERT_EQ(best[i].arms.size(), arms.size());
      }
    }
  }
}

TEST(Fuse, the_order_of_arms_with_equal_weights_changes_no_score) {
  Random random(22);
  for (int round = 0; round < 40; ++round) {
    const Arms arms = random_arms(random, 4);
    Arms turned = arms;
    std::rotate(turned.begin(), turned.begin() + 1, turned.end());
    std::swap(turned[0], turned[1]);
    for (std::size_t method = 0; method < kMethods; ++method) {
      const Fusion fusion{.method = method_at(method)};
      const Rows one = fused(fusion, arms), other = fused(fusion, turned);
      ASSERT_EQ(ids(one), ids(other)) << fusion_method_name(fusion.method);
      for (std::size_t i = 0; i < one.size(); ++i) ASSERT_EQ(one[i].score, other[i].score);
    }
  }
}

TEST(Fuse, a_row_that_no_arm_ranks_lower_is_not_lower) {
  Random random(23);
  for (std::size_t method = 0; method < kMethods; ++method) {
    for (const Fusion& fusion : fusions_of(method)) {
      if (fusion.normalization == Normalization::kNone) continue;  // below 0 is worse than absent
      for (int round = 0; round < 40; ++round) {
        const Rows all = fused(fusion, random_arms(random, 3));
        for (const RankedRow& a : all) {
          for (const RankedRow& b : all) {
            bool ahead = true;  // in every arm
            for (std::size_t i = 0; i < 3; ++i)
              ahead = ahead && (b.arms[i].rank == 0 ||
                                (a.arms[i].rank != 0 && a.arms[i].score >= b.arms[i].score));
            if (ahead && fusion.method == FusionMethod::kRrf)
              for (std::size_t i = 0; i < 3; ++i)
                ahead = ahead && (b.arms[i].rank == 0 || a.arms[i].rank <= b.arms[i].rank);
            ASSERT_TRUE(!ahead || a.score >= b.score) << fusion_method_name(fusion.method);
          }
        }
      }
    }
  }
}

TEST(Fuse, no_score_is_nan_whatever_the_arms_give) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Arms arms = {{ranked("a", kInfinity), ranked("b", 1), ranked("c", -kInfinity)},
                     {ranked("c", 1e308), ranked("a", -1e308), ranked("d", std::nan(""))},
                     {ranked("b", 5e-324), ranked("a", 0)}};
  for (std::size_t method = 0; method < kMethods; ++method) {
    for (Fusion fusion : fusions_of(method)) {
      for (const std::vector<double>& weights :
           {std::vector<double>(), {1e308, 1e308, 1e308}, {5e-324, 0, 1}, {0, 0, 3}}) {
        fusion.weights = weights;
        for (const RankedRow& row : fused(fusion, arms))
          EXPECT_FALSE(std::isnan(row.score)) << fusion_method_name(fusion.method) << row.id;
      }
    }
  }
}

TEST(Fuse, options_without_a_meaning_are_refused) {
  const auto refused = [](const Fusion& fusion) { return !check_fusion(fusion, 2).ok(); };
  EXPECT_FALSE(refused({}));
  EXPECT_FALSE(refused({.weights = {0, 1}}));
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double bad : {-0.1, 1.1, std::nan("")}) EXPECT_TRUE(refused({.alpha = bad})) << bad;
  for (const double bad : {0.0, -1.0, kInfinity, std::nan("")})
    EXPECT_TRUE(refused({.rrf_k = bad})) << bad;
  for (const std::vector<double>& bad :
       {std::vector<double>{1}, {1, 1, 1}, {0, 0}, {1, -1}, {1, kInfinity}, {std::nan(""), 1}})
    EXPECT_TRUE(refused({.weights = bad}));
  EXPECT_TRUE(refused({.method = FusionMethod::kRrf, .normalization = Normalization::kMinMax}))
      << "ranks are not normalized";
  EXPECT_TRUE(refused({.method = FusionMethod::kMin, .normalization = Normalization::kZScore}));
}

}  // namespace
}  // namespace vecstore::db
