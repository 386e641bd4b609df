#include "index/code_choice.h"

#include <gtest/gtest.h>

namespace vecstore::index {
namespace {

constexpr Quantization kChoices[] = {Quantization::kSq8, Quantization::kSq4, Quantization::kSq2,
                                     Quantization::kRabitq1};

TEST(CodeChoice, auto_is_four_bits_and_under_dot_eight) {
  EXPECT_EQ(choose_quantization(Quantization::kAuto, Metric::kCosine), Quantization::kSq4);
  EXPECT_EQ(choose_quantization(Quantization::kAuto, Metric::kEuclidean), Quantization::kSq4);
  EXPECT_EQ(choose_quantization(Quantization::kAuto, Metric::kDot), Quantization::kSq8);
  for (const Quantization wanted : kChoices)
    EXPECT_EQ(choose_quantization(wanted, Metric::kDot), wanted);
}

TEST(CodeChoice, each_has_its_bits_and_few_bits_need_many_components) {
  EXPECT_EQ(quant::width_of(code_bits(Quantization::kSq8)), 8u);
  EXPECT_EQ(quant::width_of(code_bits(Quantization::kSq4)), 4u);
  EXPECT_EQ(quant::width_of(code_bits(Quantization::kSq2)), 2u);
  EXPECT_EQ(quant::width_of(code_bits(Quantization::kRabitq1)), 1u);
  EXPECT_EQ(least_dimension(Quantization::kSq4), 1u);
  EXPECT_EQ(least_dimension(Quantization::kSq2), 192u);
}

TEST(CodeChoice, fewer_bits_take_more_effort) {
  for (const std::size_t k : {1u, 10u, 100u, 10'000u}) {
    CodeEffort before;
    for (const Quantization choice : kChoices) {
      const CodeEffort effort = code_effort(code_bits(choice), k);
      EXPECT_GE(effort.contenders, k);
      EXPECT_GE(effort.contenders, before.contenders);
      EXPECT_GE(effort.least_ef, before.least_ef);
      EXPECT_GE(effort.misses, before.misses);
      EXPECT_GE(effort.more_ef, before.more_ef);
      before = effort;
    }
  }
}

}  // namespace
}  // namespace vecstore::index
