#include "rag/loaders/parquet/parquet_encodings.h"

#include <gmock/gmock.h>

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using Numbers = std::vector<std::uint32_t>;

std::string bytes_of(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values) out += static_cast<char>(value);
  return out;
}

Result<Numbers> runs(const std::string& bytes, unsigned width, std::size_t count) {
  Numbers out;
  VECSTORE_TRY(decode_runs(bytes, width, count, out));
  return out;
}

TEST(DecodeRuns, repeats_and_packs) {
  // The example of Parquet's Encodings.md: 0 to 7 in three bits each.
  EXPECT_THAT(runs(bytes_of({3, 0x88, 0xc6, 0xfa}), 3, 8).value(),
              ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(runs(bytes_of({8, 5, 3, 0x88}), 3, 6).value(), ElementsAre(5, 5, 5, 5, 0, 1));
  EXPECT_THAT(runs(bytes_of({4, 0x34, 0x12}), 16, 2).value(), ElementsAre(0x1234, 0x1234));
  EXPECT_THAT(runs(bytes_of({6}), 0, 3).value(), ElementsAre(0, 0, 0));
}

TEST(DecodeRuns, what_is_cut_short_is_an_error) {
  EXPECT_EQ(runs("", 3, 1).status().code(), Code::kDataLoss);
  EXPECT_FALSE(runs(bytes_of({8}), 3, 4).ok());
  EXPECT_FALSE(runs(bytes_of({3, 0x88, 0xc6}), 3, 8).ok());
  EXPECT_FALSE(runs(bytes_of({8, 5}), 3, 5).ok());
  EXPECT_FALSE(runs(bytes_of({2, 1}), 33, 1).ok());
  // A count that fits no run is cut to what is wanted.
  EXPECT_EQ(runs(bytes_of({0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1}), 1, 2)->size(),
            2U);
}

TEST(DecodeBitPackedLevels, the_highest_bit_comes_first) {
  Numbers out;
  EXPECT_TRUE(decode_bit_packed_levels(bytes_of({0x05, 0x39, 0x77}), 3, 8, out).ok());
  EXPECT_THAT(out, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_FALSE(decode_bit_packed_levels(bytes_of({0x05, 0x39}), 3, 8, out).ok());
}

Result<std::vector<std::int64_t>> deltas(std::string bytes, std::size_t count) {
  std::string_view rest = bytes;
  std::vector<std::int64_t> out;
  VECSTORE_TRY(decode_delta(rest, count, out));
  return out;
}

// 7, 5, 3, 1, 2, 3, 4, 5: the example of Parquet's Encodings.md.
const std::string kDeltas =
    bytes_of({128, 1, 4, 8, 14, 3, 2, 0, 0, 0, 0xc0, 0x3f, 0, 0, 0, 0, 0, 0});

TEST(DecodeDelta, adds_differences_up) {
  EXPECT_THAT(deltas(kDeltas, 8).value(), ElementsAre(7, 5, 3, 1, 2, 3, 4, 5));
  EXPECT_THAT(deltas(bytes_of({128, 1, 4, 1, 3}), 1).value(), ElementsAre(-2));
}

TEST(DecodeDelta, what_is_damaged_is_an_error) {
  EXPECT_EQ(deltas(kDeltas, 7).status().code(), Code::kDataLoss);
  EXPECT_FALSE(deltas(kDeltas.substr(0, 11), 8).ok());
  EXPECT_FALSE(deltas(kDeltas.substr(0, 7), 8).ok());
  EXPECT_FALSE(deltas(bytes_of({128, 1, 0, 1, 3}), 1).ok());  // no miniblocks
  EXPECT_FALSE(deltas(bytes_of({128, 1, 3, 1, 3}), 1).ok());  // that do not divide the block
  EXPECT_FALSE(
      deltas(bytes_of({128, 1, 4, 2, 3, 0, 65, 0, 0, 0}) + std::string(520, '\0'), 2).ok());
}

TEST(DecodeDeltaLengths, cuts_the_bytes) {
  const std::string bytes = bytes_of({128, 1, 4, 2, 2, 2, 0, 0, 0, 0}) + "abbb";
  std::vector<std::string_view> out;
  EXPECT_TRUE(decode_delta_lengths(bytes, 2, out).ok());
  EXPECT_THAT(out, ElementsAre("a", "bb"));
  EXPECT_FALSE(decode_delta_lengths(std::string_view(bytes).substr(0, 12), 2, out).ok());
  EXPECT_FALSE(decode_delta_lengths(bytes_of({128, 1, 4, 1, 1}), 1, out).ok());  // -1 bytes
}

TEST(DecodeDeltaBytes, values_share_with_those_before_them) {
  const std::string prefixes = bytes_of({128, 1, 4, 2, 0, 4, 0, 0, 0, 0});  // 0, 2
  const std::string suffixes = bytes_of({128, 1, 4, 2, 6, 3, 0, 0, 0, 0});  // 3, 1
  const std::string bytes = prefixes + suffixes + "axeb";
  SharedPrefixes parts = decode_delta_bytes(bytes, 2).value();
  EXPECT_EQ(parts.total_bytes, 6U);
  std::string arena;
  std::vector<std::string_view> out;
  join_prefixes(parts, arena, out);
  EXPECT_THAT(out, ElementsAre("axe", "axb"));
  const std::string longer = bytes_of({128, 1, 4, 2, 0, 8, 0, 0, 0, 0});  // 0, 4 of 3
  EXPECT_EQ(decode_delta_bytes(longer + suffixes + "axeb", 2).status().code(), Code::kDataLoss);
}

TEST(DecodeByteStreamSplit, puts_values_together) {
  EXPECT_EQ(decode_byte_stream_split("adbecf", 3, 2).value(), "abcdef");
  EXPECT_FALSE(decode_byte_stream_split("adbec", 3, 2).ok());
}

}  // namespace
}  // namespace vecstore
