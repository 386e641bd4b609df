// x86-64: the tables beside those of kernels_on_x86.cc, and AVX-VNNI where the CPU has it.
#include <cpuid.h>

#include "simd/matrix_tables.h"

namespace vecstore {
namespace {

bool has_avx_vnni() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & (1u << 4)) != 0;
}

struct Tables {
  const MatrixKernels* all[4] = {&kScalarMatrix};
  std::size_t count = 1;
};

Tables supported() {
  Tables tables;
  const auto add = [&](const MatrixKernels& table) { tables.all[tables.count++] = &table; };
  if (kernels_for(Isa::kAvx2).ok()) {
    add(kAvx2Matrix);
    if (has_avx_vnni()) add(kAvxVnniMatrix);
  }
  if (kernels_for(Isa::kAvx512).ok()) add(kAvx512Matrix);
  return tables;
}

}  // namespace

std::span<const MatrixKernels* const> supported_matrix_kernels() {
  static const Tables tables = supported();
  return std::span(tables.all).first(tables.count);
}

}  // namespace vecstore
