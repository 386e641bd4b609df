#include "cli/csv_source.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/number.h"
#include "base/utf8.h"
#include "cli/read_file.h"
#include "rag/loaders/csv_reader.h"

namespace vecstore {
namespace {

using Row = std::vector<std::string>;

// In order of preference: a column has the first type that all of its cells have.
enum class CellType { kInt, kDouble, kBool, kString };
constexpr CellType kTypes[] = {CellType::kInt, CellType::kDouble, CellType::kBool,
                               CellType::kString};

// "007" stays a string: a number would not keep its zeros.
bool is_of(std::string_view cell, CellType type) {
  std::string_view digits = cell;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  const bool padded = digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9';
  switch (type) {
    case CellType::kInt:
      return !padded && cell != "-0" && parse_int64(cell);
    case CellType::kDouble:
      return !padded && parse_double(cell);
    case CellType::kBool:
      return cell == "true" || cell == "false";
    case CellType::kString:
      return true;
  }
  return false;
}

Value to_value(const std::string& cell, CellType type) {
  switch (type) {
    case CellType::kInt:
      return *parse_int64(cell);
    case CellType::kDouble:
      return *parse_double(cell);
    case CellType::kBool:
      return cell == "true";
    case CellType::kString:
      return cell;
  }
  return {};
}

struct Column {
  std::array<bool, std::size(kTypes)> possible = {true, true, true, true};
  bool blank = true;
};

class CsvSource final : public RecordSource {
 public:
  CsvSource(std::string text, char delimiter)
      : text_(std::move(text)), delimiter_(delimiter), reader_(text_, delimiter) {}

  // The head, and what type each column has.
  Status begin() {
    VECSTORE_ASSIGN(head_, reader_.next());
    if (head_.empty()) return {Code::kUnknown, "the file has no head row"};
    for (std::size_t i = 0; i < head_.size(); ++i) {
      if (head_[i].empty()) return {Code::kUnknown, "column " + std::to_string(i) + " has no name"};
      if (std::find(head_.begin(), head_.begin() + static_cast<std::ptrdiff_t>(i), head_[i]) !=
          head_.begin() + static_cast<std::ptrdiff_t>(i)) {
        return {Code::kUnknown, "column '" + shorten(head_[i]) + "' is there twice"};
      }
    }
    has_ids_ = std::find(head_.begin(), head_.end(), "id") != head_.end();
    columns_.resize(head_.size());
    CsvReader all(text_, delimiter_);
    (void)all.next();
    for (;;) {
      VECSTORE_ASSIGN(const Row row, all.next());
      if (row.empty()) return {};
      ++total_;
      for (std::size_t i = 0; i < std::min(row.size(), head_.size()); ++i) narrow(i, row[i]);
    }
  }

  Result<std::optional<Record>> next() override {
    VECSTORE_ASSIGN(const Row row, reader_.next());
    if (row.empty()) return std::optional<Record>();
    if (row.size() != head_.size()) {
      return invalid_argument(std::to_string(row.size()) + " cells, the head has " +
                              std::to_string(head_.size()));
    }
    Record record;
    if (!has_ids_) record.id = std::to_string(reader_.row() - 2);
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!row[i].empty()) VECSTORE_TRY(take(i, row[i], record).with_context(shorten(head_[i])));
    }
    return std::optional(std::move(record));
  }
  std::string where() const override { return "row " + std::to_string(reader_.row()); }
  std::uint64_t total() const override { return total_; }
  bool has_ids() const override { return has_ids_; }

 private:
  void narrow(std::size_t column, const std::string& cell) {
    if (cell.empty()) return;
    Column& at = columns_[column];
    for (const CellType type : kTypes) {
      const auto bit = static_cast<std::size_t>(type);
      at.possible[bit] = at.possible[bit] && is_of(cell, type);
    }
    at.blank = false;
  }
  CellType type_of(std::size_t column) const {
    const Column& at = columns_[column];
    const auto first = std::find(at.possible.begin(), at.possible.end(), true);
    return at.blank ? CellType::kString : kTypes[first - at.possible.begin()];
  }

  Status take(std::size_t column, const std::string& cell, Record& record) const {
    const std::string& name = head_[column];
    if (name == "id") {
      record.id = cell;
    } else if (name == "text") {
      record.text = cell;
    } else if (name == "vector") {
      VECSTORE_ASSIGN(const Value json, Value::parse_json(cell));
      VECSTORE_ASSIGN(Record parsed, Record::from_json(Object{{"id", "x"}, {"vector", json}}));
      record.vector = std::move(parsed.vector);
    } else if (name == "metadata") {
      VECSTORE_ASSIGN(const Value json, Value::parse_json(cell));
      if (!json.as_object()) return invalid_argument("must be a JSON object");
      merge_patch(record.metadata, *json.as_object());
    } else {
      record.metadata[name] = to_value(cell, type_of(column));
    }
    return {};
  }

  std::string text_;
  char delimiter_;
  CsvReader reader_;  // looks into text_
  Row head_;
  std::vector<Column> columns_;
  std::uint64_t total_ = 0;
  bool has_ids_ = false;
};

}  // namespace

Result<std::unique_ptr<RecordSource>> open_csv_source(const std::string& path) {
  VECSTORE_ASSIGN(std::string text, read_at_most(path, SIZE_MAX));
  VECSTORE_TRY(check_not_utf16(path, text));
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  const std::size_t bad = invalid_utf8_at(text);
  if (bad != text.npos) {
    return Status(Code::kUnknown, path + ": byte " + std::to_string(bad) +
                                      " is not UTF-8: convert it with iconv -t UTF-8");
  }
  const char delimiter = sniff_csv_delimiter(text);
  auto source = std::make_unique<CsvSource>(std::move(text), delimiter);
  const Status begun = source->begin();
  if (!begun.ok()) return Status(Code::kUnknown, path + ": " + begun.message());
  return std::unique_ptr<RecordSource>(std::move(source));
}

}  // namespace vecstore
