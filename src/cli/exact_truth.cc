#include "cli/exact_truth.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace vecstore {
namespace {

template <typename Term>
double sum(std::span<const float> a, std::span<const float> b, Term term) {
  double total = 0;
  for (std::size_t i = 0; i < a.size(); ++i) total += term(double{a[i]}, double{b[i]});
  return total;
}

double dot(std::span<const float> a, std::span<const float> b) {
  return sum(a, b, [](double x, double y) { return x * y; });
}

double manhattan(std::span<const float> a, std::span<const float> b) {
  return sum(a, b, [](double x, double y) { return std::abs(x - y); });
}

double chebyshev(std::span<const float> a, std::span<const float> b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(double{a[i]} - b[i]));
  return most;
}

double canberra_term(double x, double y) {
  const double size = std::abs(x) + std::abs(y);
  return size == 0 ? 0 : std::abs(x - y) / size;
}

double ratio(double above, double below) { return below == 0 ? 0 : above / below; }

void keep(std::vector<Neighbour>& best, std::size_t k, Neighbour candidate) {
  if (best.size() == k && !(candidate < best.front())) return;
  if (best.size() == k) {
    std::pop_heap(best.begin(), best.end());
    best.pop_back();
  }
  best.push_back(std::move(candidate));
  std::push_heap(best.begin(), best.end());
}

}  // namespace

double exact_distance(Metric metric, std::span<const float> a, std::span<const float> b) {
  switch (metric) {
    case Metric::kCosine:
      return 1 - dot(a, b) / std::sqrt(dot(a, a) * dot(b, b));
    case Metric::kEuclidean:
      return std::sqrt(sum(a, b, [](double x, double y) { return (x - y) * (x - y); }));
    case Metric::kDot:
      return -dot(a, b);
    case Metric::kManhattan:
      return manhattan(a, b);
    case Metric::kHamming:
      return sum(a, b, [](double x, double y) { return x != y ? 1 : 0; });
    case Metric::kJaccard: {
      const double least = sum(a, b, [](double x, double y) { return std::min(x, y); });
      const double most = sum(a, b, [](double x, double y) { return std::max(x, y); });
      return most == 0 ? 0 : 1 - least / most;
    }
    case Metric::kChebyshev:
      return chebyshev(a, b);
    case Metric::kCanberra:
      return sum(a, b, canberra_term);
    case Metric::kBrayCurtis:
      return ratio(manhattan(a, b), sum(a, b, [](double x, double y) { return std::abs(x + y); }));
  }
  return 0;
}

Result<std::vector<std::vector<Neighbour>>> exact_neighbours(
    const Collection& collection, const std::vector<std::vector<float>>& queries, std::size_t k,
    const Filter& filter) {
  const Metric metric = collection.options().metric;
  std::vector<std::vector<Neighbour>> best(queries.size());
  VECSTORE_ASSIGN(Scan scan, collection.scan({.filter = filter}));
  for (;;) {
    VECSTORE_ASSIGN(const std::vector<Record> records, scan.next());
    if (records.empty()) break;
    for (const Record& record : records) {
      const DenseVector* vector = record.vector.dense();
      if (!vector || vector->empty()) continue;
      for (std::size_t q = 0; q < queries.size(); ++q) {
        keep(best[q], k, {exact_distance(metric, queries[q], *vector), record.id});
      }
    }
  }
  for (std::vector<Neighbour>& one : best) std::sort_heap(one.begin(), one.end());
  return best;
}

double recall_of(const Hits& hits, std::span<const Neighbour> truth) {
  if (truth.empty()) return 1;
  constexpr double kTolerance = 1e-5;
  std::unordered_set<std::string_view> ids;
  for (const Neighbour& neighbour : truth) ids.insert(neighbour.id);
  const double last = truth.back().distance;
  const double near = kTolerance * std::max(1.0, std::abs(last));
  std::size_t found = 0;
  for (std::size_t i = 0; i < hits.size() && i < truth.size(); ++i) {
    const bool tied = std::abs(hits[i].distance.value_or(0) - last) <= near;
    if (ids.contains(hits[i].id) || tied) ++found;
  }
  return static_cast<double>(found) / static_cast<double>(truth.size());
}

}  // namespace vecstore
