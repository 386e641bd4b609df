#include "base/value_codec.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/json.h"
#include "base/random.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

Bytes encoded(const Value& value) {
  Bytes out;
  encode_value(value, out);
  return out;
}

Result<Value> decoded(ByteView bytes) {
  ByteReader in(bytes);
  return decode_value(in);
}

Bytes bytes_of(std::initializer_list<int> values) {
  Bytes bytes;
  for (int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

Value random_value(Random& random, int depth) {
  switch (random.below(depth > 0 ? 7 : 5)) {
    case 0:
      return nullptr;
    case 1:
      return random.below(2) == 0;
    case 2:
      return static_cast<std::int64_t>(random.next() >> random.below(64));
    case 3:
      return random.normal();
    case 4:
      return std::string(random.below(20), 'x');
    case 5: {
      List list;
      for (std::size_t n = random.below(5); n > 0; --n) {
        list.push_back(random_value(random, depth - 1));
      }
      return list;
    }
    default: {
      Object object;
      for (std::size_t n = random.below(5); n > 0; --n) {
        object[std::to_string(random.below(100))] = random_value(random, depth - 1);
      }
      return object;
    }
  }
}

TEST(ValueCodec, writes_the_bytes_of_the_format_page) {
  EXPECT_EQ(encoded(nullptr), bytes_of({0}));
  EXPECT_EQ(encoded(false), bytes_of({1}));
  EXPECT_EQ(encoded(true), bytes_of({2}));
  EXPECT_EQ(encoded(0), bytes_of({3, 0}));
  EXPECT_EQ(encoded(-1), bytes_of({3, 1}));
  EXPECT_EQ(encoded(150), bytes_of({3, 0xAC, 0x02}));
  EXPECT_EQ(encoded(1.0), bytes_of({4, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F}));
  EXPECT_EQ(encoded("hi"), bytes_of({5, 2, 'h', 'i'}));
  EXPECT_EQ(encoded(List{1, nullptr}), bytes_of({6, 2, 3, 2, 0}));
  EXPECT_EQ(encoded(Object{{"k", List{true, -1, 150}}}),
            bytes_of({7, 1, 1, 'k', 6, 3, 2, 3, 1, 3, 0xAC, 0x02}));
}

TEST(ValueCodec, random_values_survive_the_round_trip) {
  Random random(17);
  for (int round = 0; round < 5'000; ++round) {
    const Value value = random_value(random, 4);
    auto back = decoded(encoded(value));
    ASSERT_TRUE(back.ok()) << back.status().to_string();
    ASSERT_EQ(back->to_json(), value.to_json());
    ASSERT_EQ(*back, value);
  }
}

TEST(ValueCodec, the_ends_of_int64_survive) {
  for (std::int64_t value : {INT64_MIN, INT64_MIN + 1, INT64_MAX}) {
    EXPECT_EQ(*decoded(encoded(value))->as_int(), value);
  }
}

TEST(ValueCodec, every_cut_is_refused) {
  const Value value = parse_json(R"({"a":[1,2.5,"text",{"b":null}],"c":true})").value();
  const Bytes bytes = encoded(value);
  ASSERT_TRUE(decoded(bytes).ok());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(decoded(ByteView(bytes).first(size)).status().code(), Code::kDataLoss) << size;
  }
}

TEST(ValueCodec, damaged_bytes_are_refused_or_mean_exactly_what_they_say) {
  Random random(18);
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes = encoded(random_value(random, 3));
    bytes[random.below(bytes.size())] ^= std::byte{1} << random.below(8);
    ByteReader in(bytes);
    auto value = decode_value(in);
    if (!value.ok()) continue;
    bytes.resize(bytes.size() - in.remaining());
    ASSERT_EQ(encoded(*value), bytes);
  }
}

TEST(ValueCodec, what_no_encoder_writes_is_refused) {
  const Bytes bad[] = {
      {},
      bytes_of({8}),                                   // tag
      bytes_of({3, 0x80, 0}),                          // integer not in its shortest form
      bytes_of({4, 0, 0, 0, 0, 0, 0, 0xF0, 0x7F}),     // infinity
      bytes_of({4, 1, 0, 0, 0, 0, 0, 0xF0, 0x7F}),     // nan
      bytes_of({5, 1, 0xFF}),                          // not utf-8
      bytes_of({6, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0}),  // count beyond the bytes
      bytes_of({7, 2, 1, 'a', 0, 1, 'a', 0}),          // key twice
      bytes_of({7, 1, 1, 0x80, 0}),                    // key not utf-8
  };
  for (const Bytes& bytes : bad) EXPECT_EQ(decoded(bytes).status().code(), Code::kDataLoss);
}

TEST(ValueCodec, depth_is_limited_as_in_json) {
  const auto lists = [](std::size_t depth) {
    Bytes bytes;
    for (; depth > 1; --depth) put_bytes(bytes, bytes_of({6, 1}));
    put_bytes(bytes, bytes_of({6, 0}));
    return bytes;
  };
  EXPECT_TRUE(decoded(lists(kMaxMetadataDepth)).ok());
  EXPECT_FALSE(decoded(lists(kMaxMetadataDepth + 1)).ok());
  EXPECT_FALSE(decoded(lists(1'000'000)).ok());
}

TEST(ValueCodec, an_object_is_all_of_its_bytes) {
  const Object object{{"a", 1}, {"b", List{}}};
  Bytes bytes;
  encode_object(object, bytes);
  EXPECT_EQ(*decode_object(bytes), object);
  bytes.push_back(std::byte{0});
  EXPECT_EQ(decode_object(bytes).status().message(), "encoded value: 1 bytes after the object");
  EXPECT_FALSE(decode_object({}).ok());
}

TEST(ValueCodec, values_follow_one_another) {
  Bytes bytes = encoded("first");
  encode_value(2, bytes);
  ByteReader in(bytes);
  EXPECT_EQ(*decode_value(in), Value("first"));
  EXPECT_EQ(*decode_value(in), Value(2));
  EXPECT_TRUE(in.at_end());
}

}  // namespace
}  // namespace vecstore
