#include "meta/column_builder.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "meta/column_encoder.h"

namespace vecstore::meta {
namespace {

using Kind = Value::Kind;

constexpr std::size_t kMaxPairs = 0xffffffff;

bool is_indexable(const EncodedValue& value) {
  return value.kind == Kind::kString ? value.text.size() <= kMaxColumnTextBytes
                                     : !value.is_null() && !value.is_list();
}

RowSetShape shape_of(const std::vector<std::uint32_t>& set, std::uint64_t rows) {
  if (set.empty()) return {};
  if (set.size() == rows) return {RowSetKind::kAll, rows};
  return {better_as_bitmap(set.size(), rows) ? RowSetKind::kBitmap : RowSetKind::kArray,
          set.size()};
}

void store_set(const RowSetShape& shape, const std::vector<std::uint32_t>& set, std::byte* to) {
  if (shape.kind == RowSetKind::kBitmap) store_bitmap(set, to);
  if (shape.kind == RowSetKind::kArray) std::memcpy(to, set.data(), set.size() * 4);
}

}  // namespace

void ColumnBuilder::add(std::uint32_t row, const EncodedValue& value, bool& ok) {
  next_row_ = row + 1;
  bool regular = !given_up_ && (value.is_list() || is_indexable(value));
  if (value.is_list())
    for_each_element(value, ok, [&](const EncodedValue& element) {
      regular = regular && is_indexable(element) && !element.is_object();
    });
  if (!regular) return irregular_.push_back(row);
  present_.push_back(row);
  if (value.is_list()) {
    lists_.push_back(row);
    lengths_.push_back(static_cast<std::uint32_t>(value.count));
    for_each_element(value, ok, [&](const EncodedValue& element) { add_value(row, element); });
  } else {
    add_value(row, value);
  }
  if (values_.value_bytes() > max_dictionary_bytes_ || pair_rows_.size() >= kMaxPairs) give_up();
}

void ColumnBuilder::add_value(std::uint32_t row, const EncodedValue& value) {
  if (value.kind == Kind::kBool) {  // has the code 0 or 1 only beside its opposite
    make_value_key({.kind = Kind::kBool, .boolean = !value.boolean}, key_);
    values_.number_of(key_);
  }
  make_value_key(value, key_);
  pair_values_.push_back(values_.number_of(key_));
  pair_rows_.push_back(row);
}

void ColumnBuilder::give_up() {
  given_up_ = true;
  std::vector<std::uint32_t> all;
  std::merge(present_.begin(), present_.end(), irregular_.begin(), irregular_.end(),
             std::back_inserter(all));
  irregular_ = std::move(all);
  present_ = {};
  lists_ = {};
  lengths_ = {};
  pair_values_ = {};
  pair_rows_ = {};
  values_ = {};
}

ColumnShape ColumnBuilder::encode(std::uint64_t rows, std::uint64_t offset, Bytes& out) const {
  const ColumnEncoder encoder(values_, rows, pair_values_, pair_rows_);
  ColumnShape shape = encoder.shape();
  shape.present = shape_of(present_, rows);
  shape.lists = shape_of(lists_, rows);
  shape.irregular = shape_of(irregular_, rows);
  const ColumnLayout at = layout_of(shape, rows);
  out.assign(static_cast<std::size_t>(at.end), std::byte{0});
  encoder.store(at, out.data());
  store_set(shape.present, present_, out.data() + at.present);
  store_set(shape.lists, lists_, out.data() + at.lists);
  if (!lengths_.empty()) std::memcpy(out.data() + at.lengths, lengths_.data(), lengths_.size() * 4);
  store_set(shape.irregular, irregular_, out.data() + at.irregular);
  shape.offset = offset;
  return shape;
}

}  // namespace vecstore::meta
