// A namespace while the server runs: how many of its requests are under way, and at what rate they
// come.
#pragma once

#include <memory>

#include "base/sync.h"
#include "service/rate_limiter.h"
#include "service/tenancy/write_room.h"

namespace vecstore {

// A request that is refused now, and may pass after so long; 0: may not.
struct TenantRefusal {
  Status status = {};
  double retry_after_ms = 0;
};

class Tenant {
 public:
  // Takes one of max_requests_per_second, and where it queries one of max_concurrent_queries; of
  // what is refused nothing is taken.
  TenantRefusal enter(const Quotas& quotas, bool queries, double now_ms);
  // The request has ended.
  void leave(bool queries);
  // Enter was of no use: the request is refused for another reason.
  void undo(bool queries);

  // Nobody enters any more. Whether all have left within the time; when not, it is open again.
  bool close(double most_ms);
  void reopen();

  // Queries under way, and requests that were let in within about the last second.
  std::size_t queries();
  std::uint64_t recent(const Quotas& quotas, double now_ms);

  WriteRoom& room() { return room_; }

 private:
  TokenBucket& bucket(std::uint64_t per_second, double now_ms) VECSTORE_REQUIRES(mutex_);

  Mutex mutex_;
  CondVar left_;
  std::size_t under_way_ VECSTORE_GUARDED_BY(mutex_) = 0;
  std::size_t queries_ VECSTORE_GUARDED_BY(mutex_) = 0;
  bool closed_ VECSTORE_GUARDED_BY(mutex_) = false;
  std::uint64_t per_second_ VECSTORE_GUARDED_BY(mutex_) = 0;  // 0: there is no bucket
  std::unique_ptr<TokenBucket> bucket_ VECSTORE_GUARDED_BY(mutex_);
  WriteRoom room_;
};

}  // namespace vecstore
