#include "cli/parquet_source.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "cli/read_file.h"
#include "rag/loaders/parquet/parquet_table.h"

namespace vecstore {
namespace {

// Columns that are the record's own.
constexpr std::string_view kOwn[] = {"id", "vector", "vectors", "text", "metadata"};

// Whole numbers are ids by their digits, since a column has one type.
Result<Value> id_of(const Value& json) {
  if (json.as_string()) return json;
  if (json.as_int()) return Value(std::to_string(*json.as_int()));
  return invalid_argument("an id is text or a whole number, not " + shorten(json.to_json()));
}

// An object, or its JSON.
Result<Value> metadata_of(const Value& json) {
  Value object = json;
  if (json.as_string()) {
    VECSTORE_ASSIGN(object, Value::parse_json(*json.as_string()));
  }
  if (!object.as_object()) return invalid_argument("must be an object, or the JSON of one");
  return object;
}

class ParquetSource final : public RecordSource {
 public:
  ParquetSource(std::string path, std::string bytes)
      : path_(std::move(path)), bytes_(std::move(bytes)) {}

  Status begin() {
    Result<ParquetTable> table = ParquetTable::open(bytes_);
    if (!table.ok()) return end_of(table.status());
    table_.emplace(*std::move(table));
    has_ids_ = std::ranges::find(table_->columns(), "id") != table_->columns().end();
    return {};
  }

  Result<std::optional<Record>> next() override {
    ++row_;
    const Result<bool> more = table_->next(cells_);
    if (!more.ok() && more.status().code() == Code::kInvalidArgument) return more.status();
    if (!more.ok()) return end_of(more.status());
    if (!*more) return std::optional<Record>();
    own_ = {{"id", has_ids_ ? Value() : Value(std::to_string(row_ - 1))}};
    others_ = {};
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      const std::string& name = table_->columns()[i];
      VECSTORE_TRY(take(name, cells_[i]).with_context("column '" + shorten(name) + "'"));
    }
    return record();
  }
  std::string where() const override { return "row " + std::to_string(row_); }
  std::uint64_t total() const override { return table_->rows(); }
  bool has_ids() const override { return has_ids_; }

 private:
  // Of reading: what is damaged is this file, no store.
  Status end_of(const Status& why) const {
    const bool named = why.code() == Code::kResourceExhausted;
    return {named ? why.code() : Code::kUnknown, path_ + ": " + why.message()};
  }

  Status take(const std::string& name, const std::string& cell) {
    if (cell == "null") return {};
    VECSTORE_ASSIGN(Value json, Value::parse_json(cell));
    if (name == "id") {
      VECSTORE_ASSIGN(json, id_of(json));
    } else if (name == "metadata") {
      VECSTORE_ASSIGN(json, metadata_of(json));
    }
    const bool own = std::ranges::find(kOwn, name) != std::end(kOwn);
    (own ? own_ : others_)[name] = std::move(json);
    return {};
  }

  Result<std::optional<Record>> record() const {
    if (own_.find("id")->is_null()) return invalid_argument("column 'id' has nothing");
    VECSTORE_ASSIGN(Record made, Record::from_json(own_));
    for (const Object::Member& member : others_) {
      if (made.metadata.find(member.key))
        return invalid_argument("'" + shorten(member.key) +
                                "' is a column, and a member of the column 'metadata'");
      made.metadata[member.key] = member.value;
    }
    return std::optional(std::move(made));
  }

  std::string path_, bytes_;
  std::optional<ParquetTable> table_;  // looks into bytes_
  std::vector<std::string> cells_;
  Object own_, others_;
  std::uint64_t row_ = 0;  // from 1
  bool has_ids_ = false;
};

}  // namespace

Result<std::unique_ptr<RecordSource>> open_parquet_source(const std::string& path) {
  VECSTORE_ASSIGN(std::string bytes, read_at_most(path, SIZE_MAX));
  auto source = std::make_unique<ParquetSource>(path, std::move(bytes));
  VECSTORE_TRY(source->begin());
  return std::unique_ptr<RecordSource>(std::move(source));
}

}  // namespace vecstore
