#include "db/tuning/tuning_query.h"

#include <algorithm>
#include <cmath>

namespace vecstore::db {
namespace {

constexpr double kRounding = 1e-6;  // of a distance: sums may be made in another order

}  // namespace

std::vector<double> others(const TuningQuery& query, const query::SearchAnswer& answer) {
  std::vector<double> distances;
  for (const query::FoundRow& row : answer.rows) {
    const bool itself = query.of && row.segment == query.of->segment && row.row == query.of->row;
    if (!itself) distances.push_back(row.distance);
  }
  return distances;
}

double share_found(const TuningQuery& query, std::span<const double> found) {
  if (query.nearest.empty()) return 1;
  const double last = query.nearest.back();
  const double within = last + kRounding * std::max(1.0, std::abs(last));
  const auto near = static_cast<std::size_t>(
      std::count_if(found.begin(), found.end(), [&](double x) { return x <= within; }));
  return static_cast<double>(std::min(near, query.nearest.size())) /
         static_cast<double>(query.nearest.size());
}

}  // namespace vecstore::db
