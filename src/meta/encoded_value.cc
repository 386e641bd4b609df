#include "meta/encoded_value.h"

#include <cmath>

#include "base/coding.h"
#include "vecstore/limits.h"

namespace vecstore::meta {
void EncodedReader::fail() {
  ok_ = false;
  at_ = end_;
}

std::uint64_t EncodedReader::long_varint() {
  ByteReader in({at_, left()});
  const std::uint64_t value = in.varint();
  if (!in.ok()) {
    fail();
    return 0;
  }
  at_ = end_ - in.remaining();
  return value;
}

double EncodedReader::real() {
  if (left() < sizeof(double)) fail();
  if (!ok_) return 0;
  const double value = load_f64(at_);
  at_ += sizeof(double);
  if (!std::isfinite(value)) fail();
  return ok_ ? value : 0;
}

EncodedValue EncodedReader::object() {
  EncodedValue value{.kind = Value::Kind::kObject};
  if (at_ == end_) return value;
  value.count = varint();
  value.items = {at_, left()};
  return ok_ ? value : EncodedValue{};
}

EncodedValue EncodedReader::value() {
  EncodedValue value;
  if (at_ == end_) {
    fail();
    return value;
  }
  const auto tag = static_cast<std::uint8_t>(*at_++);
  if (tag == kFalse || tag == kTrue) {
    value.kind = Value::Kind::kBool;
    value.boolean = tag == kTrue;
  } else if (tag == kInt) {
    const std::uint64_t zigzag = varint();
    value.kind = Value::Kind::kInt;
    value.integer = static_cast<std::int64_t>(zigzag >> 1 ^ (0 - (zigzag & 1)));
  } else if (tag == kDouble) {
    value.kind = Value::Kind::kDouble;
    value.real = real();
  } else if (tag == kString) {
    value.kind = Value::Kind::kString;
    value.text = string();
  } else if (tag == kList || tag == kObject) {
    value.kind = tag == kList ? Value::Kind::kList : Value::Kind::kObject;
    value.count = varint();
    value.items = {at_, left()};
  } else if (tag != kNull) {
    fail();
  }
  return ok_ ? value : EncodedValue{};
}

EncodedValue EncodedReader::whole_value() {
  EncodedReader before = *this;
  const EncodedValue read = value();
  if (!read.is_list() && !read.is_object()) return read;
  *this = before;
  skip();
  return ok_ ? read : EncodedValue{};
}

void EncodedReader::skip(std::size_t depth) {
  if (at_ == end_) return fail();
  const auto tag = static_cast<std::uint8_t>(*at_++);
  switch (tag) {
    case kNull:
    case kFalse:
    case kTrue:
      break;
    case kInt:
      varint();
      break;
    case kDouble:
      real();
      break;
    case kString:
      string();
      break;
    case kList:
    case kObject:
      skip_items(varint(), tag == kObject, depth + 1);
      break;
    default:
      fail();
  }
}

void EncodedReader::skip_items(std::uint64_t count, bool keys, std::size_t depth) {
  if (depth > kMaxMetadataDepth) fail();
  for (std::uint64_t i = 0; i < count && ok_; ++i) {
    if (keys) string();
    if (ok_) skip(depth);
  }
}

EncodedValue find_member(const EncodedValue& object, std::string_view key, bool& ok) {
  EncodedReader in(object.items);
  for (std::uint64_t i = 0; i < object.count && in.ok(); ++i) {
    if (in.key() == key) {
      const EncodedValue found = in.value();
      ok = ok && in.ok();
      return found;
    }
    in.skip();
  }
  ok = ok && in.ok();
  return {};
}

}  // namespace vecstore::meta
