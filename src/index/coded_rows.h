// Codes of the rows of one dense field, made while the rows come: what is compared first where
// there is no graph. Rows are only added, and never change.
//
// One thread codes at a time; another that asks meanwhile does without what is not coded yet. Whole
// blocks count, and readers see them once they are whole: everything is safe from many threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/chunked_array.h"
#include "base/sync.h"
#include "index/l2_space.h"
#include "quant/block_code.h"
#include "vecstore/metric.h"
#include "vecstore/status.h"

namespace vecstore::index {

class CodedRows {
 public:
  // With fewer rows nothing is coded: all vectors are compared as fast. The mean of these rows is
  // taken off all.
  static constexpr std::uint32_t kLeastRows = 1024;
  // Others have none: memory has a bound.
  static constexpr std::uint32_t kMostRows = 1 << 20;
  // The share of the nearest rows that a comparison of all bounds finds for certain: a bound errs
  // once in some 2,000 times.
  static constexpr double kRecall = 0.999;

  // Whether there are codes for such a field, with a gain.
  static bool serves(Metric metric, std::size_t dimension);
  CodedRows(Metric metric, std::uint32_t dimension);

  // Reads a row's vector; false when the row has none.
  using Read = std::function<Result<bool>(std::uint32_t row, std::span<float> out)>;
  // Codes what is missing of the first `rows`, at most `most` of them now.
  Status extend(std::uint32_t rows, std::uint32_t most, const Read& read) VECSTORE_EXCLUDES(mutex_);
  // As many of the first `rows` as a query may code: what takes half a millisecond, or, where more
  // are missing, less time than to compare those.
  std::uint32_t at_once(std::uint32_t rows) const;

  // The first so many rows are coded; a multiple of kBlockRows.
  std::uint32_t rows() const { return rows_.load(std::memory_order_acquire); }

  // Of a vector that HnswIndex::serves; only when rows() is not 0.
  quant::BlockQuery query(std::span<const float> vector) const;
  // What bounds are compared with to find rows up to a distance of the metric.
  float limit(double distance) const;
  // BlockCode::bounds of rows kBlockRows x `number` on, which are below rows().
  std::uint32_t bounds(const quant::BlockQuery& query, std::uint32_t number, float limit,
                       float* bounds) const;

 private:
  Status take_mean(const Read& read) VECSTORE_REQUIRES(mutex_);
  Status code_block(std::uint32_t first, const Read& read) VECSTORE_REQUIRES(mutex_);
  // False when nothing can be known of such a vector by its code.
  bool to_point(std::span<float> vector) const;

  const Metric metric_;
  const std::uint32_t dimension_;
  Mutex mutex_;
  std::vector<float> vector_ VECSTORE_GUARDED_BY(mutex_);
  std::vector<float> scratch_ VECSTORE_GUARDED_BY(mutex_);
  std::optional<quant::BlockCode> code_;  // set before the first row is coded
  std::optional<ChunkedArray> blocks_;
  std::atomic<std::uint32_t> rows_ = 0;
};

}  // namespace vecstore::index
