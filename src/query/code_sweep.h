// The rows of a segment without a graph that can be near: codes tell the least distance of each,
// and rows are handed out by that until it is beyond what is still asked for.
//
// Who asks compares the vectors, which lowers the limit for the rest.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bitmap.h"
#include "index/coded_rows.h"
#include "query/segment.h"

namespace vecstore::query {

class CodeSweep {
 public:
  // The first `rows`, all of which are coded; `allowed` null: all of them. What is given outlives
  // it.
  CodeSweep(const index::CodedRows& codes, std::span<const float> query, Row rows,
            const Bitmap* allowed);

  // Compares the codes of some thousand rows more; false when there are none left. `distance` is
  // the farthest that is asked for, in the field's metric.
  bool next(double distance);
  // Of those, the row that can be nearest, once; nothing when the others are beyond `distance`.
  std::optional<Row> nearest(double distance);
  // The row that is likely to come `after` so many others; nothing when that is not known.
  std::optional<Row> later(std::size_t after) const;

  std::uint64_t compared() const { return compared_; }  // codes

 private:
  struct Contender {
    float bound;
    Row row;
    bool operator<(const Contender& other) const {
      return bound != other.bound ? bound < other.bound : row < other.row;
    }
  };
  void compare_block(std::uint32_t block, float limit);

  const index::CodedRows& codes_;
  const quant::BlockQuery query_;
  const Row rows_;
  const Bitmap* const allowed_;
  std::uint32_t block_ = 0;
  std::uint64_t compared_ = 0;
  std::vector<Contender> contenders_;
  std::size_t sorted_ = 0, at_ = 0;  // the first so many are the nearest, in order
};

}  // namespace vecstore::query
