// How wide a walk has to be for a share of the nearest rows, measured on the data themselves: rows
// that are not in the graph yet look for their neighbours in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

namespace vecstore::index {

inline constexpr std::size_t kCurveK = 10;  // the nearest rows that shares are of
// The widths measured.
inline constexpr std::uint32_t kCurveEfs[] = {10, 15, 20, 30, 45, 70, 110, 180, 300, 500, 800};

struct RecallPoint {
  std::uint32_t ef = 0;
  double share = 0;  // of the nearest rows: what was found, less the error of the sample (95 %)
};

class RecallCurve {
 public:
  RecallCurve() = default;
  // By ascending ef.
  explicit RecallCurve(std::vector<RecallPoint> points) : points_(std::move(points)) {}

  const std::vector<RecallPoint>& points() const { return points_; }
  // The rows that a walk for the `k` nearest keeps to find the share `target` of them; more than
  // kCurveK are taken to need proportionally more. 0: out of reach, or never measured.
  std::size_t ef_for(double target, std::size_t k) const;

 private:
  std::vector<RecallPoint> points_;
};

// Collects what each held-out row found at each of kCurveEfs.
class RecallSample {
 public:
  void add(std::size_t width, double share);
  RecallCurve curve() const;

 private:
  struct Sums {
    double count = 0, shares = 0, squares = 0;
  };
  Sums sums_[std::size(kCurveEfs)];
};

}  // namespace vecstore::index
