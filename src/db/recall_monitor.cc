#include "db/recall_monitor.h"

#include <algorithm>
#include <cmath>

namespace vecstore::db {

bool RecallMonitor::begin(double share) {
  if (!(share > 0)) return false;
  const auto every = static_cast<std::uint64_t>(std::max(1.0, std::round(1 / share)));
  if (asked_.fetch_add(1, std::memory_order_relaxed) % every != 0) return false;
  return !busy_.exchange(true, std::memory_order_acquire);
}

void RecallMonitor::end(const Hits& found, const Hits& exact) {
  if (!exact.empty()) {
    const double farthest = exact[exact.size() - 1].distance.value_or(0);
    const auto near =
        static_cast<double>(std::count_if(found.begin(), found.end(), [&](const Hit& hit) {
          return hit.distance.value_or(0) <= farthest;
        }));
    const double share = std::min(near / static_cast<double>(exact.size()), 1.0);
    MutexLock lock(mutex_);
    ++samples_;
    sum_ += share;
    squares_ += share * share;
  }
  give_up();
}

LiveRecall RecallMonitor::read() const {
  MutexLock lock(mutex_);
  if (samples_ == 0) return {};
  const auto n = static_cast<double>(samples_);
  const double mean = sum_ / n;
  const double variance = std::max(squares_ / n - mean * mean, 0.0);
  return {samples_, mean, std::max(mean - 1.645 * std::sqrt(variance / n), 0.0)};
}

}  // namespace vecstore::db
