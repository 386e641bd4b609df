// The metadata of a segment by field, read where it lies (docs/format/columns.md): made by
// ColumnsBuilder, asked by filters and facets.
//
// Immutable; safe from many threads as far as its source is.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "meta/column.h"
#include "vecstore/status.h"

namespace vecstore::meta {

// The record's own times have columns beside those of its metadata.
inline constexpr std::string_view kCreatedAtColumn = "$created_at";
inline constexpr std::string_view kUpdatedAtColumn = "$updated_at";

class Columns {
 public:
  // `directory` is the block `columns`, `read` reads the block `columns.data` of `data_bytes`.
  // kDataLoss when they cannot be those of a segment of `rows` rows, kFailedPrecondition when their
  // format is newer.
  static Result<Columns> open(ByteView directory, std::uint64_t rows, std::uint64_t data_bytes,
                              ReadColumns read);

  std::uint64_t rows() const { return rows_; }
  // A path without a column leads to nothing in every row, unless a path above it is irregular
  // there.
  bool complete() const { return complete_; }
  // In ascending order of their paths.
  std::span<const Column> all() const { return columns_; }
  // nullptr when there is none.
  const Column* find(std::span<const std::string> path) const;

 private:
  Columns() = default;
  Status decode(const Object& directory, std::uint64_t data_bytes);

  std::uint64_t rows_ = 0;
  bool complete_ = false;
  std::unique_ptr<const ReadColumns> read_;
  std::vector<Column> columns_;
};

}  // namespace vecstore::meta
