#include "rag/loaders/parquet/parquet_value.h"

#include <gtest/gtest.h>

#include <bit>

namespace vecstore {
namespace {

using enum ParquetLogical;

ParquetElement element(ParquetType type, ParquetLogical logical = kNone) {
  ParquetElement of;
  of.type = type;
  of.logical = logical;
  return of;
}

std::string text(const ParquetElement& of, std::int64_t number) {
  std::string out;
  append_parquet_value(of, {number, {}}, out);
  return out;
}

std::string text(const ParquetElement& of, std::string_view bytes) {
  std::string out;
  return append_parquet_value(of, {0, bytes}, out) == ParquetForm::kNone ? "none" : out;
}

TEST(AppendParquetValue, numbers) {
  EXPECT_EQ(text(element(ParquetType::kInt32), -5), "-5");
  ParquetElement of = element(ParquetType::kInt32, kInteger);
  of.is_signed = false;
  EXPECT_EQ(text(of, -1), "4294967295");
  of.type = ParquetType::kInt64;
  EXPECT_EQ(text(of, -1), "18446744073709551615");
  EXPECT_EQ(text(element(ParquetType::kBoolean), 1), "true");
  EXPECT_EQ(text(element(ParquetType::kFloat), std::bit_cast<std::uint32_t>(0.1F)), "0.1");
  EXPECT_EQ(text(element(ParquetType::kDouble), std::bit_cast<std::int64_t>(-2.5)), "-2.5");
  EXPECT_EQ(text(element(ParquetType::kFixed, kFloat16), std::string_view("\x00\xc0", 2)), "-2.0");
  EXPECT_EQ(text(element(ParquetType::kFixed, kFloat16), std::string_view("\x01\x00", 2)),
            "5.960464477539063e-8");
}

TEST(AppendParquetValue, decimals_keep_their_scale) {
  ParquetElement of = element(ParquetType::kInt64, kDecimal);
  of.scale = 2;
  EXPECT_EQ(text(of, 150), "1.50");
  EXPECT_EQ(text(of, -5), "-0.05");
  EXPECT_EQ(text(of, INT64_MIN), "-92233720368547758.08");
  of.type = ParquetType::kFixed;
  EXPECT_EQ(text(of, std::string_view("\x00\x96", 2)), "1.50");
  EXPECT_EQ(text(of, "\xff"), "-0.01");
  EXPECT_EQ(text(of, std::string_view("\x80\x00\x00\x00\x00\x00\x00\x00", 8)),
            "-92233720368547758.08");
  EXPECT_EQ(text(of, std::string(33, 'x')), "none");
  of.scale = 0;
  EXPECT_EQ(text(of, std::string_view("\x3b\x9a\xca\x00", 4)), "1000000000");
  EXPECT_EQ(text(of, std::string_view("\xc4\x65\x36\x00", 4)), "-1000000000");
}

TEST(AppendParquetValue, dates_and_times) {
  EXPECT_EQ(text(element(ParquetType::kInt32, kDate), 0), "1970-01-01");
  EXPECT_EQ(text(element(ParquetType::kInt32, kDate), 11'016), "2000-02-29");
  EXPECT_EQ(text(element(ParquetType::kInt32, kDate), -719'528), "0000-01-01");
  EXPECT_EQ(text(element(ParquetType::kInt32, kDate), -719'529), "-0001-12-31");
  EXPECT_EQ(text(element(ParquetType::kInt32, kDate), 2'932'897), "+10000-01-01");
  EXPECT_EQ(text(element(ParquetType::kInt32, kTime), 3'661'001), "01:01:01.001");
  EXPECT_EQ(text(element(ParquetType::kInt32, kTime), -1), "-1");
  ParquetElement of = element(ParquetType::kInt64, kTimestamp);
  EXPECT_EQ(text(of, -1), "1969-12-31T23:59:59.999");
  of.utc = true;
  of.per_second = 1'000'000'000;
  EXPECT_EQ(text(of, INT64_MIN), "1677-09-21T00:12:43.145224192Z");
  EXPECT_EQ(text(of, INT64_MAX), "2262-04-11T23:47:16.854775807Z");
  const std::string_view int96("\x00\xca\x9a\x3b\x00\x00\x00\x00\x8c\x3d\x25\x00", 12);
  EXPECT_EQ(text(element(ParquetType::kInt96), int96), "1970-01-01T00:00:01");
  const std::string_view interval("\x0e\x00\x00\x00\x03\x00\x00\x00\xdc\x05\x00\x00", 12);
  EXPECT_EQ(text(element(ParquetType::kFixed, kInterval), interval), "P14M3DT1.500S");
}

TEST(AppendParquetValue, bytes_are_text_where_they_can_be) {
  EXPECT_EQ(text(element(ParquetType::kByteArray), "Zürich\n"), "Zürich\n");
  EXPECT_EQ(text(element(ParquetType::kByteArray), "\xff"), "none");
  EXPECT_EQ(text(element(ParquetType::kByteArray), "\x01"), "none");
  EXPECT_EQ(text(element(ParquetType::kByteArray, kBinary), "text"), "none");
  EXPECT_EQ(text(element(ParquetType::kByteArray, kString), "\xff"), "\xff");
  EXPECT_EQ(text(element(ParquetType::kFixed, kUuid), "0123456789abcdef"),
            "30313233-3435-3637-3839-616263646566");
}

}  // namespace
}  // namespace vecstore
