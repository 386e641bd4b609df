// How sure a mean over queries is, and a difference between two means of the same queries: by
// drawing, without assuming how the values are spread.
//
// The same values and seed give the same bits on every machine. Which test and why:
// docs/design/033-evaluation.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "vecstore/cancel.h"
#include "vecstore/status.h"

namespace vecstore {

// Cost: samples times values; 10,000 times 225 take about 10 ms.
struct Resampling {
  std::size_t samples = 10000;
  std::uint64_t seed = 1;
  double confidence = 0.95;  // of intervals
  // Ends the drawing within milliseconds: what comes back then means nothing. Never kept in a
  // report.
  std::optional<CancelToken> cancel = {};

  bool cancelled() const { return cancel && cancel->cancelled(); }
};

// 100 to 1,000,000 samples, a confidence above 0 and below 1.
Status check_resampling(const Resampling& how);

struct Interval {
  double low = 0, high = 0;

  bool operator==(const Interval&) const = default;
};

// Of the mean: the percentile bootstrap, widened for few values as Student's interval is. Both ends
// are the value where there is only one.
Interval mean_interval(std::span<const double> values, const Resampling& how);

// a minus b, of the same queries in the same order.
struct PairedTest {
  double difference = 0;  // of the means
  Interval interval = {};
  // How likely a difference as large comes about by chance alone, in either direction. By
  // exchanging a and b of queries at random (all ways where there are no more than `samples`), and
  // by drawing queries from differences moved to a mean of 0.
  double p_randomisation = 1;
  double p_bootstrap = 1;
};
PairedTest paired_test(std::span<const double> a, std::span<const double> b, const Resampling& how);

// Holm (1979): each p as it has to be read when all of them were looked at.
std::vector<double> holm_adjusted(std::span<const double> p);

}  // namespace vecstore
