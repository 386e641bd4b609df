// How fast requests may leave: so many at once, so many and so many tokens a minute, and not before
// a moment that a server named.
//
// Two token buckets (in the networks' sense): each fills at the rate up to one second's worth. A
// request may leave when neither is empty and may overdraw: large ones are then paid for by those
// after them. In any minute no more leaves than the rate, one second's worth and the last request.
// Safe from many threads; a mutex.
#pragma once

#include <cstddef>

#include "base/random.h"
#include "base/sync.h"

namespace vecstore {

class Bucket {
 public:
  explicit Bucket(double per_minute)
      : per_ms_(per_minute / 60'000), most_(per_minute / 60), level_(most_) {}

  bool unlimited() const { return per_ms_ <= 0; }
  // How long until it is no longer empty.
  double wait_ms(double now_ms);
  void take(double amount) { level_ -= amount; }

 private:
  double per_ms_;
  double most_;
  double level_;
  double filled_ms_ = -1;
};

class RateLimit {
 public:
  struct Rates {
    int concurrency = 1;
    double requests_per_minute = 0;  // 0: no limit
    double tokens_per_minute = 0;
  };
  explicit RateLimit(const Rates& rates);

  // 0 when a request may leave now; it then counts as under way. Otherwise ms until it is worth
  // asking again, and nothing has changed.
  double try_enter(double now_ms, double tokens);
  // Ends what try_enter() began; `more_tokens` is what it was really beyond what was thought, or
  // less than 0.
  void leave(double more_tokens);
  // Nothing leaves before.
  void hold_until(double ms);

 private:
  Mutex mutex_;
  int free_ VECSTORE_GUARDED_BY(mutex_);
  Bucket requests_ VECSTORE_GUARDED_BY(mutex_);
  Bucket tokens_ VECSTORE_GUARDED_BY(mutex_);
  double held_until_ms_ VECSTORE_GUARDED_BY(mutex_) = 0;
};

}  // namespace vecstore
