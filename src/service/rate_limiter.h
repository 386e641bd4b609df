// How often somebody may ask: token buckets, one for each subject and one for all together.
//
// A bucket holds at most `burst` tokens, fills at `per_second`, and a request takes one. So in any
// t seconds at most burst + t per_second requests pass, exactly, however many threads ask. Subjects
// are kept while their bucket is not full; beyond kMaxSubjects in a shard new ones share a bucket,
// so that memory is bounded; for full ones is looked every kSweepMs. Safe from many threads; a
// mutex per shard.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/sync.h"

namespace vecstore {

struct Rate {
  double per_second = 0;  // 0: no limit
  double burst = 1;       // at least 1
};

// One thread at a time. Times are in ms, of any clock that does not go back.
class TokenBucket {
 public:
  TokenBucket(const Rate& rate, double now_ms)
      : per_ms_(rate.per_second / 1000), most_(rate.burst), level_(rate.burst), at_ms_(now_ms) {}

  // 0 when a token was taken, else ms until there is one.
  double try_take(double now_ms);
  void give_back() { level_ += 1; }
  double level(double now_ms) const {  // tokens in it
    return std::min(most_, level_ + std::max(0.0, now_ms - at_ms_) * per_ms_);
  }
  bool full(double now_ms) const { return level_ + (now_ms - at_ms_) * per_ms_ >= most_; }

 private:
  double per_ms_;
  double most_;
  double level_;
  double at_ms_;
};

class RateLimiter {
 public:
  static constexpr std::size_t kShards = 16;
  static constexpr std::size_t kMaxSubjects = 4'096;  // in a shard
  static constexpr double kSweepMs = 100;

  RateLimiter(const Rate& each, const Rate& all);

  // 0 when the request may go on, else ms until it is worth asking again; then nothing was taken.
  double try_take(std::string_view subject, double now_ms);
  // Subjects kept now.
  std::size_t subjects() const;

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  struct Shard {
    mutable Mutex mutex;
    std::unordered_map<std::string, TokenBucket, TextHash, std::equal_to<>> buckets
        VECSTORE_GUARDED_BY(mutex);
    double swept_ms VECSTORE_GUARDED_BY(mutex) = -kSweepMs;
  };
  TokenBucket& bucket(Shard& shard, std::string_view subject, double now_ms)
      VECSTORE_REQUIRES(shard.mutex);

  const Rate each_;
  const Rate all_;
  std::array<Shard, kShards> shards_;
  Mutex all_mutex_;
  TokenBucket all_bucket_ VECSTORE_GUARDED_BY(all_mutex_);
};

}  // namespace vecstore
