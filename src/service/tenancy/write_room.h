// Room for writes under max_vectors and max_storage_bytes, to the unit, without a lock around the
// writes.
//
// A write asks for the most that it can add before it begins. Kept is a bound of what is there and
// of what is under way, and while what is asked for fits under the quota by the bound, writes go
// side by side. When it does not fit, the writer waits until no other is under way and looks at
// what is really there, which makes the bound exact, and at how much of its own is new: only then
// is it let through or refused. So the quota is never exceeded, and no write is refused that it has
// room for. Safe from many threads.
#pragma once

#include <cstdint>
#include <functional>

#include "base/sync.h"
#include "service/tenancy/quotas.h"

namespace vecstore {

struct RoomUse {
  std::uint64_t vectors = 0;
  std::uint64_t bytes = 0;
};

class WriteRoom {
 public:
  // What is there is looked at again after so long, though no write has said that it became less:
  // records expire, and merges drop what was replaced.
  static constexpr double kLookEvery = 1'000;  // ms

  // A write under way, until it is destroyed.
  class Hold {
   public:
    explicit Hold(WriteRoom* room) : room_(room) {}
    Hold(Hold&& other) noexcept : room_(other.room_) { other.room_ = nullptr; }
    Hold& operator=(Hold&&) = delete;
    ~Hold() {
      if (room_) room_->leave();
    }

   private:
    WriteRoom* room_;
  };

  struct Request {
    RoomUse most = {};                                        // that it can add
    std::function<Result<std::uint64_t>()> new_vectors = {};  // how many are not there yet, of them
    std::function<Result<RoomUse>()> look = {};               // what is there
  };
  // kFailedPrecondition names the quota, what is there and what was asked for.
  Result<Hold> take(const Quotas& quotas, const Request& request);

  // For a write that adds nothing; waits only while somebody decides or pauses.
  Hold begin();

  // While it lives no write is under way.
  class Pause {
   public:
    explicit Pause(WriteRoom& room) : room_(room) { room_.stop(); }
    Pause(const Pause&) = delete;
    ~Pause() { room_.go_on(); }

   private:
    WriteRoom& room_;
  };

  // Something became less.
  void loosen();
  // Nothing is known any more of what is there.
  void forget();

 private:
  bool fits(const Quotas& quotas, const RoomUse& more) const VECSTORE_REQUIRES(mutex_);
  void count_for(const Quotas& quotas) VECSTORE_REQUIRES(mutex_);
  void add(const RoomUse& more) VECSTORE_REQUIRES(mutex_);
  Status decide(const Quotas& quotas, const Request& request);
  void leave();
  void stop();
  void go_on();

  Mutex mutex_;
  CondVar changed_;
  std::size_t under_way_ VECSTORE_GUARDED_BY(mutex_) = 0;
  bool deciding_ VECSTORE_GUARDED_BY(mutex_) = false;  // or pauses: nobody begins meanwhile
  RoomUse bound_ VECSTORE_GUARDED_BY(mutex_);          // at least what is there and under way
  bool counts_vectors_ VECSTORE_GUARDED_BY(mutex_) = false;
  bool counts_bytes_ VECSTORE_GUARDED_BY(mutex_) = false;
  bool known_ VECSTORE_GUARDED_BY(mutex_) = false;  // else the bound says nothing
  bool loose_ VECSTORE_GUARDED_BY(mutex_) = false;  // what is there may be less than the bound
  double looked_ms_ VECSTORE_GUARDED_BY(mutex_) = 0;
};

}  // namespace vecstore
