// A question and its answer.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vecstore/filter.h"
#include "vecstore/record.h"

namespace vecstore {

// Shared between the caller and a running query: cancel() makes it return what it has, flagged partial.
class CancelToken {
 public:
  void cancel() { flag_->store(true, std::memory_order_relaxed); }
  bool cancelled() const { return flag_->load(std::memory_order_relaxed); }

 private:
  std::shared_ptr<std::atomic<bool>> flag_ = std::make_shared<std::atomic<bool>>(false);
};

// What comes back with each hit. Fetched only for the hits returned.
struct Include {
  bool metadata = true;
  bool text = true;
  bool vector = false;  // the queried field, as the user stored it
};

// The fields that are set say what is asked. Exact search over every record that passes the filter; cost is one pass over their
// vectors. Equal distances are ordered by id.
struct Query {
  Vector vector = {};                      // empty: a filter-only listing, ordered by id, score 0
  std::string field = kDefaultField;  // which vector field
  std::size_t k = 10;                 // 1 to kMaxK; fewer hits only when fewer match
  Filter filter = {};
  std::size_t offset = 0;             // offset + k is at most kMaxK
  std::optional<double> max_distance = {}; // radius, inclusive
  std::optional<double> min_score = {};
  Include include = {};
  std::chrono::milliseconds timeout{0};  // 0: none; when it ends the answer is what was found, flagged partial
  std::optional<CancelToken> cancel = {};
};

struct Hit {
  std::string id = {};
  double score = 0;     // larger is better
  double distance = 0;  // the metric's own value; 0 in a filter-only listing
  Metadata metadata = {};
  std::optional<std::string> text = {};
  std::optional<Vector> vector = {};
};

// The hits, best first, with what it took to find them.
struct Hits {
  std::vector<Hit> hits = {};
  bool partial = false;         // ended by the timeout or the token: better hits may be missing
  std::uint64_t rows_scanned = 0;
  std::uint64_t distances = 0;  // vector comparisons made
  double took_ms = 0;

  auto begin() const { return hits.begin(); }
  auto end() const { return hits.end(); }
  std::size_t size() const { return hits.size(); }
  bool empty() const { return hits.empty(); }
  const Hit& operator[](std::size_t i) const { return hits[i]; }
};

}  // namespace vecstore
