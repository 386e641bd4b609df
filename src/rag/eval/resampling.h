// How sure a mean over queries is, and a difference between two means of the same queries: by
// drawing, without assuming how the values are spread.
//
// The same values and seed give the same bits on every machine. Which test and why:
// docs/design/033-evaluation.md.
#pragma once

#include <span>
#include <vector>

#include "vecstore/evaluation.h"

namespace vecstore {

// 100 to 1,000,000 samples, a confidence above 0 and below 1.
Status check_resampling(const Resampling& how);

// Of the mean: the percentile bootstrap, widened for few values as Student's interval is. Both ends
// are the value where there is only one.
Interval mean_interval(std::span<const double> values, const Resampling& how);

// Of the same queries in the same order.
PairedTest paired_test(std::span<const double> a, std::span<const double> b, const Resampling& how);

// Holm (1979): each p as it has to be read when all of them were looked at.
std::vector<double> holm_adjusted(std::span<const double> p);

}  // namespace vecstore
