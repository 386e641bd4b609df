#include "vecstore/metric.h"

#include <algorithm>
#include <array>
#include <string>

namespace vecstore {
namespace {

constexpr std::array<std::string_view, kMetricCount> kNames = {
    "cosine",  "euclidean", "dot",      "manhattan", "hamming",
    "jaccard", "chebyshev", "canberra", "braycurtis"};

struct Alias {
  std::string_view name;
  Metric metric;
};
constexpr Alias kAliases[] = {{"l2", Metric::kEuclidean},
                              {"l1", Metric::kManhattan},
                              {"linf", Metric::kChebyshev},
                              {"inner_product", Metric::kDot},
                              {"ip", Metric::kDot}};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::string_view metric_name(Metric metric) { return kNames[static_cast<std::size_t>(metric)]; }

Result<Metric> parse_metric(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (same(name, kNames[i])) return static_cast<Metric>(i);
  }
  for (const Alias& alias : kAliases) {
    if (same(name, alias.name)) return alias.metric;
  }
  std::string message = "unknown metric '" + std::string(name.substr(0, 64)) + "': use";
  for (std::string_view known : kNames) {
    message += (known == kNames[0] ? " " : ", ") + std::string(known);
  }
  return invalid_argument(std::move(message));
}

double score_of_distance(Metric metric, double distance) {
  switch (metric) {
    case Metric::kCosine:
      return 1 - distance;
    case Metric::kDot:
      return -distance;
    default:
      return 1 / (1 + distance);
  }
}

}  // namespace vecstore
