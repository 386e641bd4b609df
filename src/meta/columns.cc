#include "meta/columns.h"

#include <algorithm>
#include <utility>

#include "base/value_codec.h"

namespace vecstore::meta {
namespace {

bool is_before(std::span<const std::string> a, std::span<const std::string> b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

Result<Columns> Columns::open(ByteView directory, std::uint64_t rows, std::uint64_t data_bytes,
                              ReadColumns read) {
  VECSTORE_ASSIGN(const Object object, decode_object(directory));
  Columns columns;
  columns.rows_ = rows;
  columns.read_ = std::make_unique<const ReadColumns>(std::move(read));
  VECSTORE_TRY(columns.decode(object, data_bytes));
  return columns;
}

Status Columns::decode(const Object& directory, std::uint64_t data_bytes) {
  const auto member = [&](const char* name) {
    const Value* found = directory.find(name);
    return found ? *found : Value();
  };
  const Value version = member("version");
  if (version.as_int() && *version.as_int() > kColumnsVersion)
    return failed_precondition("columns have version " + std::to_string(*version.as_int()) +
                               "; this release reads " + std::to_string(kColumnsVersion));
  if (version != Value(kColumnsVersion)) return data_loss("columns have no version");
  if (rows_ > kMaxColumnRows || member("rows") != Value(static_cast<std::int64_t>(rows_)))
    return data_loss("columns are not of " + std::to_string(rows_) + " rows");
  const Value complete = member("complete");
  const Value shapes = member("columns");
  if (!complete.as_bool() || !shapes.as_list())
    return data_loss("columns lack 'complete' or 'columns'");
  complete_ = *complete.as_bool();
  for (const Value& entry : *shapes.as_list()) {
    VECSTORE_ASSIGN(ColumnShape shape, decode_shape(entry, rows_, data_bytes));
    if (!columns_.empty() && !is_before(columns_.back().path(), shape.path))
      return data_loss("column '" + path_name(shape.path) + "' is not behind those before it");
    columns_.emplace_back(std::move(shape), rows_, read_.get());
  }
  return {};
}

const Column* Columns::find(std::span<const std::string> path) const {
  const auto found =
      std::lower_bound(columns_.begin(), columns_.end(), path,
                       [](const Column& column, std::span<const std::string> wanted) {
                         return is_before(column.path(), wanted);
                       });
  if (found == columns_.end() || is_before(path, found->path())) return nullptr;
  return &*found;
}

}  // namespace vecstore::meta
