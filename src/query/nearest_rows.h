// The k nearest rows of a search while they are found.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "base/bytes.h"
#include "query/search.h"
#include "query/segment.h"

namespace vecstore::query {

// Equal distances are ordered by id. Ids are read where they decide, and of the rows that are left
// at the end: most rows that enter leave again unnamed. For one thread; the snapshot outlives it.
class NearestRows {
 public:
  // `k` is at least 1.
  NearestRows(const Snapshot& snapshot, std::size_t k) : snapshot_(snapshot), k_(k) {}

  // Whether a row so far away can still be among them.
  bool wants(double distance) const { return !(distance > farthest()); }
  // Infinite while there are fewer than k.
  double farthest() const {
    return full() ? heap_.front().distance : std::numeric_limits<double>::infinity();
  }
  // The distance is a number. kDataLoss when an id cannot be read.
  Status offer(double distance, std::uint32_t segment, Row row);
  // What another found in the same snapshot; leaves it empty.
  Status take(NearestRows& other);
  // Nearest first, with their ids; leaves it empty.
  Result<std::vector<FoundRow>> finish();

 private:
  // What moves within the heap, the farthest in front.
  struct Place {
    double distance;
    std::uint32_t at;  // in rows_
  };

  bool full() const { return heap_.size() == k_; }
  bool nearer(const Place& a, const Place& b);
  const std::string& name(Place of);

  const Snapshot& snapshot_;
  const std::size_t k_;
  std::vector<Place> heap_;
  std::vector<FoundRow> rows_;  // without an id: not read yet
  Bytes scratch_;
  Status unread_;
};

}  // namespace vecstore::query
