#include "db/tuning/choose_trial.h"

#include <algorithm>
#include <utility>

namespace vecstore::db {
namespace {

constexpr double kRecallInDoubt = 0.01;  // that the bound may be below what is asked for
constexpr double kSameRecall = 0.001;

bool fits(const TuneOptions& options, const TuneTrial& trial) {
  return trial.recall >= options.min_recall &&
         trial.least_recall >= options.min_recall - kRecallInDoubt &&
         (options.max_latency_ms == 0 || trial.p95_ms <= options.max_latency_ms) &&
         (options.max_memory_bytes == 0 || trial.memory_bytes <= options.max_memory_bytes);
}

// The lower the better, the second where the first is equal.
using Cost = std::pair<double, double>;

Cost cost_of(TuneGoal goal, const TuneTrial& trial, double most_recall) {
  const auto memory = static_cast<double>(trial.memory_bytes);
  // unreached: there is no other goal
  switch (goal) {
    case TuneGoal::kMaxRecall:
      return {trial.recall >= most_recall - kSameRecall ? 0 : 1 - trial.recall, trial.p95_ms};
    case TuneGoal::kMinLatency:
      return {trial.p95_ms, memory};
    case TuneGoal::kMinMemory:
      return {memory, trial.p95_ms};
    case TuneGoal::kBalanced:
      break;
  }
  return {trial.p95_ms * memory, trial.p95_ms};
}

}  // namespace

std::optional<std::size_t> choose_trial(const TuneOptions& options, std::span<TuneTrial> trials) {
  double most_recall = 0;
  for (TuneTrial& trial : trials) {
    trial.fits = fits(options, trial);
    if (trial.fits) most_recall = std::max(most_recall, trial.recall);
  }
  std::optional<std::size_t> best;
  Cost least;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    if (!trials[i].fits) continue;
    const Cost cost = cost_of(options.goal, trials[i], most_recall);
    if (best && !(cost < least)) continue;
    best = i;
    least = cost;
  }
  return best;
}

}  // namespace vecstore::db
