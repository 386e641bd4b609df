// At most so many rows with one value of a metadata field.
#pragma once

#include <cstddef>
#include <map>

#include "query/filter/filter_tree.h"
#include "query/segment.h"
#include "vecstore/query.h"

namespace vecstore::db {

// Where the field's values stand. kInvalidArgument when it is no path into the metadata.
Result<query::Path> group_path(const GroupBy& group_by);

// What rows are grouped by: the value at the path, whole, null where there is none.
Result<Value> group_value(const query::Path& path, const query::Segment& segment, query::Row row);

// Takes rows as they come until their group is full. Numbers are one group when they are equal.
class GroupRows {
 public:
  static Result<GroupRows> make(const GroupBy& group_by);

  Result<bool> take(const query::Segment& segment, query::Row row);

 private:
  struct Less {
    bool operator()(const Value& a, const Value& b) const { return compare_values(a, b) < 0; }
  };
  GroupRows(query::Path path, std::size_t max_hits) : path_(std::move(path)), max_hits_(max_hits) {}

  query::Path path_;
  std::size_t max_hits_;
  std::map<Value, std::size_t, Less> taken_;
};

}  // namespace vecstore::db
