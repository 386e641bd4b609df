#include "meta/columns_builder.h"

#include <utility>

#include "base/value_codec.h"
#include "meta/columns.h"

namespace vecstore::meta {

// Where finish() stands.
struct ColumnsBuilder::Output {
  const std::function<Status(ByteView)>& write;
  std::uint64_t bytes = 0;
  List shapes = {};
};

ColumnsBuilder::ColumnsBuilder() {
  for (const std::string_view name : {kCreatedAtColumn, kUpdatedAtColumn}) member_of(root_, name);
}

ColumnsBuilder::Node* ColumnsBuilder::member_of(Node& node, std::string_view key) {
  if (const auto found = node.members.find(key); found != node.members.end()) return &found->second;
  if (columns_ == kMaxColumns) return nullptr;
  ++columns_;
  Node& made = node.members[std::string(key)];
  made.column = std::make_unique<ColumnBuilder>();
  return &made;
}

// False on bytes that cannot be read.
bool ColumnsBuilder::add_members(Node& node, const EncodedValue& object) {
  bool ok = true;
  bool below_ok = true;
  for_each_member(object, ok, [&](std::string_view key, const EncodedValue& value) {
    if (value.is_null()) return;
    Node* member = member_of(node, key);
    complete_ = complete_ && member;
    if (!member || member->column->has(rows_)) return;
    member->column->add(rows_, value, below_ok);
    if (value.is_object()) below_ok = add_members(*member, value) && below_ok;
  });
  return ok && below_ok;
}

Status ColumnsBuilder::add(ByteView metadata, TimeMs created_at, TimeMs updated_at) {
  if (rows_ == kMaxColumnRows) return invalid_argument("a segment has too many rows for columns");
  bool ok = true;
  for (const auto& [name, time] :
       {std::pair(kCreatedAtColumn, created_at), std::pair(kUpdatedAtColumn, updated_at)})
    member_of(root_, name)->column->add(rows_, {.kind = Value::Kind::kInt, .integer = time}, ok);
  const EncodedValue object = EncodedReader(metadata).object();
  if (!object.is_object() || !add_members(root_, object))
    return data_loss("the metadata of row " + std::to_string(rows_) + " cannot be read");
  ++rows_;
  return {};
}

// Ascending, a path before those that begin with it.
Status ColumnsBuilder::write_members(Node& node, std::vector<std::string>& path,
                                     Output& out) const {
  for (auto& [key, member] : node.members) {
    path.push_back(key);
    Bytes data;
    ColumnShape shape = member.column->encode(rows_, out.bytes, data);
    member.column.reset();
    shape.path = path;
    data.resize((data.size() + kColumnAlignment - 1) / kColumnAlignment * kColumnAlignment);
    VECSTORE_TRY(out.write(data));
    out.bytes += data.size();
    out.shapes.emplace_back(encode_shape(shape));
    VECSTORE_TRY(write_members(member, path, out));
    path.pop_back();
  }
  return {};
}

Result<Bytes> ColumnsBuilder::finish(const std::function<Status(ByteView)>& write) {
  Output out{write};
  std::vector<std::string> path;
  VECSTORE_TRY(write_members(root_, path, out));
  Bytes directory;
  encode_object(Object{{"version", kColumnsVersion},
                       {"rows", static_cast<std::int64_t>(rows_)},
                       {"complete", complete_},
                       {"columns", std::move(out.shapes)}},
                directory);
  return directory;
}

}  // namespace vecstore::meta
