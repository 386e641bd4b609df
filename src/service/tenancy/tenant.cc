#include "service/tenancy/tenant.h"

#include <cmath>
#include <string>

#include "base/clock.h"

namespace vecstore {
namespace {

constexpr double kBusyRetryMs = 1'000;

}  // namespace

// As many at once as in a second, so that those who ask evenly and those who ask in bursts get the
// same. Another quota begins with a full bucket.
TokenBucket& Tenant::bucket(std::uint64_t per_second, double now_ms) {
  if (!bucket_ || per_second != per_second_) {
    const auto rate = static_cast<double>(per_second);
    bucket_ = std::make_unique<TokenBucket>(Rate{.per_second = rate, .burst = rate}, now_ms);
    per_second_ = per_second;
  }
  return *bucket_;
}

TenantRefusal Tenant::enter(const Quotas& quotas, bool queries, double now_ms) {
  MutexLock lock(mutex_);
  if (closed_) return {Status(Code::kPermissionDenied, "this namespace is being deleted"), 0};
  if (queries && quotas.max_concurrent_queries && queries_ >= *quotas.max_concurrent_queries)
    return {resource_exhausted("this namespace has " + std::to_string(queries_) +
                               " queries under way, as many as it may (max_concurrent_queries)"),
            kBusyRetryMs};
  if (quotas.max_requests_per_second) {
    const double wait = bucket(*quotas.max_requests_per_second, now_ms).try_take(now_ms);
    if (wait > 0)
      return {resource_exhausted("this namespace may make " +
                                 std::to_string(*quotas.max_requests_per_second) +
                                 " requests a second (max_requests_per_second)"),
              wait};
  }
  ++under_way_;
  queries_ += queries ? 1 : 0;
  return {};
}

void Tenant::leave(bool queries) {
  bool last = false;
  {
    MutexLock lock(mutex_);
    queries_ -= queries ? 1 : 0;
    last = --under_way_ == 0;
  }
  if (last) left_.notify_all();
}

void Tenant::undo(bool queries) {
  {
    MutexLock lock(mutex_);
    if (bucket_) bucket_->give_back();
  }
  leave(queries);
}

bool Tenant::close(double most_ms) {
  const double until = monotonic_ms() + most_ms;
  MutexLock lock(mutex_);
  closed_ = true;
  while (under_way_ > 0) {
    const double left = until - monotonic_ms();
    if (left > 0 && left_.wait_for(mutex_, static_cast<std::int64_t>(left) + 1)) continue;
    if (monotonic_ms() < until) continue;
    closed_ = under_way_ == 0;
    return closed_;
  }
  return true;
}

void Tenant::reopen() {
  MutexLock lock(mutex_);
  closed_ = false;
}

std::size_t Tenant::queries() {
  MutexLock lock(mutex_);
  return queries_;
}

std::uint64_t Tenant::recent(const Quotas& quotas, double now_ms) {
  if (!quotas.max_requests_per_second) return 0;
  MutexLock lock(mutex_);
  const double level = bucket(*quotas.max_requests_per_second, now_ms).level(now_ms);
  return *quotas.max_requests_per_second - static_cast<std::uint64_t>(std::floor(level));
}

}  // namespace vecstore
