// Rows of one segment in the order of their ids: a file's own order, or a sorted copy. One thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "db/segment/file_segment.h"

namespace vecstore::db {

class IdCursor {
 public:
  // Asked as the cursor comes by, for a file; at once for memory.
  using Wanted = std::function<bool(Row)>;

  // Of the first `rows` rows those that are `wanted`, with ids greater than `after`. The segment
  // outlives the cursor. Cost: a few reads for a file, sorting for memory.
  static Result<IdCursor> over(const StoredSegment& segment, Row rows, Wanted wanted,
                               std::string_view after);
  // These rows. Four bytes a row stay in memory.
  static Result<IdCursor> over_rows(const StoredSegment& segment, const std::vector<Row>& rows,
                                    std::string_view after);

  // The next row; false at the end.
  Result<bool> next();
  const std::string& id() const { return id_; }
  Row row() const { return row_; }
  const StoredSegment& segment() const { return *segment_; }

 private:
  Row count() const { return file_ != nullptr ? rows_ : static_cast<Row>(sorted_.size()); }
  Result<Row> at(Row position) const;
  Result<std::string> id_of(Row row) const;
  Status sort(const std::vector<Row>& rows);
  Status skip_to(std::string_view after);

  const StoredSegment* segment_ = nullptr;
  const FileSegment* file_ = nullptr;  // in its own order
  Row rows_ = 0;
  Wanted wanted_;
  std::vector<Row> sorted_;
  Row position_ = 0;
  Row row_ = 0;
  std::string id_;
};

// The cursor with the smallest id on top of a std::priority_queue.
struct LaterId {
  bool operator()(const IdCursor* a, const IdCursor* b) const { return a->id() > b->id(); }
};

}  // namespace vecstore::db
