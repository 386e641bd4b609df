// The queries that took long, the newest kKept of them, in memory. Safe from many threads.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/sync.h"
#include "vecstore/hits.h"
#include "vecstore/query.h"

namespace vecstore {

struct SlowQuery {
  TimeMs at = 0;
  std::string collection = {};
  std::string principal = {};
  std::string request_id = {};
  std::string query = {};  // as JSON without its vectors, shortened
  double took_ms = 0;
  std::uint64_t rows_scanned = 0;
  std::uint64_t distances = 0;
  bool partial = false;
};

class SlowQueries {
 public:
  static constexpr std::size_t kKept = 128;
  static constexpr std::size_t kQueryBytes = 1'024;  // of the JSON

  // `least_ms`: what takes that long, or longer, is slow.
  explicit SlowQueries(double least_ms) : least_ms_(least_ms) {}

  bool is_slow(double took_ms) const { return took_ms >= least_ms_; }
  void add(SlowQuery query);
  // The newest first.
  std::vector<SlowQuery> list() const;

 private:
  const double least_ms_;
  mutable Mutex mutex_;
  std::deque<SlowQuery> kept_ VECSTORE_GUARDED_BY(mutex_);
};

// A query's JSON with its vectors left out, at most SlowQueries::kQueryBytes long.
std::string query_summary(const Query& query);

}  // namespace vecstore
