// How much of the nearest queries find, on the queries that are really asked: now and then one is
// answered again, exactly and in the background, and the two answers are compared.
//
// All calls may come from any thread.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/sync.h"
#include "vecstore/hits.h"
#include "vecstore/stats.h"

namespace vecstore::db {

class RecallMonitor {
 public:
  // True for the first query and then one of 1 / share; false for all while a sample is under way.
  bool begin(double share);
  // The share of the exact hits' distances that the other hits have; ends the sample.
  void end(const Hits& found, const Hits& exact) VECSTORE_EXCLUDES(mutex_);
  // Ends it with nothing to tell.
  void give_up() { busy_.store(false, std::memory_order_release); }

  LiveRecall read() const VECSTORE_EXCLUDES(mutex_);

 private:
  std::atomic<std::uint64_t> asked_ = 0;
  std::atomic<bool> busy_ = false;
  mutable Mutex mutex_;
  std::uint64_t samples_ VECSTORE_GUARDED_BY(mutex_) = 0;
  double sum_ VECSTORE_GUARDED_BY(mutex_) = 0;
  double squares_ VECSTORE_GUARDED_BY(mutex_) = 0;
};

}  // namespace vecstore::db
