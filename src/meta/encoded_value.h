// Metadata read where it lies: views of encoded values (docs/format/value.md) that nothing is
// allocated for.
//
// The bytes need no voucher: whatever they are, nothing beyond them is read, and what cannot be a
// value clears ok(). Only decode_object sees that strings are UTF-8 and keys differ; of two equal
// keys the first counts here.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "vecstore/value.h"

namespace vecstore::meta {

// Lists and objects are their number of items and the bytes from the first item on.
struct EncodedValue {
  Value::Kind kind = Value::Kind::kNull;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view text = {};
  std::uint64_t count = 0;
  ByteView items = {};

  bool is_null() const { return kind == Value::Kind::kNull; }
  bool is_list() const { return kind == Value::Kind::kList; }
  bool is_object() const { return kind == Value::Kind::kObject; }
};

class EncodedReader {
 public:
  explicit EncodedReader(ByteView bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  // False from the first failure on; then values are null and strings empty.
  bool ok() const { return ok_; }

  // The object that the bytes are, without a tag; no bytes are {}.
  EncodedValue object();
  // The next value. The reader is left behind it, or at the first item of a list or object.
  EncodedValue value();
  // The next value; the reader is left behind all of it.
  EncodedValue whole_value();
  // The key before a member's value.
  std::string_view key() { return string(); }
  void skip() {
    if (at_ == end_ || static_cast<std::uint8_t>(*at_) != kString) return skip(0);
    ++at_;
    string();
  }

 private:
  // As in docs/format/value.md.
  enum Tag : std::uint8_t { kNull, kFalse, kTrue, kInt, kDouble, kString, kList, kObject };

  void fail();
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  std::uint64_t varint() {
    if (at_ != end_ && static_cast<std::uint8_t>(*at_) < 0x80)
      return static_cast<std::uint8_t>(*at_++);
    return long_varint();
  }
  std::string_view string() {
    const std::uint64_t size = varint();
    if (size > left()) fail();
    if (!ok_) return {};
    const auto* from = reinterpret_cast<const char*>(at_);
    at_ += size;
    return {from, static_cast<std::size_t>(size)};
  }
  std::uint64_t long_varint();
  double real();
  void skip(std::size_t depth);
  void skip_items(std::uint64_t count, bool keys, std::size_t depth);

  const std::byte* at_;
  const std::byte* end_;
  bool ok_ = true;
};

// The member's value, null when there is none; clears `ok` on bytes that are no object.
EncodedValue find_member(const EncodedValue& object, std::string_view key, bool& ok);

// Calls fn(key, value) for every member, fn(value) for every element; stops at damage and clears
// `ok`.
template <typename Fn>
void for_each_member(const EncodedValue& object, bool& ok, Fn&& fn) {
  EncodedReader in(object.items);
  for (std::uint64_t i = 0; i < object.count && ok; ++i) {
    const std::string_view key = in.key();
    const EncodedValue value = in.whole_value();
    ok = in.ok();
    if (ok) fn(key, value);
  }
}

template <typename Fn>
void for_each_element(const EncodedValue& list, bool& ok, Fn&& fn) {
  EncodedReader in(list.items);
  for (std::uint64_t i = 0; i < list.count && ok; ++i) {
    const EncodedValue value = in.whole_value();
    ok = in.ok();
    if (ok) fn(value);
  }
}

}  // namespace vecstore::meta
