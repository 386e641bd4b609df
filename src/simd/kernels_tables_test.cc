#include "simd/kernels_tables.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

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

}  // namespace
}  // namespace vecstore
