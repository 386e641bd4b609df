#include "embed/weights/protobuf.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "embed/weights/test_onnx.h"

namespace vecstore {
namespace {

TEST(Protobuf, fields_come_in_order_with_their_kinds) {
  ProtobufWriter writer;
  writer.number(1, 300).text(2, "ab").number(3, std::numeric_limits<std::uint64_t>::max());
  writer.varint(4 << 3 | 5);
  const std::string message = writer.bytes() + std::string("\1\0\0\0", 4);
  ProtobufReader reader(as_bytes(message));
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.field().number, 1u);
  EXPECT_EQ(reader.field().value, 300u);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(as_text(reader.field().bytes), "ab");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.field().value, std::numeric_limits<std::uint64_t>::max());
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.field().kind, WireKind::kFixed32);
  EXPECT_EQ(reader.field().value, 1u);
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.ok());
}

TEST(Protobuf, what_is_cut_short_or_no_field_ends_the_message_with_an_error) {
  const std::string bad[] = {
      std::string("\x08", 1),  // a tag without its value
      std::string("\x12\x05"
                  "ab",
                  4),                          // a string of five bytes, two of them there
      std::string("\x0b\x00", 2),              // a group
      std::string("\x00\x00", 2),              // field 0
      std::string("\x0d\x01\x02", 3),          // four bytes, two of them there
      std::string("\x09\x01", 2),              // eight bytes, one of them there
      std::string(11, '\xff'),                 // a number that never ends
      "\x08" + std::string(9, '\xff') + "\2",  // a number beyond 64 bits
      std::string("\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11),  // the longest string
  };
  for (const std::string& message : bad) {
    ProtobufReader reader(as_bytes(message));
    while (reader.next()) {
    }
    EXPECT_FALSE(reader.ok()) << testing::PrintToString(message);
    EXPECT_FALSE(reader.next());
  }
}

}  // namespace
}  // namespace vecstore
