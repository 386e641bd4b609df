#include "index/recall_curve.h"

#include <algorithm>
#include <cmath>

namespace vecstore::index {
namespace {

constexpr double kSigmas = 1.645;  // one-sided, 95 %

}  // namespace

std::size_t RecallCurve::ef_for(double target, std::size_t k) const {
  const auto reached = std::find_if(points_.begin(), points_.end(), [&](const RecallPoint& point) {
    return point.share >= target;
  });
  if (reached == points_.end()) return 0;
  double ef = reached->ef;
  if (reached != points_.begin()) {
    const RecallPoint& below = *std::prev(reached);
    const double part = (target - below.share) / (reached->share - below.share);
    ef = below.ef + part * (reached->ef - below.ef);
  }
  const double times = std::max(1.0, static_cast<double>(k) / kCurveK);
  return static_cast<std::size_t>(std::ceil(ef * times));
}

void RecallSample::add(std::size_t width, double share) {
  Sums& sums = sums_[width];
  ++sums.count;
  sums.shares += share;
  sums.squares += share * share;
}

RecallCurve RecallSample::curve() const {
  std::vector<RecallPoint> points;
  double least = 0;  // wider walks find no less
  for (std::size_t i = 0; i < std::size(kCurveEfs); ++i) {
    const Sums& sums = sums_[i];
    if (sums.count < 2) return {};
    const double mean = sums.shares / sums.count;
    const double variance = std::max(0.0, sums.squares / sums.count - mean * mean);
    least = std::max(least, mean - kSigmas * std::sqrt(variance / sums.count));
    points.push_back({kCurveEfs[i], least});
  }
  return RecallCurve(std::move(points));
}

}  // namespace vecstore::index
