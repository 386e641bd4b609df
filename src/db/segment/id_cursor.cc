#include "db/segment/id_cursor.h"

#include <algorithm>
#include <utility>

namespace vecstore::db {

Result<IdCursor> IdCursor::over(const StoredSegment& segment, Row rows, Wanted wanted,
                                std::string_view after) {
  IdCursor cursor;
  cursor.segment_ = &segment;
  cursor.rows_ = rows;
  if (segment.number() != 0) {
    cursor.file_ = static_cast<const FileSegment*>(&segment);
    cursor.wanted_ = std::move(wanted);
  } else {
    std::vector<Row> chosen;
    for (Row row = 0; row < rows; ++row)
      if (wanted(row)) chosen.push_back(row);
    // unreached: ids in memory are read without fail
    VECSTORE_TRY(cursor.sort(chosen));
  }
  VECSTORE_TRY(cursor.skip_to(after));
  return cursor;
}

Result<IdCursor> IdCursor::over_rows(const StoredSegment& segment, const std::vector<Row>& rows,
                                     std::string_view after) {
  IdCursor cursor;
  cursor.segment_ = &segment;
  VECSTORE_TRY(cursor.sort(rows));
  VECSTORE_TRY(cursor.skip_to(after));
  return cursor;
}

Result<bool> IdCursor::next() {
  for (; position_ < count(); ++position_) {
    VECSTORE_ASSIGN(row_, at(position_));
    if (file_ != nullptr && !wanted_(row_)) continue;
    VECSTORE_ASSIGN(id_, id_of(row_));
    ++position_;
    return true;
  }
  return false;
}

Result<Row> IdCursor::at(Row position) const {
  return file_ != nullptr ? file_->in_id_order(position) : Result<Row>(sorted_[position]);
}

Result<std::string> IdCursor::id_of(Row row) const {
  Bytes scratch;
  VECSTORE_ASSIGN(const std::string_view id, segment_->id(row, scratch));
  return std::string(id);
}

Status IdCursor::sort(const std::vector<Row>& rows) {
  std::vector<std::pair<std::string, Row>> ids;
  for (const Row row : rows) {
    VECSTORE_ASSIGN(std::string id, id_of(row));
    ids.emplace_back(std::move(id), row);
  }
  std::sort(ids.begin(), ids.end());
  for (const auto& [id, row] : ids) sorted_.push_back(row);
  return {};
}

// To the first id greater than `after`.
Status IdCursor::skip_to(std::string_view after) {
  Row low = 0;
  Row high = after.empty() ? 0 : count();
  while (low < high) {
    const Row middle = low + (high - low) / 2;
    VECSTORE_ASSIGN(const Row row, at(middle));
    VECSTORE_ASSIGN(const std::string id, id_of(row));
    if (id <= after) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  position_ = low;
  return {};
}

}  // namespace vecstore::db
