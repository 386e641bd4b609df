// How several rankings become one.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

// What an arm's scores become, so that those of different arms can be combined. kNone: themselves. kMinMax: 0 for the worst of the arm's
// candidates, 1 for the best; all 1 where they are equal. kZScore: how many standard deviations above the arm's mean; 0 where they are
// equal. kDbsf: 0 at three standard deviations below the mean and 1 at three above, not below 0; 0.5 where they are equal.
enum class Normalization : unsigned char { kNone, kMinMax, kZScore, kDbsf };
std::string_view normalization_name(Normalization normalization);  // none, min_max, z_score, dbsf
Result<Normalization> parse_normalization(std::string_view name);

// A row's score from its rank r (from 1) or normalized score s in each of n arms with the weights w, which are scaled to a mean of 1 first.
//
//   kRrf             sum of w / (rrf_k + r)            Cormack, Clarke and Buettcher 2009; an arm that did not find the row gives 0
//   kWeightedSum     sum of w s / n                    s is min_max unless told otherwise; an arm without the row gives 0, and with z_score
//                                                      the least that it gave to any row
//   kRelativeScore   the same of min_max alone
//   kDbsf            the same of dbsf alone            "distribution-based score fusion"
//   kMax             greatest w s of the arms that found the row
//   kMin             least s                           these three: 0 when an arm did not find the row, and as if the arm were not there where
//   kHarmonicMean    n / sum of w / s                  its weight is 0. s below 0 counts as 0
//   kGeometricMean   product of s^(w / n)
//
// z_score goes with kWeightedSum only, because the others need to know what is nothing.
enum class FusionMethod : unsigned char {
  kRrf,
  kWeightedSum,
  kRelativeScore,
  kDbsf,
  kMax,
  kMin,
  kHarmonicMean,
  kGeometricMean
};
// rrf, weighted_sum, relative_score, dbsf, max, min, harmonic_mean, geometric_mean
std::string_view fusion_method_name(FusionMethod method);
Result<FusionMethod> parse_fusion_method(std::string_view name);

struct Fusion {
  // Method and alpha are what never made an answer worse than its better arm, on eight sets of questions with the built-in model
  // (docs/design/009-fusion.md). Where vectors find much more than words do, more alpha is better.
  FusionMethod method = FusionMethod::kRelativeScore;
  double alpha = 0.3;  // of a vector and a text: the vector's weight, 0 to 1; the text has the rest
  std::vector<double> weights = {};  // of each stage of `prefetch`, at least 0, one above; empty: equal ones
  double rrf_k = 60;                 // above 0; the greater it is, the less the first ranks stand out
  std::optional<Normalization> normalization = {};  // of methods that leave it open; unset: min_max
};

}  // namespace vecstore
