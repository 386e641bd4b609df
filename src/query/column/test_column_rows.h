// A segment for tests of filters over columns: rows, their columns, and the rows as filters read
// them, counted.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "meta/test_columns.h"
#include "query/column/column_filter.h"
#include "query/filter/test_naive_filter.h"

namespace vecstore::query {

inline constexpr TimeMs kTestNow = 1'714'521'600'000;  // 2024-05-01

class ColumnRows {
 public:
  explicit ColumnRows(std::vector<meta::TestRow> rows)
      : rows_(std::move(rows)), blocks_(meta::build_columns(rows_)) {
    for (const meta::TestRow& row : rows_) {
      Bytes metadata;
      if (!row.metadata.empty()) encode_object(row.metadata, metadata);
      encoded_.push_back(std::move(metadata));
    }
  }

  std::size_t size() const { return rows_.size(); }
  const meta::TestRow& operator[](std::size_t row) const { return rows_[row]; }
  const meta::ColumnBlocks& blocks() const { return blocks_; }
  meta::Columns columns() const { return *meta::open_columns(blocks_); }

  ReadRow reader(std::size_t& reads) const {
    return [this, &reads](std::uint32_t row) -> Result<FilterRow> {
      ++reads;
      return FilterRow{encoded_[row], "xy", {}, rows_[row].created_at, rows_[row].updated_at};
    };
  }

  Truth naive(const FilterNode& node, std::size_t row) const {
    return naive::evaluate(
        node,
        {rows_[row].metadata, "xy", {}, rows_[row].created_at, rows_[row].updated_at, kTestNow});
  }

 private:
  std::vector<meta::TestRow> rows_;
  meta::ColumnBlocks blocks_;
  std::vector<Bytes> encoded_;
};

}  // namespace vecstore::query
