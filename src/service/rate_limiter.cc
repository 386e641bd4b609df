#include "service/rate_limiter.h"

#include <algorithm>

namespace vecstore {

double TokenBucket::try_take(double now_ms) {
  if (now_ms > at_ms_) {
    level_ = std::min(most_, level_ + (now_ms - at_ms_) * per_ms_);
    at_ms_ = now_ms;
  }
  if (level_ < 1) return (1 - level_) / per_ms_;
  level_ -= 1;
  return 0;
}

RateLimiter::RateLimiter(const Rate& each, const Rate& all)
    : each_(each), all_(all), all_bucket_(all, 0) {}

TokenBucket& RateLimiter::bucket(Shard& shard, std::string_view subject, double now_ms) {
  const auto found = shard.buckets.find(subject);
  if (found != shard.buckets.end()) return found->second;
  if (shard.buckets.size() >= kMaxSubjects && now_ms - shard.swept_ms >= kSweepMs) {
    std::erase_if(shard.buckets, [&](const auto& one) { return one.second.full(now_ms); });
    shard.swept_ms = now_ms;
  }
  const bool room = shard.buckets.size() < kMaxSubjects;
  const std::string key(room ? subject : std::string_view());
  return shard.buckets.try_emplace(key, each_, now_ms).first->second;
}

double RateLimiter::try_take(std::string_view subject, double now_ms) {
  Shard& shard = shards_[std::hash<std::string_view>()(subject) % kShards];
  if (each_.per_second > 0) {
    MutexLock lock(shard.mutex);
    const double wait = bucket(shard, subject, now_ms).try_take(now_ms);
    if (wait > 0) return wait;
  }
  if (all_.per_second <= 0) return 0;
  double wait = 0;
  {
    MutexLock lock(all_mutex_);
    wait = all_bucket_.try_take(now_ms);
  }
  if (wait > 0 && each_.per_second > 0) {
    MutexLock lock(shard.mutex);
    bucket(shard, subject, now_ms).give_back();
  }
  return wait;
}

std::size_t RateLimiter::subjects() const {
  std::size_t count = 0;
  for (const Shard& shard : shards_) {
    MutexLock lock(shard.mutex);
    count += shard.buckets.size();
  }
  return count;
}

}  // namespace vecstore
