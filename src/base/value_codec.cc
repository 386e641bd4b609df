#include "base/value_codec.h"

#include <cmath>

#include "base/members.h"
#include "base/utf8.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

enum Tag : std::uint8_t {
  kTagNull = 0,
  kTagFalse = 1,
  kTagTrue = 2,
  kTagInt = 3,
  kTagDouble = 4,
  kTagString = 5,
  kTagList = 6,
  kTagObject = 7,
};

// Small numbers of either sign become small varints.
std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1 ^ (0 - (value & 1)));
}

Status damaged(const std::string& what) { return data_loss("encoded value: " + what); }

Result<Value> decode(ByteReader& in, std::size_t depth);

Result<std::string> decode_string(ByteReader& in) {
  const std::string_view text = in.string();
  if (!in.ok()) return damaged("a string runs past the end");
  if (!is_valid_utf8(text)) return damaged("a string is not utf-8");
  return std::string(text);
}

// The number of items, each of which takes at least `least` bytes.
Result<std::size_t> decode_count(ByteReader& in, std::size_t least, std::size_t depth) {
  const std::uint64_t count = in.varint();
  if (!in.ok()) return damaged("a count runs past the end");
  if (count > in.remaining() / least) {
    return damaged("a count of " + std::to_string(count) + " with " +
                   std::to_string(in.remaining()) + " bytes left");
  }
  if (depth > kMaxMetadataDepth) {
    return damaged("nested deeper than " + std::to_string(kMaxMetadataDepth));
  }
  return static_cast<std::size_t>(count);
}

Result<List> decode_list(ByteReader& in, std::size_t depth) {
  VECSTORE_ASSIGN(const std::size_t count, decode_count(in, 1, depth));
  List list;
  for (std::size_t i = 0; i < count; ++i) {
    VECSTORE_ASSIGN(Value item, decode(in, depth));
    list.push_back(std::move(item));
  }
  return list;
}

Result<Object> decode_members(ByteReader& in, std::size_t depth) {
  VECSTORE_ASSIGN(const std::size_t count, decode_count(in, 2, depth));
  std::vector<Object::Member> members;
  for (std::size_t i = 0; i < count; ++i) {
    VECSTORE_ASSIGN(std::string key, decode_string(in));
    VECSTORE_ASSIGN(Value value, decode(in, depth));
    members.push_back({std::move(key), std::move(value)});
  }
  if (find_duplicate(members) != nullptr) return damaged("a key is given twice");
  return Object::from_members(std::move(members));
}

Result<Value> decode_double(ByteReader& in) {
  const double value = in.f64();
  if (!in.ok()) return damaged("a double runs past the end");
  if (!std::isfinite(value)) return damaged("a double is not finite");
  return Value(value);
}

Result<Value> decode_int(ByteReader& in) {
  const std::uint64_t value = in.varint();
  if (!in.ok()) return damaged("an integer runs past the end or is not in its shortest form");
  return Value(unzigzag(value));
}

// `depth` counts the lists and objects around the value.
Result<Value> decode(ByteReader& in, std::size_t depth) {
  const std::uint8_t tag = in.u8();
  if (!in.ok()) return damaged("a value is missing at the end");
  switch (tag) {
    case kTagNull:
      return Value();
    case kTagFalse:
      return Value(false);
    case kTagTrue:
      return Value(true);
    case kTagInt:
      return decode_int(in);
    case kTagDouble:
      return decode_double(in);
    case kTagString: {
      VECSTORE_ASSIGN(std::string text, decode_string(in));
      return Value(std::move(text));
    }
    case kTagList: {
      VECSTORE_ASSIGN(List list, decode_list(in, depth + 1));
      return Value(std::move(list));
    }
    case kTagObject: {
      VECSTORE_ASSIGN(Object object, decode_members(in, depth + 1));
      return Value(std::move(object));
    }
    default:
      return damaged("unknown tag " + std::to_string(tag));
  }
}

}  // namespace

void encode_value(const Value& value, Bytes& out) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      put_u8(out, kTagNull);
      break;
    case Value::Kind::kBool:
      put_u8(out, *value.as_bool() ? kTagTrue : kTagFalse);
      break;
    case Value::Kind::kInt:
      put_u8(out, kTagInt);
      put_varint(out, zigzag(*value.as_int()));
      break;
    case Value::Kind::kDouble:
      put_u8(out, kTagDouble);
      put_f64(out, *value.as_double());
      break;
    case Value::Kind::kString:
      put_u8(out, kTagString);
      put_string(out, *value.as_string());
      break;
    case Value::Kind::kList:
      put_u8(out, kTagList);
      put_varint(out, value.as_list()->size());
      for (const Value& item : *value.as_list()) encode_value(item, out);
      break;
    case Value::Kind::kObject:
      put_u8(out, kTagObject);
      encode_object(*value.as_object(), out);
      break;
  }
}

Result<Value> decode_value(ByteReader& in) { return decode(in, 0); }

void encode_object(const Object& object, Bytes& out) {
  put_varint(out, object.size());
  for (const Object::Member& member : object) {
    put_string(out, member.key);
    encode_value(member.value, out);
  }
}

Result<Object> decode_object(ByteView bytes) {
  ByteReader in(bytes);
  VECSTORE_ASSIGN(Object object, decode_members(in, 1));
  if (!in.at_end()) {
    return damaged(std::to_string(in.remaining()) + " bytes after the object");
  }
  return object;
}

}  // namespace vecstore
