// x86-64: what the CPU has and the operating system saves, asked once.
#include <cpuid.h>

#include "simd/kernels_tables.h"

namespace vecstore {
namespace {

bool has_avx2() {
  unsigned a = 0, b = 0, c = 0, d = 0;  // the compilers' own test does not know F16C everywhere
  const bool f16c = __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
  return f16c && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

bool has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vnni");
}

// VPOPCNTDQ counts bits that are in cache 1.5 times as fast as a table lookup in 512-bit registers;
// where it is missing, the lookup of AVX2 serves.
Kernels avx512_kernels() {
  Kernels kernels = kAvx512Kernels;
  const bool vpopcnt = __builtin_cpu_supports("avx512vpopcntdq");
  kernels.bits = vpopcnt ? kVpopcntKernels : kAvx2Kernels.bits;
  return kernels;
}

}  // namespace

std::span<const Kernels* const> supported_kernels() {
  static const Kernels avx512 = avx512_kernels();
  static const Kernels* const all[] = {&kScalarKernels, &kAvx2Kernels, &avx512};
  static const std::size_t count = !has_avx2() ? 1 : !has_avx512() ? 2 : 3;
  return std::span(all).first(count);
}

}  // namespace vecstore
