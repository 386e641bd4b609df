#include "embed/remote/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace vecstore {
namespace {

constexpr double kSlotWaitMs = 2;  // until a request under way may have ended

}  // namespace

double Bucket::wait_ms(double now_ms) {
  if (unlimited()) return 0;
  if (filled_ms_ >= 0 && now_ms > filled_ms_)
    level_ = std::min(level_ + (now_ms - filled_ms_) * per_ms_, most_);
  filled_ms_ = std::max(filled_ms_, now_ms);
  return level_ > 0 ? 0 : std::max(-level_ / per_ms_, 0.01);
}

RateLimit::RateLimit(const Rates& rates)
    : free_(std::max(rates.concurrency, 1)),
      requests_(rates.requests_per_minute),
      tokens_(rates.tokens_per_minute) {}

double RateLimit::try_enter(double now_ms, double tokens) {
  MutexLock lock(mutex_);
  const double wait =
      std::max({held_until_ms_ - now_ms, requests_.wait_ms(now_ms), tokens_.wait_ms(now_ms)});
  if (wait > 0) return wait;
  if (free_ == 0) return kSlotWaitMs;
  --free_;
  requests_.take(1);
  tokens_.take(tokens);
  return 0;
}

void RateLimit::leave(double more_tokens) {
  MutexLock lock(mutex_);
  ++free_;
  tokens_.take(more_tokens);
}

void RateLimit::hold_until(double ms) {
  MutexLock lock(mutex_);
  held_until_ms_ = std::max(held_until_ms_, ms);
}

}  // namespace vecstore
