// Columns made in memory, for tests, and what must stand in them.
#pragma once

#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/coding.h"
#include "base/random.h"
#include "base/value_codec.h"
#include "meta/columns.h"
#include "meta/columns_builder.h"

namespace vecstore::meta {

struct TestRow {
  Object metadata = {};
  TimeMs created_at = 0;
  TimeMs updated_at = 0;
};

struct ColumnBlocks {
  Bytes directory = {};
  Bytes data = {};
  std::uint64_t rows = 0;
};

inline ColumnBlocks build_columns(const std::vector<TestRow>& rows) {
  ColumnsBuilder builder;
  ColumnBlocks blocks{.rows = rows.size()};
  for (const TestRow& row : rows) {
    Bytes metadata;
    encode_object(row.metadata, metadata);
    if (!builder.add(metadata, row.created_at, row.updated_at).ok()) std::abort();
  }
  blocks.directory = *builder.finish([&](ByteView bytes) {
    put_bytes(blocks.data, bytes);
    return Status();
  });
  return blocks;
}

// `blocks` outlive the result. With `copies` every read is one, which a sanitizer then guards.
inline Result<Columns> open_columns(const ColumnBlocks& blocks, bool copies = false) {
  const auto read = [&blocks, copies](std::uint64_t offset, std::uint64_t length,
                                      Bytes& scratch) -> Result<ByteView> {
    if (offset > blocks.data.size() || length > blocks.data.size() - offset)
      return data_loss("a read beyond the block");
    const ByteView view = ByteView(blocks.data).subspan(offset, length);
    if (!copies) return view;
    scratch = Bytes(view.begin(), view.end());
    return ByteView(scratch);
  };
  return Columns::open(blocks.directory, blocks.rows, blocks.data.size(), read);
}

// What a column says, with values as JSON (a double that is an integer as that).
struct ColumnContent {
  std::set<std::pair<std::uint32_t, std::string>> pairs;
  std::set<std::uint32_t> present;
  std::map<std::uint32_t, std::size_t> lists;  // their lengths
  std::set<std::uint32_t> irregular;
  bool operator==(const ColumnContent&) const = default;
};

using ColumnContents = std::map<std::vector<std::string>, ColumnContent>;

inline std::string content_of(const Value& value) {
  if (value.as_object()) return "{}";
  if (const double* number = value.as_double()) {
    const Number exact = number_of(*number);
    if (std::holds_alternative<std::int64_t>(exact))
      return Value(std::get<std::int64_t>(exact)).to_json();
  }
  return value.to_json();
}

inline void expect_value(ColumnContents& contents, std::vector<std::string>& path,
                         std::uint32_t row, const Value& value) {
  const auto fits = [](const Value& one) {
    return !one.is_null() && !one.as_list() &&
           (!one.as_string() || one.as_string()->size() <= kMaxColumnTextBytes);
  };
  if (value.is_null()) return;
  ColumnContent& content = contents[path];
  bool regular = value.as_list() || fits(value);
  if (const List* list = value.as_list()) {
    for (const Value& element : *list) regular = regular && fits(element) && !element.as_object();
  }
  (regular ? content.present : content.irregular).insert(row);
  if (!regular) return;
  if (const List* list = value.as_list()) {
    content.lists[row] = list->size();
    for (const Value& element : *list) content.pairs.emplace(row, content_of(element));
    return;
  }
  content.pairs.emplace(row, content_of(value));
  if (!value.as_object()) return;
  for (const auto& [key, member] : *value.as_object()) {
    path.push_back(key);
    expect_value(contents, path, row, member);
    path.pop_back();
  }
}

inline ColumnContents expected_contents(const std::vector<TestRow>& rows) {
  ColumnContents contents;
  for (std::uint32_t row = 0; row < rows.size(); ++row) {
    std::vector<std::string> path;
    const auto member = [&](std::string_view key, const Value& value) {
      path = {std::string(key)};
      expect_value(contents, path, row, value);
    };
    for (const auto& [key, value] : rows[row].metadata) member(key, value);
    member(kCreatedAtColumn, rows[row].created_at);
    member(kUpdatedAtColumn, rows[row].updated_at);
  }
  return contents;
}

inline Result<std::set<std::uint32_t>> rows_in(const Column& column, RowSet set) {
  Bitmap rows(column.rows());
  VECSTORE_TRY(column.add_set(set, rows));
  std::set<std::uint32_t> found;
  rows.for_each([&](std::size_t row) { found.insert(static_cast<std::uint32_t>(row)); });
  return found;
}

inline Result<ColumnContent> read_content(const Column& column) {
  ColumnContent content;
  VECSTORE_ASSIGN(content.present, rows_in(column, RowSet::kPresent));
  VECSTORE_TRY(column.for_each_list(
      [&](std::uint32_t row, std::uint32_t length) { content.lists[row] = length; }));
  VECSTORE_ASSIGN(content.irregular, rows_in(column, RowSet::kIrregular));
  for (std::uint32_t code = 0; code < column.all().end; ++code) {
    VECSTORE_ASSIGN(const Value value, column.value(code));
    const Codes one{code, code + 1};
    Bitmap rows(column.rows());
    VECSTORE_TRY(column.add_rows({&one, 1}, rows));
    const std::string text = content_of(value);
    rows.for_each(
        [&](std::size_t row) { content.pairs.emplace(static_cast<std::uint32_t>(row), text); });
  }
  return content;
}

inline Result<ColumnContents> read_contents(const Columns& columns) {
  ColumnContents contents;
  for (const Column& column : columns.all()) {
    VECSTORE_ASSIGN(contents[column.path()], read_content(column));
  }
  return contents;
}

inline Value random_scalar(Random& random) {
  switch (random.below(7)) {
    case 0:
      return random.below(2) == 0;
    case 1:
      return static_cast<std::int64_t>(random.below(10)) - 5;
    case 2:
      return static_cast<double>(random.below(20)) / 2;
    case 3:
      return random.normal();
    case 4:
      return "2024-05-0" + std::to_string(1 + random.below(9));
    case 5:
      return random.below(50) == 0 ? std::string(300, 'x') : std::string("long é");
    default:
      return std::string(random.below(3), static_cast<char>('a' + random.below(3)));
  }
}

inline Value random_value(Random& random, int depth) {
  const std::uint64_t kind = random.below(10);
  if (kind == 0) return nullptr;
  if (kind > 4 || depth == 0) return random_scalar(random);
  if (kind < 3) {
    Object object;
    for (const char* key : {"a", "b", "c"}) {
      if (random.below(3) != 0) object[key] = random_value(random, depth - 1);
    }
    return object;
  }
  List list;
  for (std::uint64_t n = random.below(4); n > 0; --n) {
    list.push_back(random.below(20) == 0 ? random_value(random, depth - 1) : random_scalar(random));
  }
  return list;
}

inline std::vector<TestRow> random_rows(Random& random, std::size_t count) {
  std::vector<TestRow> rows(count);
  for (TestRow& row : rows) {
    for (const char* key : {"a", "b", "c", "d"}) {
      if (random.below(4) != 0) row.metadata[key] = random_value(random, 3);
    }
    row.created_at = static_cast<TimeMs>(random.below(5));
    row.updated_at = static_cast<TimeMs>(random.next() >> 20);
  }
  return rows;
}

}  // namespace vecstore::meta
