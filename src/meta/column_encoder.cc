#include "meta/column_encoder.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/coding.h"
#include "meta/number.h"

namespace vecstore::meta {
namespace {

// The first byte of a key, in the order of codes.
enum Section : std::uint8_t { kBool, kInt, kDouble, kString, kObject };

Section section_of(ByteView key) { return static_cast<Section>(key[0]); }
std::int64_t int_of(ByteView key) { return static_cast<std::int64_t>(load_u64(&key[1])); }
double double_of(ByteView key) { return load_f64(&key[1]); }

bool before(ByteView a, ByteView b) {
  if (section_of(a) != section_of(b)) return section_of(a) < section_of(b);
  if (section_of(a) == kInt) return int_of(a) < int_of(b);
  if (section_of(a) == kDouble) return double_of(a) < double_of(b);
  return as_text(a) < as_text(b);
}

void put_number(const Number& number, Bytes& key) {
  if (const std::int64_t* integer = std::get_if<std::int64_t>(&number)) {
    put_u8(key, kInt);
    put_u64(key, static_cast<std::uint64_t>(*integer));
  } else {
    put_u8(key, kDouble);
    put_f64(key, std::get<double>(number));
  }
}

}  // namespace

void make_value_key(const EncodedValue& value, Bytes& key) {
  key.clear();
  switch (value.kind) {
    case Value::Kind::kBool:
      put_u8(key, kBool);
      return put_u8(key, value.boolean ? 1 : 0);
    case Value::Kind::kInt:
      return put_number(value.integer, key);
    case Value::Kind::kDouble:
      return put_number(number_of(value.real), key);
    case Value::Kind::kString:
      put_u8(key, kString);
      return put_bytes(key, as_bytes(value.text));
    default:
      return put_u8(key, kObject);
  }
}

void store_bitmap(std::span<const std::uint32_t> rows, std::byte* to) {
  for (const std::uint32_t row : rows) to[row / 8] |= std::byte{1} << (row % 8);
}

ColumnEncoder::ColumnEncoder(const Dictionary& values, std::uint64_t rows,
                             std::span<const std::uint32_t> pair_values,
                             std::span<const std::uint32_t> pair_rows)
    : values_(values), rows_(rows) {
  sort_values();
  sort_pairs(pair_values, pair_rows);
  drop_repeats();
  find_times();
}

void ColumnEncoder::sort_values() {
  by_code_.resize(values_.size());
  std::iota(by_code_.begin(), by_code_.end(), 0u);
  std::sort(by_code_.begin(), by_code_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return before(values_.value(a), values_.value(b));
  });
}

void ColumnEncoder::sort_pairs(std::span<const std::uint32_t> pair_values,
                               std::span<const std::uint32_t> pair_rows) {
  std::vector<std::uint32_t> code_of(codes());
  for (std::uint32_t code = 0; code < codes(); ++code) code_of[by_code_[code]] = code;
  starts_.resize(codes() + std::size_t{1});
  for (const std::uint32_t value : pair_values) ++starts_[code_of[value] + 1];
  std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
  std::vector<std::uint32_t> next = starts_;
  rows_by_code_.resize(pair_rows.size());
  for (std::size_t i = 0; i < pair_rows.size(); ++i)
    rows_by_code_[next[code_of[pair_values[i]]]++] = pair_rows[i];
}

// Rows ascend within a code, so that repeats are neighbours.
void ColumnEncoder::drop_repeats() {
  std::size_t out = 0;
  std::size_t begin = 0;
  for (std::size_t code = 0; code < by_code_.size(); ++code) {
    const std::size_t end = starts_[code + 1];
    const std::size_t first = out;
    for (std::size_t i = begin; i < end; ++i) {
      if (out == first || rows_by_code_[out - 1] != rows_by_code_[i])
        rows_by_code_[out++] = rows_by_code_[i];
    }
    begin = end;
    starts_[code + 1] = static_cast<std::uint32_t>(out);
  }
  rows_by_code_.resize(out);
}

void ColumnEncoder::find_times() {
  for (std::uint32_t code = 0; code < codes(); ++code) {
    const ByteView key = values_.value(by_code_[code]);
    if (section_of(key) != kString) continue;
    if (const auto instant = parse_instant(as_text(key.subspan(1))))
      times_.push_back({*instant, code});
  }
  std::sort(times_.begin(), times_.end(), [](const Time& a, const Time& b) {
    return a.instant != b.instant ? a.instant < b.instant : a.code < b.code;
  });
}

ColumnShape ColumnEncoder::shape() const {
  ColumnShape shape;
  std::uint64_t* const counts[] = {&shape.bools, &shape.ints, &shape.doubles, &shape.strings,
                                   &shape.objects};
  for (std::uint32_t code = 0; code < codes(); ++code) {
    const ByteView key = values_.value(by_code_[code]);
    ++*counts[section_of(key)];
    if (section_of(key) == kString) shape.string_bytes += key.size() - 1;
    if (is_dense(code)) {
      ++shape.dense;
    } else {
      shape.sparse += rows_of(code).size();
    }
  }
  shape.times = times_.size();
  const auto descend = [](const Time& a, const Time& b) { return a.code > b.code; };
  shape.times_ascend = std::ranges::adjacent_find(times_, descend) == times_.end() ? 1 : 0;
  return shape;
}

void ColumnEncoder::store(const ColumnLayout& at, std::byte* base) const {
  std::memcpy(base + at.starts, starts_.data(), starts_.size() * 4);
  store_values(at, base);
  store_times(base + at.times);
  store_rows(at, base);
}

void ColumnEncoder::store_values(const ColumnLayout& at, std::byte* base) const {
  std::uint64_t next[] = {0, at.ints, at.doubles, at.text};
  std::uint64_t ends = at.ends;
  for (const std::uint32_t number : by_code_) {
    const ByteView key = values_.value(number);
    const Section section = section_of(key);
    if (section == kBool || section == kObject) continue;
    std::copy(key.begin() + 1, key.end(), base + next[section]);
    next[section] += key.size() - 1;
    if (section != kString) continue;
    store_u32(base + ends, static_cast<std::uint32_t>(next[kString] - at.text));
    ends += 4;
  }
}

void ColumnEncoder::store_times(std::byte* to) const {
  for (const Time& time : times_) {
    store_u64(to, static_cast<std::uint64_t>(time.instant.ms));
    store_u32(to + 8, static_cast<std::uint32_t>(time.instant.nanos));
    store_u32(to + 12, time.code);
    to += kTimeBytes;
  }
}

void ColumnEncoder::store_rows(const ColumnLayout& at, std::byte* base) const {
  std::byte* dense = base + at.dense;
  std::byte* bitmap = base + at.bitmaps;
  std::vector<std::uint32_t> sparse;
  std::uint32_t before = 0;
  for (std::uint32_t code = 0; code < codes(); ++code) {
    const std::span<const std::uint32_t> rows = rows_of(code);
    if (!is_dense(code)) {
      sparse.insert(sparse.end(), rows.begin(), rows.end());
      continue;
    }
    store_u32(dense, code);
    store_u32(dense + 4, before);
    store_bitmap(rows, bitmap);
    before += static_cast<std::uint32_t>(rows.size());
    dense += kDenseBytes;
    bitmap += bitmap_bytes(rows_);
  }
  store_u32(dense, codes());
  store_u32(dense + 4, before);
  if (!sparse.empty()) std::memcpy(base + at.rows, sparse.data(), sparse.size() * 4);
  const auto length = static_cast<std::size_t>(run_length(rows_));
  for (std::size_t run = 0; run < sparse.size() / length; ++run)
    store_bitmap(std::span(sparse).subspan(run * length, length),
                 base + at.runs + run * bitmap_bytes(rows_));
}

}  // namespace vecstore::meta
