#include "query/column/value_counts.h"

#include <algorithm>
#include <bit>
#include <span>
#include <string>
#include <utility>

#include "meta/column_encoder.h"
#include "query/column/column_leaf.h"

namespace vecstore::query {
namespace {

using meta::EncodedValue;
using meta::RowSet;
using Kind = Value::Kind;
using Steps = std::span<const Path::value_type>;

// Null for what does not count.
Value counted(const EncodedValue& value) {
  switch (value.kind) {
    case Kind::kBool:
      return value.boolean;
    case Kind::kInt:
      return value.integer;
    case Kind::kDouble: {
      const meta::Number number = meta::number_of(value.real);
      const std::int64_t* integer = std::get_if<std::int64_t>(&number);
      return integer ? Value(*integer) : Value(value.real);
    }
    case Kind::kString:
      return value.text;
    default:
      return {};
  }
}

EncodedValue element(const EncodedValue& list, std::size_t position, bool& ok) {
  if (position >= list.count) return {};
  meta::EncodedReader in(list.items);
  for (std::size_t i = 0; i < position && in.ok(); ++i) in.skip();
  const EncodedValue found = in.value();
  ok = ok && in.ok();
  return found;
}

void reach(const EncodedValue& from, Steps steps, bool& ok, List& found) {
  const auto into = [&](const EncodedValue& each) {
    if (!steps.empty() && each.is_object()) return reach(each, steps, ok, found);
    Value value = steps.empty() ? counted(each) : Value();
    if (!value.is_null()) found.push_back(std::move(value));
  };
  const std::size_t* position = steps.empty() ? nullptr : std::get_if<std::size_t>(&steps[0]);
  if (position) {
    if (from.is_list()) reach(element(from, *position, ok), steps.subspan(1), ok, found);
  } else if (from.is_list()) {
    for_each_element(from, ok, into);
  } else if (steps.empty()) {
    into(from);
  } else if (from.is_object()) {
    reach(find_member(from, std::get<std::string>(steps[0]), ok), steps.subspan(1), ok, found);
  }
}

Result<List> values_in(const Path& path, const FilterRow& row) {
  switch (record_field(path)) {
    case RecordField::kId:
      return List{row.id};
    case RecordField::kText:
      return row.text ? List{*row.text} : List();
    case RecordField::kCreatedAt:
      return List{row.created_at};
    case RecordField::kUpdatedAt:
      return List{row.updated_at};
    case RecordField::kNone:
      break;
  }
  List found;
  const EncodedValue metadata = meta::EncodedReader(row.metadata).object();
  bool ok = metadata.is_object();
  reach(metadata, path, ok, found);
  if (!ok) return data_loss("metadata cannot be read: encoded values end or begin where none can");
  const auto before = [](const Value& a, const Value& b) { return compare_values(a, b) < 0; };
  std::sort(found.begin(), found.end(), before);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

// Of the columns that know the path: the rows that they do not know.
Status add_open(const PathColumns& found, Bitmap& open) {
  for (const meta::Column* above : found.above)
    VECSTORE_TRY(above->add_set(RowSet::kIrregular, open));
  if (!found.column) return {};
  VECSTORE_TRY(found.column->add_set(RowSet::kIrregular, open));
  return found.has_position ? found.column->add_set(RowSet::kLists, open) : Status();
}

Status count_in_column(const meta::Column& column, const Bitmap& rows,
                       const std::function<void(const Value&, std::uint64_t)>& fn) {
  std::vector<std::pair<std::uint32_t, std::uint64_t>> counts;
  VECSTORE_TRY(column.count_values(rows, [&](std::uint32_t code, std::uint64_t count) {
    if (code < column.objects().begin) counts.emplace_back(code, count);
  }));
  for (const auto& [code, count] : counts) {
    VECSTORE_ASSIGN(const Value value, column.value(code));
    fn(value, count);
  }
  return {};
}

}  // namespace

Status for_each_value(const Path& path, const meta::Columns* columns, const Bitmap& rows,
                      const ReadRow& read_row,
                      const std::function<void(const Value&, std::uint64_t)>& fn) {
  const PathColumns found = columns ? find_columns(path, *columns) : PathColumns{};
  Bitmap open = rows;
  if (found.known) {
    Bitmap unknown(rows.size());
    VECSTORE_TRY(add_open(found, unknown));
    open &= unknown;
    if (found.column && !found.has_position) VECSTORE_TRY(count_in_column(*found.column, rows, fn));
  }
  const std::span<const std::uint64_t> words = open.words();
  for (std::size_t w = 0; w < words.size(); ++w) {
    for (std::uint64_t bits = words[w]; bits != 0; bits &= bits - 1) {
      const auto row =
          static_cast<std::uint32_t>(w * 64) + static_cast<std::uint32_t>(std::countr_zero(bits));
      VECSTORE_ASSIGN(const FilterRow read, read_row(row));
      VECSTORE_ASSIGN(const List values, values_in(path, read));
      for (const Value& value : values) fn(value, 1);
    }
  }
  return {};
}

void ValueCounts::add(const Value& value, std::uint64_t count) {
  const std::string* text = value.as_string();
  meta::make_value_key({.kind = value.kind(),
                        .boolean = value.as_bool() && *value.as_bool(),
                        .integer = value.as_int() ? *value.as_int() : 0,
                        .real = value.as_double() ? *value.as_double() : 0,
                        .text = text ? std::string_view(*text) : std::string_view()},
                       key_);
  const std::uint32_t number = keys_.number_of(key_);
  if (number == entries_.size()) entries_.push_back({value, 0});
  entries_[number].count += count;
}

std::vector<ValueCounts::Entry> ValueCounts::top(std::size_t limit) const {
  std::vector<Entry> best = entries_;
  const auto middle = best.begin() + static_cast<std::ptrdiff_t>(std::min(limit, best.size()));
  std::partial_sort(best.begin(), middle, best.end(), [](const Entry& a, const Entry& b) {
    return a.count != b.count ? a.count > b.count : compare_values(a.value, b.value) < 0;
  });
  best.erase(middle, best.end());
  return best;
}

void NumberSummary::add(const Value& value, std::uint64_t times) {
  if (!value.is_number()) return;
  const double number = value.as_int() ? static_cast<double>(*value.as_int()) : *value.as_double();
  count += times;
  sum += number * static_cast<double>(times);
  if (least.is_null() || compare_values(value, least) < 0) least = value;
  if (greatest.is_null() || compare_values(value, greatest) > 0) greatest = value;
}

}  // namespace vecstore::query
