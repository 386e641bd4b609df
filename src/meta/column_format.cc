#include "meta/column_format.h"

#include <utility>

namespace vecstore::meta {
namespace {

// More than any segment's rows or values; products of two such numbers do not overflow.
constexpr std::uint64_t kMaxCount = 0xffffffff;

struct Member {
  const char* name;
  std::uint64_t ColumnShape::*count;
  std::uint64_t most;
};

constexpr Member kCounts[] = {
    {"bools", &ColumnShape::bools, 2},
    {"ints", &ColumnShape::ints, kMaxCount},
    {"doubles", &ColumnShape::doubles, kMaxCount},
    {"strings", &ColumnShape::strings, kMaxCount},
    {"objects", &ColumnShape::objects, 1},
    {"string_bytes", &ColumnShape::string_bytes, kMaxCount},
    {"times", &ColumnShape::times, kMaxCount},
    {"times_ascend", &ColumnShape::times_ascend, 1},
    {"dense", &ColumnShape::dense, kMaxCount},
    {"sparse", &ColumnShape::sparse, kMaxCount},
};

constexpr std::pair<const char*, RowSetShape ColumnShape::*> kSets[] = {
    {"present", &ColumnShape::present},
    {"lists", &ColumnShape::lists},
    {"irregular", &ColumnShape::irregular},
};

Status wrong(const std::string& what) { return data_loss("a column's " + what); }

Result<std::uint64_t> count_in(const Value* value, const char* name, std::uint64_t most) {
  const std::int64_t* number = value ? value->as_int() : nullptr;
  if (!number || *number < 0 || static_cast<std::uint64_t>(*number) > most)
    return wrong("'" + std::string(name) + "' is no count up to " + std::to_string(most));
  return static_cast<std::uint64_t>(*number);
}

Result<RowSetShape> decode_set(const Value* value, const char* name, std::uint64_t rows) {
  const List* list = value ? value->as_list() : nullptr;
  if (!list || list->size() != 2) return wrong("'" + std::string(name) + "' is no row set");
  VECSTORE_ASSIGN(const std::uint64_t kind, count_in(&(*list)[0], name, 3));
  VECSTORE_ASSIGN(const std::uint64_t count, count_in(&(*list)[1], name, rows));
  const RowSetShape set{static_cast<RowSetKind>(kind), count};
  const bool right = set.kind == RowSetKind::kNone  ? count == 0
                     : set.kind == RowSetKind::kAll ? count == rows
                                                    : true;
  if (!right) return wrong("'" + std::string(name) + "' has a count that is not its kind's");
  return set;
}

Result<std::vector<std::string>> decode_path(const Value* value) {
  const List* list = value ? value->as_list() : nullptr;
  if (!list || list->empty()) return wrong("path is missing");
  std::vector<std::string> path;
  for (const Value& key : *list) {
    if (!key.as_string()) return wrong("path has a key that is no string");
    path.push_back(*key.as_string());
  }
  return path;
}

std::uint64_t set_bytes(const RowSetShape& set, std::uint64_t rows) {
  if (set.kind == RowSetKind::kArray) return set.count * 4;
  return set.kind == RowSetKind::kBitmap ? bitmap_bytes(rows) : 0;
}

}  // namespace

ColumnLayout layout_of(const ColumnShape& shape, std::uint64_t rows) {
  std::uint64_t at = shape.offset;
  const auto take = [&](std::uint64_t bytes) {
    const std::uint64_t begin = (at + 7) / 8 * 8;
    at = begin + bytes;
    return begin;
  };
  ColumnLayout layout;
  layout.starts = take((shape.codes() + 1) * 4);
  layout.ints = take(shape.ints * 8);
  layout.doubles = take(shape.doubles * 8);
  layout.ends = take(shape.strings * 4);
  layout.text = take(shape.string_bytes);
  layout.times = take(shape.times * kTimeBytes);
  layout.dense = take((shape.dense + 1) * kDenseBytes);
  layout.rows = take(shape.sparse * 4);
  layout.bitmaps = take(shape.dense * bitmap_bytes(rows));
  layout.runs = take(shape.sparse / run_length(rows) * bitmap_bytes(rows));
  layout.present = take(set_bytes(shape.present, rows));
  layout.lists = take(set_bytes(shape.lists, rows));
  layout.lengths = take(shape.lists.count * 4);
  layout.irregular = take(set_bytes(shape.irregular, rows));
  layout.end = at;
  return layout;
}

Object encode_shape(const ColumnShape& shape) {
  List path;
  for (const std::string& key : shape.path) path.emplace_back(key);
  Object entry{{"path", std::move(path)}, {"offset", static_cast<std::int64_t>(shape.offset)}};
  for (const Member& member : kCounts)
    entry[member.name] = static_cast<std::int64_t>(shape.*member.count);
  for (const auto& [name, set] : kSets)
    entry[name] =
        List{static_cast<int>((shape.*set).kind), static_cast<std::int64_t>((shape.*set).count)};
  return entry;
}

Result<ColumnShape> decode_shape(const Value& entry, std::uint64_t rows, std::uint64_t data_bytes) {
  const Object* object = entry.as_object();
  if (!object) return wrong("entry is no object");
  ColumnShape shape;
  VECSTORE_ASSIGN(shape.path, decode_path(object->find("path")));
  const std::string name = "'" + path_name(shape.path) + "': ";
  VECSTORE_ASSIGN(shape.offset, count_in(object->find("offset"), "offset", data_bytes));
  if (shape.offset % kColumnAlignment != 0) return wrong(name + "offset is not aligned");
  for (const Member& member : kCounts) {
    VECSTORE_ASSIGN(shape.*member.count,
                    count_in(object->find(member.name), member.name, member.most));
  }
  for (const auto& [member, set] : kSets) {
    VECSTORE_ASSIGN(shape.*set, decode_set(object->find(member), member, rows));
  }
  if (shape.bools == 1 || shape.codes() >= kMaxCount || shape.times > shape.strings ||
      shape.dense > shape.codes())
    return wrong(name + "counts contradict each other");
  if (layout_of(shape, rows).end <= data_bytes) return shape;
  return wrong(name + "arrays end at " + std::to_string(layout_of(shape, rows).end) + " of " +
               std::to_string(data_bytes) + " bytes");
}

std::string path_name(const std::vector<std::string>& path) {
  std::string name;
  for (const std::string& key : path) name += (name.empty() ? "" : ".") + key;
  return name;
}

}  // namespace vecstore::meta
