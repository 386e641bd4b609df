// Maximal marginal relevance (Carbonell and Goldstein 1998): rows that fit, no two alike.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "db/schema.h"
#include "db/search/fuse.h"
#include "query/segment.h"
#include "vecstore/query.h"

namespace vecstore::db {

// The rows of a ranking in another order, one after the other. Cost of a pick: one comparison with
// each row that is left.
class MmrPicker {
 public:
  struct Setup {
    const query::Snapshot& snapshot;
    const Schema& schema;
    std::uint32_t field = 0;  // dense
    double lambda = 0.5;
    bool own_vector = false;             // the rows' scores are the metric's in this field
    std::function<bool()> stopped = {};  // from then on rows come as they were ranked
  };
  // `rows` are best first.
  static Result<MmrPicker> make(const Setup& setup, const std::vector<RankedRow>& rows);

  // The next row's position in the ranking; only while some are left.
  Result<std::size_t> next();
  std::uint64_t distances() const { return distances_; }

 private:
  struct Left {
    std::size_t at = 0;  // in the ranking
    double fit = 0;
    double alike = 0;  // to the most alike row picked
    bool has_vector = false;
  };
  MmrPicker(const Setup& setup, const std::vector<RankedRow>& rows) : setup_(setup), rows_(&rows) {}

  std::size_t best() const;
  Status compare_with(const Left& picked);

  Setup setup_;
  const std::vector<RankedRow>* rows_;
  std::vector<Left> left_;   // in the ranking's order
  std::size_t first_ = 0;    // of those left, once stopped
  bool any_picked_ = false;  // with a vector
  std::uint64_t distances_ = 0;
};

}  // namespace vecstore::db
