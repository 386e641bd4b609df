#include "simd/kernels.h"

#include <cstdlib>
#include <string>

namespace vecstore {

std::string_view isa_name(Isa isa) {
  switch (isa) {
    case Isa::kScalar:
      return "scalar";
    case Isa::kAvx2:
      return "avx2";
    case Isa::kAvx512:
      return "avx512";
    case Isa::kNeon:
      return "neon";
  }
  return "unknown";
}

FloatKernel FloatKernels::of(Metric metric) const {
  switch (metric) {
    case Metric::kCosine:
    case Metric::kDot:
      return dot;
    case Metric::kEuclidean:
      return squared_euclidean;
    case Metric::kManhattan:
      return manhattan;
    case Metric::kHamming:
      return hamming;
    case Metric::kJaccard:
      return jaccard;
    case Metric::kChebyshev:
      return chebyshev;
    case Metric::kCanberra:
      return canberra;
    case Metric::kBrayCurtis:
      return braycurtis;
  }
  return nullptr;
}

const Kernels& choose_kernels(const char* forced) {
  const auto supported = supported_kernels();
  for (const Kernels* table : supported) {
    if (forced != nullptr && isa_name(table->isa) == forced) return *table;
  }
  return *supported.back();
}

const Kernels& kernels() {
  static const Kernels& chosen = choose_kernels(std::getenv("VECSTORE_SIMD"));
  return chosen;
}

Result<const Kernels*> kernels_for(Isa isa) {
  for (const Kernels* table : supported_kernels()) {
    if (table->isa == isa) return table;
  }
  return unimplemented("this build or CPU has no " + std::string(isa_name(isa)) + " kernels");
}

}  // namespace vecstore
