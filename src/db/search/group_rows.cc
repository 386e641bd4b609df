#include "db/search/group_rows.h"

#include <utility>

#include "db/segment/record_reader.h"
#include "query/filter/filter_path.h"

namespace vecstore::db {
namespace {

const Value* member_at(const Value& value, const std::string& key) {
  const Object* object = value.as_object();
  return object == nullptr ? nullptr : object->find(key);
}

const Value* element_at(const Value& value, std::size_t position) {
  const List* list = value.as_list();
  return list == nullptr || position >= list->size() ? nullptr : &(*list)[position];
}

}  // namespace

Result<query::Path> group_path(const GroupBy& group_by) {
  if (group_by.field.empty()) return invalid_argument("the field is not named");
  VECSTORE_ASSIGN(query::Path path, query::parse_path(group_by.field));
  if (query::record_field(path) != query::RecordField::kNone)
    return invalid_argument("'" + group_by.field + "' is the record's own, expected a field of " +
                            "the metadata");
  return path;
}

Result<Value> group_value(const query::Path& path, const query::Segment& segment, query::Row row) {
  VECSTORE_ASSIGN(Metadata metadata, read_metadata(segment, row));
  const Value whole(std::move(metadata));
  const Value* at = &whole;
  for (const auto& step : path) {
    const std::string* key = std::get_if<std::string>(&step);
    at = key != nullptr ? member_at(*at, *key) : element_at(*at, std::get<std::size_t>(step));
    if (at == nullptr) return Value();
  }
  return *at;
}

Result<GroupRows> GroupRows::make(const GroupBy& group_by) {
  // unreached: check_query has read it before
  VECSTORE_ASSIGN(query::Path path, group_path(group_by));
  return GroupRows(std::move(path), group_by.max_hits);
}

Result<bool> GroupRows::take(const query::Segment& segment, query::Row row) {
  VECSTORE_ASSIGN(Value value, group_value(path_, segment, row));
  std::size_t& count = taken_[std::move(value)];
  if (count == max_hits_) return false;
  ++count;
  return true;
}

}  // namespace vecstore::db
