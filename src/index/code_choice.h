// Which codes a graph's rows have, and what a search does for the error that they bring.
#pragma once

#include <cstddef>
#include <cstdint>

#include "quant/scalar_code.h"
#include "vecstore/metric.h"
#include "vecstore/options.h"

namespace vecstore::index {

// What a field's option comes to.
Quantization choose_quantization(Quantization wanted, Metric metric);
// Of one that is chosen.
quant::CodeBits code_bits(Quantization chosen);
// Fewer components than this do not tell rows apart in so few bits.
std::uint32_t least_dimension(Quantization quantization);

// What to do to find the `k` nearest by codes of so many bits.
struct CodeEffort {
  std::size_t contenders = 0;  // the nearest by their codes that hold the k nearest nearly always
  std::size_t least_ef = 0;    // what a walk keeps at least, to have found most of them
  std::size_t misses = 0;      // contenders in a row that are farther than the k nearest: enough
  double more_ef = 1;          // times what a walk by codes of 8 bits keeps for the same recall
};
CodeEffort code_effort(quant::CodeBits bits, std::size_t k);

}  // namespace vecstore::index
