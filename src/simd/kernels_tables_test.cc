#include "simd/kernels_tables.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

TEST(KernelTables, the_scalar_one_comes_first_and_each_isa_once) {
  const auto supported = supported_kernels();
  EXPECT_EQ(supported.front(), &kScalarKernels);
  for (const Kernels* table : supported) EXPECT_EQ(kernels_for(table->isa).value(), table);
}

TEST(KernelTables, a_supported_name_is_forced_and_anything_else_means_the_best) {
  const auto supported = supported_kernels();
  for (const Kernels* table : supported) {
    EXPECT_EQ(&choose_kernels(std::string(isa_name(table->isa)).c_str()), table);
  }
  for (const char* forced : {static_cast<const char*>(nullptr), "", "AVX2", "sse9"}) {
    EXPECT_EQ(&choose_kernels(forced), supported.back());
  }
  EXPECT_EQ(&kernels(), &choose_kernels(std::getenv("VECSTORE_SIMD")));
}

TEST(KernelTables, an_instruction_set_that_is_not_there_is_refused_by_name) {
  for (Isa isa : {Isa::kScalar, Isa::kAvx2, Isa::kAvx512, Isa::kNeon}) {
    const auto table = kernels_for(isa);
    if (table.ok()) continue;
    EXPECT_EQ(table.status().code(), Code::kUnimplemented);
    EXPECT_NE(table.status().message().find(isa_name(isa)), std::string::npos);
  }
  EXPECT_FALSE(kernels_for(Isa::kAvx2).ok() && kernels_for(Isa::kNeon).ok());
}

TEST(KernelTables, every_metric_has_its_kernel) {
  const FloatKernels& f32 = kScalarKernels.f32;
  EXPECT_EQ(f32.of(Metric::kCosine), f32.dot);
  EXPECT_EQ(f32.of(Metric::kEuclidean), f32.squared_euclidean);
  for (int i = 0; i < kMetricCount; ++i) EXPECT_NE(f32.of(static_cast<Metric>(i)), nullptr);
}

// A query and rows that lie anywhere; what follows them in their last line is not to count.
TEST(ByteDots, are_exact_in_any_order_of_rows_on_every_instruction_set) {
  Random random(12);
  for (const std::size_t dimension : {1u, 15u, 16u, 63u, 64u, 65u, 127u, 128u, 200u, 384u, 784u}) {
    const std::size_t stride = (dimension + 63) / 64 * 64;
    std::vector<std::int8_t> rows(8 * stride), query(stride);
    for (auto& x : rows) x = static_cast<std::int8_t>(random.below(256));
    for (auto& x : query) x = static_cast<std::int8_t>(random.below(256));
    const std::uint32_t ids[] = {7, 0, 3, 3, 5, 1, 2, 6, 4, 0, 7};
    for (const Kernels* table : supported_kernels()) {
      std::int32_t out[11];
      table->i8_dots(query.data(), reinterpret_cast<const std::byte*>(rows.data()), stride, ids,
                     std::size(ids), dimension, out);
      for (std::size_t i = 0; i < std::size(ids); ++i) {
        std::int32_t sum = 0;
        for (std::size_t at = 0; at < dimension; ++at)
          sum += rows[ids[i] * stride + at] * query[at];
        ASSERT_EQ(out[i], sum) << isa_name(table->isa) << ' ' << dimension;
      }
    }
  }
}

TEST(ByteDots, hold_the_largest_sums_there_are) {
  const std::vector<std::int8_t> query(kMaxDimension, -128);
  for (const int x : {-128, 127}) {
    const std::vector<std::byte> row(kMaxDimension, static_cast<std::byte>(x));
    const std::uint32_t id = 0;
    for (const Kernels* table : supported_kernels()) {
      std::int32_t sum = 0;
      table->i8_dots(query.data(), row.data(), row.size(), &id, 1, kMaxDimension, &sum);
      EXPECT_EQ(sum, -128 * x * static_cast<int>(kMaxDimension)) << isa_name(table->isa);
    }
  }
}

// Of every instruction set, beside one that adds entry by entry.
void expect_table_sums(const std::vector<std::uint8_t>& tables,
                       const std::vector<std::byte>& block) {
  const std::size_t groups = block.size() / kGroupBytes;
  std::uint32_t expected[kBlockRows] = {};
  for (std::size_t g = 0; g < groups; ++g) {
    for (std::size_t row = 0; row < kBlockRows; ++row) {
      const auto both = static_cast<unsigned>(block[g * kGroupBytes + row % 16]);
      expected[row] += tables[g * kGroupBytes + (row < 16 ? both & 15 : both >> 4)];
    }
  }
  for (const Kernels* table : supported_kernels()) {
    std::uint32_t out[kBlockRows];
    table->table_sums(tables.data(), block.data(), groups, out);
    for (std::size_t row = 0; row < kBlockRows; ++row)
      ASSERT_EQ(out[row], expected[row]) << isa_name(table->isa) << ", " << groups << " groups";
  }
}

TEST(TableSums, are_the_same_from_every_instruction_set) {
  Random random(12);
  for (const std::size_t groups : {4u, 8u, 96u, 252u, 1024u, 1028u, 2052u, 5000u}) {
    std::vector<std::byte> block(groups * kGroupBytes);
    std::vector<std::uint8_t> tables(groups * kGroupBytes);
    for (std::byte& byte : block) byte = static_cast<std::byte>(random.below(256));
    for (auto& x : tables) x = static_cast<std::uint8_t>(random.below(256));
    expect_table_sums(tables, block);
  }
}

TEST(TableSums, hold_the_largest_there_are) {
  const std::size_t bytes = kMaxDimension * kGroupBytes;  // 4 bits a component
  expect_table_sums(std::vector<std::uint8_t>(bytes, 255),
                    std::vector<std::byte>(bytes, std::byte{0xf0}));
}

TEST(PackedDots, hold_the_largest_sums_there_are) {
  const std::vector<std::int8_t> query(kMaxDimension, -128);
  const std::uint32_t id = 0;
  for (const Kernels* table : supported_kernels()) {
    for (const auto& [bits, kernel] :
         {std::pair(4, table->i4_dot), std::pair(2, table->i2_dot), std::pair(1, table->i1_dot)}) {
      const std::size_t bytes = kMaxDimension * static_cast<std::size_t>(bits) / 8;
      const std::vector<std::byte> row(bytes, std::byte{0xff});
      std::int32_t sum = 0;
      kernel(query.data(), row.data(), bytes, &id, 1, &sum);
      EXPECT_EQ(sum, -128 * ((1 << bits) - 1) * 65'536) << bits;
    }
  }
}

}  // namespace
}  // namespace vecstore
