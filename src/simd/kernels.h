// Distances between one query and many rows, as fast as this CPU can.
//
// Each instruction set has a table of kernels; the scalar one is the specification, and the others
// agree with it: integers exactly, floats within rounding. The distance of a row depends on the
// row, the query and the instruction set only, bit for bit: not on how many rows are asked for,
// where they lie or how they are aligned. Everything here is safe from many threads.
//
// Floats must be finite. Components beyond 1e18 may overflow to infinity or NaN in the sums that
// multiply them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "vecstore/metric.h"
#include "vecstore/status.h"

namespace vecstore {

enum class Isa : unsigned char { kScalar, kAvx2, kAvx512, kNeon };

// "scalar", "avx2", "avx512", "neon".
std::string_view isa_name(Isa isa);

// Compares `query` (`dimension` numbers) with `count` rows, which start `stride_bytes` apart;
// out[i] belongs to row i. Any alignment, any stride; nothing is read beyond the last number of a
// row. What is fastest: many rows in one call, `rows` and stride multiples of 64.
using FloatKernel = void (*)(const float* query, const std::byte* rows, std::size_t stride_bytes,
                             std::size_t count, std::size_t dimension, float* out);

// The raw sums of the nine metrics: one array of them per kind of row.
struct FloatKernels {
  FloatKernel dot;                // sum a b; cosine when the caller divides by the norms
  FloatKernel squared_euclidean;  // sum (a - b)^2; the caller takes the root
  FloatKernel manhattan;
  FloatKernel hamming;
  FloatKernel jaccard;
  FloatKernel chebyshev;
  FloatKernel canberra;
  FloatKernel braycurtis;

  // The kernel that `metric` is made of: cosine and dot share one.
  FloatKernel of(Metric metric) const;
};

// Exact up to kMaxDimension, where the squared distance needs all 32 bits.
struct Int8Kernels {
  void (*dot)(const std::int8_t* query, const std::byte* rows, std::size_t stride_bytes,
              std::size_t count, std::size_t dimension, std::int32_t* out);
  void (*squared_euclidean)(const std::int8_t* query, const std::byte* rows,
                            std::size_t stride_bytes, std::size_t count, std::size_t dimension,
                            std::uint32_t* out);
  FloatKernel float_dot;  // the query in float, the rows as they are
};

// Lines of rows that are worth asking for before they are compared: a core has room for some more.
inline constexpr std::size_t kLinesAhead = 28;

// out[i] is the dot product of the query and row ids[i], both of `dimension` bytes. The stride is a
// multiple of 64: a row is read to the end of its last line. Rows lie anywhere: each is asked for
// some rows before it is needed. Exact up to kMaxDimension.
using ByteKernel = void (*)(const std::int8_t* query, const std::byte* rows,
                            std::size_t stride_bytes, const std::uint32_t* ids, std::size_t count,
                            std::size_t dimension, std::int32_t* out);

// Rows of numbers of B = 4, 2 or 1 bits from 0 on, 8 / B in a byte, the first in its lowest bits:
// out[i] is, of row ids[i], the sum over its bytes b and the numbers j in them of
// (b >> B j) % 2^B times query[j stride_bytes + at]. The stride is a multiple of 64 and the query
// 8 / B times as long; a query that is zero somewhere ignores what rows hold there. Rows lie
// anywhere: each is asked for some rows before it is needed. Exact up to kMaxDimension.
using PackedKernel = void (*)(const std::int8_t* query, const std::byte* rows,
                              std::size_t stride_bytes, const std::uint32_t* ids, std::size_t count,
                              std::int32_t* out);

// Rows of a block, and bytes of one of its groups.
inline constexpr std::size_t kBlockRows = 32;
inline constexpr std::size_t kGroupBytes = 16;

// A block is 32 rows of 4-bit numbers, which lie by groups: byte j of a group holds that of row j
// in its low half and that of row j + 16 in its high half. out[i] is the sum over all groups g of
// tables[16 g + the number of row i in g]: what a number adds is looked up in a register, for all
// rows at once ("fast scan", Andre, Kermarrec and Le Scouarnec 2015). `groups` is a multiple of 4,
// at most 4 kMaxDimension; 32 sums come out, exact.
using TableSumsKernel = void (*)(const std::uint8_t* tables, const std::byte* block,
                                 std::size_t groups, std::uint32_t* out);

// One round of quant/rotation.h on `size` numbers, a multiple of 16: each times its sign; then the
// Hadamard transform, times `scale`, of `power` of them from `begin` on, a power of two of at least
// 16; then sums and differences of the two halves, over the root of 2. The same bits from every
// instruction set.
struct RotationRound {
  const float* signs;
  std::size_t size, begin, power;
  float scale;
};
using RotateKernel = void (*)(float* values, const RotationRound& round);

// `bytes` of packed bits, the padding of the last one zero in both.
using BitKernel = void (*)(const std::uint8_t* query, const std::byte* rows,
                           std::size_t stride_bytes, std::size_t count, std::size_t bytes,
                           float* out);

struct BitKernels {
  BitKernel hamming;  // differing bits
  BitKernel jaccard;  // 1 - |and| / |or|, 0 when both are empty
};

// Floats to a shorter form (nearest, ties to even, quiet NaN) and back (exact); any alignment.
struct CodecKernels {
  void (*encode)(const float* in, std::size_t count, std::byte* out);
  void (*decode)(const std::byte* in, std::size_t count, float* out);
};

struct Kernels {
  Isa isa;
  FloatKernels f32, f16, bf16;  // by the type of the rows; the query is float
  Int8Kernels i8;
  ByteKernel i8_dots;
  PackedKernel i4_dot, i2_dot, i1_dot;
  TableSumsKernel table_sums;
  RotateKernel rotate;
  BitKernels bits;
  CodecKernels f16_codec, bf16_codec;
};

// The best table this CPU can run, chosen at the first call. The environment's VECSTORE_SIMD =
// scalar | avx2 | avx512 | neon forces one; a name that is unknown or not supported here is
// ignored.
const Kernels& kernels();

// What kernels() takes when VECSTORE_SIMD is `forced` (null: not set).
const Kernels& choose_kernels(const char* forced);

// The table of `isa`, or kUnimplemented when this build or CPU lacks it.
Result<const Kernels*> kernels_for(Isa isa);

// What this CPU and build can run, scalar first, best last.
std::span<const Kernels* const> supported_kernels();

// One row.
inline float compare_one(FloatKernel kernel, const float* query, const std::byte* row,
                         std::size_t dimension) {
  float distance;
  kernel(query, row, 0, 1, dimension, &distance);
  return distance;
}

inline float compare_one(FloatKernel kernel, const float* query, const float* row,
                         std::size_t dimension) {
  return compare_one(kernel, query, reinterpret_cast<const std::byte*>(row), dimension);
}

inline float squared_norm(const Kernels& kernels, const float* vector, std::size_t dimension) {
  return compare_one(kernels.f32.dot, vector, vector, dimension);
}

}  // namespace vecstore
