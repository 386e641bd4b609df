#include "rag/loaders/archive/unpack.h"

#include <gmock/gmock.h>
#include <lzma.h>

#include <map>

#include "rag/loaders/archive/test_zip.h"

namespace vecstore {
namespace {

using ::testing::HasSubstr;

const std::map<Packing, int> kFilters = {{Packing::kGzip, ARCHIVE_FILTER_GZIP},
                                         {Packing::kBzip2, ARCHIVE_FILTER_BZIP2},
                                         {Packing::kXz, ARCHIVE_FILTER_XZ},
                                         {Packing::kZstd, ARCHIVE_FILTER_ZSTD}};

std::string text_of(std::size_t lines) {
  std::string out;
  for (std::size_t i = 0; i < lines; ++i) out += "line " + std::to_string(i * i) + "\n";
  return out;
}

TEST(Unpack, what_other_programs_packed_comes_out_whole) {
  for (std::size_t lines : {std::size_t{0}, std::size_t{1}, std::size_t{100'000}}) {
    const std::string text = text_of(lines);
    for (auto [packing, filter] : kFilters) {
      LoadBudget budget({.unpacked_bytes = text.size()});
      EXPECT_EQ(unpack(pack(text, filter), packing, budget).value(), text) << filter;
      EXPECT_EQ(budget.bytes_left(), 0U);
    }
  }
}

TEST(Unpack, streams_one_after_the_other_are_one_content) {
  for (auto [packing, filter] : kFilters) {
    const std::string packed = pack("one ", filter) + pack("", filter) + pack("two", filter);
    LoadBudget budget;
    EXPECT_EQ(unpack(packed, packing, budget).value(), "one two") << filter;
  }
}

TEST(Unpack, what_follows_gzip_or_bzip2_and_is_none_is_passed_over) {
  for (Packing packing : {Packing::kGzip, Packing::kBzip2}) {
    LoadBudget budget;
    const std::string packed = pack("text", kFilters.at(packing)) + std::string(100, '\0');
    EXPECT_EQ(unpack(packed, packing, budget).value(), "text");
  }
}

TEST(Unpack, no_more_than_the_budget_is_kept) {
  for (auto [packing, filter] : kFilters) {
    LoadBudget budget({.unpacked_bytes = 1'000'000});
    const Status status =
        unpack(pack(std::string(5'000'000, 'x'), filter), packing, budget).status();
    EXPECT_EQ(status.code(), Code::kResourceExhausted) << filter;
    EXPECT_LT(budget.bytes_left(), 100'000U);
  }
}

TEST(Unpack, every_cut_and_every_changed_byte_is_an_error_or_the_text) {
  const std::string text = text_of(50);
  for (auto [packing, filter] : kFilters) {
    const std::string packed = pack(text, filter);
    for (std::size_t i = 0; i < packed.size(); ++i) {
      LoadBudget budget;
      EXPECT_EQ(unpack(packed.substr(0, i), packing, budget).status().code(), Code::kDataLoss)
          << filter << " cut at " << i;
      std::string changed = packed;
      changed[i] = static_cast<char>(changed[i] ^ 0x10);
      const Result<std::string> out = unpack(changed, packing, budget);
      // zstd packs without a checksum here, and heads hold bytes that say nothing of the content.
      const bool has_checksum = packing != Packing::kZstd;
      EXPECT_TRUE(!out.ok() || !has_checksum || *out == text) << filter << " at " << i;
    }
  }
}

// Heads alone, whose decoders would set aside 1.5 GiB and 2 GiB.
TEST(Unpack, what_asks_for_memory_is_refused) {
  using namespace std::string_view_literals;
  LoadBudget budget;
  std::string xz = pack("text", ARCHIVE_FILTER_XZ);
  ASSERT_EQ(xz.substr(14, 2),
            "\x21\x01"sv);  // LZMA2, one byte that says how large its dictionary is
  xz[16] = 37;
  const std::uint32_t crc = lzma_crc32(reinterpret_cast<const std::uint8_t*>(xz.data()) + 12, 8, 0);
  xz.replace(20, 4, std::string_view(reinterpret_cast<const char*>(&crc), 4));
  const Status status = unpack(xz, Packing::kXz, budget).status();
  EXPECT_EQ(status.code(), Code::kUnimplemented) << status.to_string();
  EXPECT_THAT(status.message(), HasSubstr("more memory than 134217728 bytes"));
  const std::string_view zstd = "\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00"sv;  // a window of 2 GiB
  EXPECT_EQ(unpack(zstd, Packing::kZstd, budget).status().code(), Code::kUnimplemented);
}

}  // namespace
}  // namespace vecstore
