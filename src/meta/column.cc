#include "meta/column.h"

#include <algorithm>
#include <utility>

#include "base/coding.h"

namespace vecstore::meta {

Column::Column(ColumnShape shape, std::uint64_t rows, const ReadColumns* read)
    : shape_(std::move(shape)), at_(layout_of(shape_, rows)), rows_(rows), read_(read) {}

const RowSetShape& Column::shape_of(RowSet set) const {
  if (set == RowSet::kPresent) return shape_.present;
  return set == RowSet::kLists ? shape_.lists : shape_.irregular;
}

std::uint64_t Column::offset_of(RowSet set) const {
  if (set == RowSet::kPresent) return at_.present;
  return set == RowSet::kLists ? at_.lists : at_.irregular;
}

Status Column::damaged(const std::string& what) const {
  return data_loss("column '" + path_name(shape_.path) + "': " + what);
}

Result<ByteView> Column::read(std::uint64_t offset, std::uint64_t length, Bytes& scratch) const {
  if (length == 0) return ByteView();
  return (*read_)(offset, length, scratch);
}

// The first of `count` elements of `width` bytes for which is_before(element) is false.
template <typename IsBefore>
Result<std::uint32_t> Column::first_not(std::uint64_t offset, std::uint64_t width,
                                        std::uint64_t count, const IsBefore& is_before) const {
  Bytes scratch;
  std::uint64_t low = 0;
  std::uint64_t high = count;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    VECSTORE_ASSIGN(const ByteView element, read(offset + middle * width, width, scratch));
    if (is_before(element.data())) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return static_cast<std::uint32_t>(low);
}

namespace {

// Whether a search passes over an element that stands so to what is searched for.
bool passes_over(std::strong_ordering order, bool beyond) {
  return beyond ? order <= 0 : order < 0;
}

Number int_at(const std::byte* at) { return static_cast<std::int64_t>(load_u64(at)); }

Instant instant_at(const std::byte* at) {
  return {static_cast<std::int64_t>(load_u64(at)), static_cast<std::int32_t>(load_u32(at + 8))};
}

}  // namespace

Result<std::uint32_t> Column::first_int(const Number& value, bool beyond) const {
  VECSTORE_ASSIGN(const std::uint32_t index,
                  first_not(at_.ints, 8, shape_.ints, [&](const std::byte* at) {
                    return passes_over(compare_numbers(int_at(at), value), beyond);
                  }));
  return ints().begin + index;
}

Result<std::uint32_t> Column::first_double(const Number& value, bool beyond) const {
  VECSTORE_ASSIGN(const std::uint32_t index,
                  first_not(at_.doubles, 8, shape_.doubles, [&](const std::byte* at) {
                    return passes_over(compare_numbers(load_f64(at), value), beyond);
                  }));
  return doubles().begin + index;
}

Result<std::uint32_t> Column::first_time(const Instant& value, bool beyond) const {
  return first_not(at_.times, kTimeBytes, shape_.times, [&](const std::byte* at) {
    return passes_over(instant_at(at) <=> value, beyond);
  });
}

Result<std::string_view> Column::string(std::uint32_t index, Bytes& scratch) const {
  const std::uint64_t from = index == 0 ? 0 : index - 1;
  const std::uint64_t ends = index == 0 ? 1 : 2;
  VECSTORE_ASSIGN(const ByteView pair, read(at_.ends + from * 4, ends * 4, scratch));
  const std::uint32_t begin = index == 0 ? 0 : load_u32(pair.data());
  const std::uint32_t end = load_u32(pair.data() + (ends - 1) * 4);
  if (begin > end || end > shape_.string_bytes) return damaged("the ends of strings descend");
  VECSTORE_ASSIGN(const ByteView text, read(at_.text + begin, end - begin, scratch));
  return as_text(text);
}

Result<std::uint32_t> Column::first_string(std::string_view value, bool beyond) const {
  Bytes scratch;
  std::uint32_t low = 0;
  std::uint32_t high = static_cast<std::uint32_t>(shape_.strings);
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    VECSTORE_ASSIGN(const std::string_view text, string(middle, scratch));
    if (passes_over(text <=> value, beyond)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return strings().begin + low;
}

Result<std::uint32_t> Column::code_of_time(const std::byte* entry) const {
  const std::uint32_t code = load_u32(entry + 12);
  if (code >= strings().begin && code < strings().end) return code;
  return damaged("a time has the code " + std::to_string(code) + ", which is no string's");
}

Result<std::vector<Codes>> Column::codes_of_times(std::uint32_t first, std::uint32_t last) const {
  std::vector<Codes> runs;
  if (first >= last) return runs;
  const std::uint64_t count = last - first;
  const std::uint64_t offset = at_.times + first * kTimeBytes;
  Bytes scratch;
  if (shape_.times_ascend != 0) {
    VECSTORE_ASSIGN(ByteView time, read(offset, kTimeBytes, scratch));
    VECSTORE_ASSIGN(const std::uint32_t begin, code_of_time(time.data()));
    VECSTORE_ASSIGN(time, read(offset + (count - 1) * kTimeBytes, kTimeBytes, scratch));
    VECSTORE_ASSIGN(const std::uint32_t end, code_of_time(time.data()));
    if (begin + count == std::uint64_t{end} + 1) return std::vector<Codes>{{begin, end + 1}};
  }
  VECSTORE_ASSIGN(const ByteView times, read(offset, count * kTimeBytes, scratch));
  for (std::uint64_t i = 0; i < count; ++i) {
    VECSTORE_ASSIGN(const std::uint32_t code, code_of_time(times.data() + i * kTimeBytes));
    if (!runs.empty() && runs.back().end == code) {
      ++runs.back().end;
    } else {
      runs.push_back({code, code + 1});
    }
  }
  return runs;
}

// The strings stand one behind the other, so that one search over all of them finds the parts.
Status Column::for_each_string(
    Codes among, std::string_view part,
    const std::function<bool(std::uint32_t, std::string_view)>& fn) const {
  if (among.empty()) return {};
  Bytes ends_scratch;
  Bytes text_scratch;
  const std::uint64_t first = among.begin - strings().begin;
  const std::uint64_t from = first == 0 ? 0 : first - 1;
  VECSTORE_ASSIGN(const ByteView ends,
                  read(at_.ends + from * 4, (first - from + among.size()) * 4, ends_scratch));
  const std::uint64_t base = first == 0 ? 0 : load_u32(ends.data());
  const std::uint64_t last = load_u32(ends.data() + ends.size() - 4);
  if (base > last || last > shape_.string_bytes) return damaged("the ends of strings descend");
  VECSTORE_ASSIGN(const ByteView bytes, read(at_.text + base, last - base, text_scratch));
  const std::string_view text = as_text(bytes);
  std::size_t found = text.find(part);
  std::size_t begin = 0;
  for (std::uint32_t i = 0; i < among.size() && found != std::string_view::npos; ++i) {
    const auto end =
        static_cast<std::size_t>(load_u32(ends.data() + (first - from + i) * 4) - base);
    if (begin > end || end > text.size()) return damaged("the ends of strings descend");
    if (found < begin) found = text.find(part, begin);
    const bool has_part = found <= end && part.size() <= end - found;
    if (has_part && !fn(among.begin + i, text.substr(begin, end - begin))) return {};
    begin = end;
  }
  return {};
}

Result<Value> Column::value(std::uint32_t code) const {
  if (code < bools().end) return Value(code != 0);
  if (code >= strings().end) return Value(Object());
  Bytes scratch;
  if (code >= strings().begin) {
    VECSTORE_ASSIGN(const std::string_view text, string(code - strings().begin, scratch));
    return Value(text);
  }
  const bool is_int = code < ints().end;
  const std::uint64_t offset = is_int ? at_.ints + std::uint64_t{code - ints().begin} * 8
                                      : at_.doubles + std::uint64_t{code - doubles().begin} * 8;
  VECSTORE_ASSIGN(const ByteView bytes, read(offset, 8, scratch));
  if (is_int) return Value(static_cast<std::int64_t>(load_u64(bytes.data())));
  return Value(load_f64(bytes.data()));
}

}  // namespace vecstore::meta
