#include "rag/loaders/parquet/thrift_reader.h"

#include <gtest/gtest.h>

#include "rag/loaders/parquet/test_parquet.h"

namespace vecstore {
namespace {

bool skips(std::string_view bytes) {
  ThriftReader in(bytes);
  for (ThriftField field; in.next(field);) in.skip(field);
  return !in.failed() && in.position() == bytes.size();
}

TEST(ThriftReader, reads_fields_by_their_ids) {
  const std::string bytes = ThriftWriter()
                                .integer(1, -7)
                                .text(4, "four")
                                .flag(5, true)
                                .structs(6, {ThriftWriter().integer(1, INT64_MIN)})
                                .finish();
  ThriftReader in(bytes);
  ThriftField field, inner;
  EXPECT_TRUE(in.next(field));
  EXPECT_EQ(in.integer(field), -7);
  EXPECT_TRUE(in.next(field));
  EXPECT_EQ(field.id, 4);
  EXPECT_EQ(in.binary(field), "four");
  EXPECT_TRUE(in.next(field));
  EXPECT_TRUE(in.boolean(field));
  EXPECT_TRUE(in.next(field));
  EXPECT_EQ(in.list(field, ThriftType::kStruct, 1), 1U);
  EXPECT_TRUE(in.next(inner));
  EXPECT_EQ(in.integer(inner), INT64_MIN);
  EXPECT_FALSE(in.next(inner));
  EXPECT_FALSE(in.next(field));
  EXPECT_FALSE(in.failed());
  EXPECT_TRUE(skips(bytes));
}

TEST(ThriftReader, a_value_of_another_type_is_a_failure) {
  const std::string bytes = ThriftWriter().integer(1, 5).finish();
  ThriftReader in(bytes);
  ThriftField field;
  EXPECT_TRUE(in.next(field));
  EXPECT_EQ(in.binary(field), "");
  EXPECT_TRUE(in.failed());
  EXPECT_FALSE(in.next(field));
}

TEST(ThriftReader, every_end_within_is_a_failure) {
  const std::string bytes = ThriftWriter()
                                .integer(1, 1'000'000)
                                .text(2, "some text")
                                .structs(3, {ThriftWriter().text(1, "x"), ThriftWriter()})
                                .finish();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(skips(bytes.substr(0, size))) << size;
  }
}

TEST(ThriftReader, lists_longer_than_the_bytes_or_the_limit_are_failures) {
  EXPECT_FALSE(skips("\x19\xfc\xff\xff\xff\xff\x0f"));
  const std::string three = ThriftWriter().structs(1, std::vector<ThriftWriter>(3)).finish();
  for (const std::size_t most : {std::size_t{2}, std::size_t{3}}) {
    ThriftReader in(three);
    ThriftField field;
    EXPECT_TRUE(in.next(field));
    EXPECT_EQ(in.list(field, ThriftType::kStruct, most), most == 3 ? 3U : 0U);
    EXPECT_EQ(in.failed(), most != 3);
  }
}

TEST(ThriftReader, nesting_is_bounded) {
  const auto nested = [](int depth) {
    ThriftWriter writer;
    for (; depth > 0; --depth) writer = ThriftWriter().inner(1, writer);
    return writer.finish();
  };
  EXPECT_TRUE(skips(nested(kMaxThriftDepth)));
  EXPECT_FALSE(skips(nested(kMaxThriftDepth + 1)));
  EXPECT_FALSE(skips(std::string(1'000'000, '\x1c')));
}

}  // namespace
}  // namespace vecstore
