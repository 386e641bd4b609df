#include "meta/encoded_value.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/value_codec.h"
#include "meta/number.h"
#include "vecstore/limits.h"

namespace vecstore::meta {
namespace {

// What the views say, as a value again.
Value decoded(const EncodedValue& value, bool& ok) {
  switch (value.kind) {
    case Value::Kind::kNull:
      return nullptr;
    case Value::Kind::kBool:
      return value.boolean;
    case Value::Kind::kInt:
      return value.integer;
    case Value::Kind::kDouble:
      return value.real;
    case Value::Kind::kString:
      return value.text;
    case Value::Kind::kList: {
      List list;
      for_each_element(value, ok, [&](const EncodedValue& e) { list.push_back(decoded(e, ok)); });
      return list;
    }
    case Value::Kind::kObject:
      break;
  }
  Object object;
  for_each_member(value, ok, [&](std::string_view key, const EncodedValue& member) {
    object[key] = decoded(member, ok);
  });
  return object;
}

Bytes encoded(const Object& object) {
  Bytes bytes;
  encode_object(object, bytes);
  return bytes;
}

const Object kAll = {{"null", nullptr},
                     {"yes", true},
                     {"no", false},
                     {"int", -3},
                     {"far", INT64_MIN},
                     {"real", 1.5},
                     {"text", std::string(300, 'x')},
                     {"list", List{1, List{}, Object{{"a", "b"}}, nullptr}},
                     {"object", Object{{"", Object{{"deep", List{1}}}}, {"z", 2}}},
                     {"last", 9}};

TEST(EncodedValue, reads_what_was_encoded) {
  const Bytes bytes = encoded(kAll);
  bool ok = true;
  EXPECT_EQ(decoded(EncodedReader(bytes).object(), ok), Value(kAll));
  EXPECT_TRUE(ok);
  EXPECT_EQ(decoded(EncodedReader(ByteView()).object(), ok), Value(Object{}));
}

TEST(EncodedValue, finds_members_by_key) {
  const Bytes bytes = encoded(kAll);
  const EncodedValue object = EncodedReader(bytes).object();
  bool ok = true;
  for (const Object::Member& member : kAll)
    EXPECT_EQ(decoded(find_member(object, member.key, ok), ok), member.value) << member.key;
  EXPECT_TRUE(find_member(object, "none", ok).is_null());
  EXPECT_TRUE(ok);
  EXPECT_EQ(find_member(find_member(object, "object", ok), "z", ok).integer, 2);
}

TEST(EncodedValue, bytes_cut_short_are_noticed_where_they_are_needed) {
  const Bytes bytes = encoded(kAll);
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    bool ok = true;
    find_member(EncodedReader(ByteView(bytes).first(size)).object(), "none", ok);
    EXPECT_FALSE(ok) << size;
  }
}

TEST(EncodedValue, agrees_with_the_decoder_on_damaged_bytes) {
  const Bytes bytes = encoded(kAll);
  Random random(11);
  int refused = 0;
  for (int round = 0; round < 50'000; ++round) {
    Bytes damaged = bytes;
    for (auto n = 1 + random.below(3); n > 0; --n)
      damaged[random.below(damaged.size())] = static_cast<std::byte>(random.below(256));
    bool ok = true;
    const EncodedValue object = EncodedReader(damaged).object();
    ok = object.is_object();
    const Value seen = decoded(object, ok);
    const Result<Object> wanted = decode_object(damaged);
    refused += ok ? 0 : 1;
    if (wanted.ok()) {
      EXPECT_TRUE(ok);
      EXPECT_EQ(seen, Value(*wanted));
    }
  }
  EXPECT_GT(refused, 5'000);
}

TEST(EncodedValue, refuses_depth_numbers_and_tags_that_cannot_be) {
  Value deep = 1;
  for (std::size_t i = 0; i < kMaxMetadataDepth + 10; ++i) deep = List{std::move(deep)};
  Bytes bytes = encoded({{"a", deep}, {"b", 1}});
  bool ok = true;
  find_member(EncodedReader(bytes).object(), "b", ok);
  EXPECT_FALSE(ok) << "deeper than metadata may be";

  Bytes hostile(100'000, std::byte{6});  // lists of six lists of six lists ..
  EncodedReader in(hostile);
  in.skip();
  EXPECT_FALSE(in.ok());

  const Bytes huge = {std::byte{1},    std::byte{1},    std::byte{'a'}, std::byte{6},
                      std::byte{0xff}, std::byte{0xff}, std::byte{0x7f}};
  ok = true;
  find_member(EncodedReader(huge).object(), "b", ok);
  EXPECT_FALSE(ok) << "a count beyond the bytes";

  const Bytes unknown = {std::byte{1}, std::byte{1}, std::byte{'a'}, std::byte{9}};
  ok = true;
  find_member(EncodedReader(unknown).object(), "a", ok);
  EXPECT_FALSE(ok);
}

TEST(Number, is_one_type_that_compares_exactly) {
  EXPECT_EQ(number_of(1.0), Number(std::int64_t{1}));
  EXPECT_EQ(number_of(-0.0), Number(std::int64_t{0}));
  EXPECT_EQ(number_of(1.5), Number(1.5));
  EXPECT_EQ(number_of(0x1p63), Number(0x1p63));
  EXPECT_EQ(number_of(-0x1p63), Number(INT64_MIN));
  Random random(3);
  std::vector<Value> values = {INT64_MAX, INT64_MIN, 0x1p63, -0x1p63, 0x1p53, (1ll << 53) + 1,
                               -0.5,      0.5,       0,      1e300,   -1e300, 1};
  for (int i = 0; i < 200; ++i)
    values.emplace_back(static_cast<std::int64_t>(random.below(100)) - 50);
  for (int i = 0; i < 200; ++i) values.emplace_back(random.normal() * 50);
  const auto number = [](const Value& v) {
    return v.as_int() ? Number(*v.as_int()) : number_of(*v.as_double());
  };
  for (const Value& a : values) {
    for (const Value& b : values)
      EXPECT_TRUE(compare_numbers(number(a), number(b)) == (compare_values(a, b) <=> 0))
          << a.to_json() << " " << b.to_json();
  }
}

}  // namespace
}  // namespace vecstore::meta
