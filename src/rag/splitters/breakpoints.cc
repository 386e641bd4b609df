#include "rag/splitters/breakpoints.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace vecstore {
namespace {

// numpy.add.reduce: eight partial sums in blocks of up to 128, halves of what is longer.
double sum_of(std::span<const double> values) {
  const std::size_t count = values.size();
  if (count < 8) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum;
  }
  if (count > 128) {
    std::size_t half = count / 2;
    half -= half % 8;
    return sum_of(values.first(half)) + sum_of(values.subspan(half));
  }
  std::array<double, 8> r = {};
  std::ranges::copy(values.first(8), r.begin());
  std::size_t i = 8;
  for (; i < count - count % 8; i += 8) {
    for (std::size_t j = 0; j < 8; ++j) r[j] += values[i + j];
  }
  double sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
  for (; i < count; ++i) sum += values[i];
  return sum;
}

}  // namespace

double mean_of(std::span<const double> values) {
  return sum_of(values) / static_cast<double>(values.size());
}

double deviation_of(std::span<const double> values) {
  const double mean = mean_of(values);
  std::vector<double> squares;
  squares.reserve(values.size());
  for (const double value : values) squares.push_back((value - mean) * (value - mean));
  return std::sqrt(mean_of(squares));
}

double percentile_of(std::span<const double> values, double percent) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const double at = static_cast<double>(sorted.size() - 1) * (percent / 100);
  const double below = std::floor(at);
  const auto index = static_cast<std::size_t>(below);
  if (index + 1 >= sorted.size()) return sorted.back();
  const double a = sorted[index], b = sorted[index + 1], part = at - below;
  return part >= 0.5 ? b - (b - a) * (1 - part) : a + (b - a) * part;
}

std::vector<double> gradient_of(std::span<const double> values) {
  const std::size_t last = values.size() - 1;
  std::vector<double> out(values.size());
  for (std::size_t i = 1; i < last; ++i) out[i] = (values[i + 1] - values[i - 1]) / 2;
  out[0] = values[1] - values[0];
  out[last] = values[last] - values[last - 1];
  return out;
}

double default_amount(Breakpoint way) {
  switch (way) {
    case Breakpoint::kStandardDeviation:
      return 3;
    case Breakpoint::kInterquartile:
      return 1.5;
    default:
      return 95;
  }
}

std::vector<std::size_t> find_breakpoints(std::span<const double> distances, Breakpoint way,
                                          double amount, std::size_t chunks) {
  if (distances.size() < (way == Breakpoint::kGradient ? 2u : 1u)) return {};
  std::vector<double> slopes;
  double threshold = 0;
  if (chunks > 0) {
    const auto most = static_cast<double>(distances.size());
    const double wanted = std::max(std::min(static_cast<double>(chunks), most), 1.0);
    const double percent = most == 1 ? 100 : 100 / (1 - most) * (wanted - most);
    threshold = percentile_of(distances, std::clamp(percent, 0.0, 100.0));
  } else if (way == Breakpoint::kPercentile) {
    threshold = percentile_of(distances, amount);
  } else if (way == Breakpoint::kStandardDeviation) {
    threshold = mean_of(distances) + amount * deviation_of(distances);
  } else if (way == Breakpoint::kInterquartile) {
    const double range = percentile_of(distances, 75) - percentile_of(distances, 25);
    threshold = mean_of(distances) + amount * range;
  } else {
    slopes = gradient_of(distances);
    threshold = percentile_of(slopes, amount);
    distances = slopes;
  }
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    if (distances[i] > threshold) out.push_back(i);
  }
  return out;
}

}  // namespace vecstore
