#include "index/code_choice.h"

#include <algorithm>

namespace vecstore::index {
namespace {

// Up to 112 components a row of 4 bits is one line of the cache: fewer save nothing. And they lose:
// at 100, 2 bits with 40 contenders end at 0.976 of the ten nearest, 1 bit with 100 at 0.90.
constexpr std::uint32_t kLeastForFewBits = 192;

}  // namespace

// Under dot all points lie on a sphere as wide as the longest row; on it 4 bits find 93 of 100 rows
// where 8 bits find 97 (24 components, norms of 1 to 4).
Quantization choose_quantization(Quantization wanted, Metric metric) {
  if (wanted != Quantization::kAuto) return wanted;
  return metric == Metric::kDot ? Quantization::kSq8 : Quantization::kSq4;
}

quant::CodeBits code_bits(Quantization chosen) {
  switch (chosen) {
    case Quantization::kRabitq1:
      return quant::CodeBits::k1;
    case Quantization::kSq2:
      return quant::CodeBits::k2;
    case Quantization::kSq8:
      return quant::CodeBits::k8;
    default:
      return quant::CodeBits::k4;
  }
}

std::uint32_t least_dimension(Quantization quantization) {
  const bool few = quantization == Quantization::kSq2 || quantization == Quantization::kRabitq1;
  return few ? kLeastForFewBits : 1;
}

// Measured on sentences (384 components) and images (784): docs/design/015-quantization.md.
CodeEffort code_effort(quant::CodeBits bits, std::size_t k) {
  const std::size_t half = k / 2;
  switch (bits) {
    case quant::CodeBits::k8:
      return {k + 10, k, std::max<std::size_t>(10, half), 1};
    case quant::CodeBits::k4:
      return {2 * k + 20, k + half, std::max<std::size_t>(10, half), 1};
    case quant::CodeBits::k2:
      return {2 * k + 20, 2 * k, std::max<std::size_t>(25, half), 1};
    default:
      return {6 * k + 40, 5 * k, std::max<std::size_t>(60, k), 2};
  }
}

}  // namespace vecstore::index
