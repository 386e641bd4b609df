// Several orders of the same hits into one.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "vecstore/fusion.h"
#include "vecstore/hits.h"

namespace vecstore {

// A hit's score from its rank r (from 1) or normalized score s in each ranking, with weights w that
// are scaled to a sum of 1:
//   kRrf       sum of w / (rrf_k + r); a ranking without the hit gives 0
//   kEnsemble  sum of w s; a ranking without the hit gives 0, with z_score the least it gave to any
//   kBorda     sum of w (n - r) / (n - 1), of n hits in all; those that a ranking lacks share what
//              it did not give, evenly (Aslam and Montague 2001, section 3)
enum class RankFusion : unsigned char { kRrf, kEnsemble, kBorda };

struct RankFusionOptions {
  RankFusion how = RankFusion::kRrf;
  double rrf_k = 60;                                     // above 0; of kRrf
  Normalization normalization = Normalization::kMinMax;  // of kEnsemble: see vecstore/fusion.h
};

struct WeightedRanking {
  Hits hits = {};  // best first, no id twice
  double weight = 1;
};

// What scores become by `normalization`, where they are those of one ranking.
std::vector<double> scaled_scores(std::span<const double> scores, Normalization normalization);

// The `k` best of all hits that any ranking has, each with `arms` saying how every ranking saw it.
// What else a hit has is that of the first ranking that has it. Equal scores are in the order in
// which the first ranking has them, then the second's, and so on. kInvalidArgument when a weight is
// below 0 or none is above, or rrf_k is not above 0.
Result<Hits> fuse_rankings(std::vector<WeightedRanking> rankings, const RankFusionOptions& options,
                           std::size_t k);

}  // namespace vecstore
