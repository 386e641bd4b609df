#include "service/tenancy/write_room.h"

#include <string>

#include "base/clock.h"

namespace vecstore {
namespace {

bool under(std::uint64_t there, std::uint64_t more, const Quota& quota) {
  return !quota || (there <= *quota && more <= *quota - there);
}

Status full(const Quotas& quotas, const RoomUse& there, const RoomUse& more) {
  const bool vectors = !under(there.vectors, more.vectors, quotas.max_vectors);
  const Quota& quota = vectors ? quotas.max_vectors : quotas.max_storage_bytes;
  return failed_precondition(
      "this namespace has " + std::to_string(vectors ? there.vectors : there.bytes) + " of " +
      std::to_string(*quota) + (vectors ? " vectors, " : " bytes, ") +
      std::to_string(vectors ? more.vectors : more.bytes) + " more do not fit (" +
      (vectors ? "max_vectors" : "max_storage_bytes; compact returns what replaced records take") +
      ")");
}

}  // namespace

bool WriteRoom::fits(const Quotas& quotas, const RoomUse& more) const {
  const bool limited = quotas.max_vectors || quotas.max_storage_bytes;
  if (!limited) return true;
  return known_ && under(bound_.vectors, more.vectors, quotas.max_vectors) &&
         under(bound_.bytes, more.bytes, quotas.max_storage_bytes);
}

void WriteRoom::add(const RoomUse& more) {
  bound_.vectors += more.vectors;
  bound_.bytes += more.bytes;
  loose_ = true;
}

// Of what has no quota nobody is asked how much it is: with another set of quotas the bound says
// nothing.
void WriteRoom::count_for(const Quotas& quotas) {
  const bool vectors = quotas.max_vectors.has_value();
  const bool bytes = quotas.max_storage_bytes.has_value();
  if (vectors != counts_vectors_ || bytes != counts_bytes_) known_ = false;
  counts_vectors_ = vectors;
  counts_bytes_ = bytes;
}

Result<WriteRoom::Hold> WriteRoom::take(const Quotas& quotas, const Request& request) {
  {
    MutexLock lock(mutex_);
    while (deciding_) changed_.wait(mutex_);
    count_for(quotas);
    if (fits(quotas, request.most)) {
      add(request.most);
      ++under_way_;
      return Hold(this);
    }
  }
  const Pause alone(*this);
  VECSTORE_TRY(decide(quotas, request));
  MutexLock lock(mutex_);
  ++under_way_;
  return Hold(this);
}

WriteRoom::Hold WriteRoom::begin() {
  MutexLock lock(mutex_);
  while (deciding_) changed_.wait(mutex_);
  ++under_way_;
  return Hold(this);
}

// Who comes first keeps others from beginning, so that those under way come to an end.
void WriteRoom::stop() {
  MutexLock lock(mutex_);
  while (deciding_) changed_.wait(mutex_);
  deciding_ = true;
  while (under_way_ > 0) changed_.wait(mutex_);
}

void WriteRoom::go_on() {
  {
    MutexLock lock(mutex_);
    deciding_ = false;
  }
  changed_.notify_all();
}

// Nobody else is under way.
Status WriteRoom::decide(const Quotas& quotas, const Request& request) {
  RoomUse more = request.most;
  if (quotas.max_vectors) {
    VECSTORE_ASSIGN(more.vectors, request.new_vectors());
  }
  const double now = monotonic_ms();
  bool look = false;
  {
    MutexLock lock(mutex_);
    look = !fits(quotas, more) && (!known_ || loose_ || now - looked_ms_ >= kLookEvery);
    if (!look && !fits(quotas, more)) return full(quotas, bound_, more);
  }
  RoomUse there;
  if (look) {
    VECSTORE_ASSIGN(there, request.look());
  }
  MutexLock lock(mutex_);
  if (look) {
    bound_ = there;
    known_ = true;
    loose_ = false;
    looked_ms_ = now;
  }
  if (!fits(quotas, more)) return full(quotas, bound_, more);
  add(more);
  return {};
}

void WriteRoom::loosen() {
  MutexLock lock(mutex_);
  loose_ = true;
}

void WriteRoom::forget() {
  MutexLock lock(mutex_);
  known_ = false;
}

void WriteRoom::leave() {
  bool last = false;
  {
    MutexLock lock(mutex_);
    last = --under_way_ == 0;
  }
  if (last) changed_.notify_all();
}

}  // namespace vecstore
