// The formulae and the loop over rows, written once. An instruction set is a type Target that
// supplies
//
//   Floats, Shorts, Bits  kLanes numbers each, the Sum they add up to, and the operations of the
//   formulae; F32, F16, BF16, I8    floats from rows in memory: load(p), load(p, n) with zeros
//   behind the
//                         n < kLanes numbers that are there; and for the codecs store likewise;
//   I8Shorts, BitRow      the same for integer arithmetic and for packed bits;
//   I8Bytes               rows for the integer dot product alone: I8Shorts, or what is faster;
//   Packed<bits>          sums of numbers of 4, 2 or 1 bits, kBytes at a time, times signed bytes;
//   TableSums             sums of table entries of 32 rows, kBytes of their block at a time;
//   kChains, kRows        sums per row, to hide the latency of an addition; short rows taken at
//   once; kRotateLanes floats that a register holds.
//
// Zeros behind are harmless: no formula adds anything for a pair of zeros. The unnamed namespace
// keeps each file's copy to itself; otherwise the linker could put the AVX-512 copy of a function
// where an older CPU will run it. For the same reason nothing of std is called here.
#pragma once

#include <utility>

#include "simd/kernels.h"
#include "simd/rotate.h"

namespace vecstore {
namespace {

// What a formula keeps while it runs down a row: one sum, or two whose ratio it is.
template <class V>
struct OneSum {
  static constexpr std::size_t kSums = 1;
  typename V::Sum sum;
  void merge(const OneSum& other) { sum = sum + other.sum; }
  auto value() const { return total(sum); }
};

template <class V>
struct TwoSums {
  static constexpr std::size_t kSums = 2;
  typename V::Sum over, under;
  void merge(const TwoSums& other) {
    over = over + other.over;
    under = under + other.under;
  }
  auto value() const {
    const auto dividend = total(over);
    return dividend == 0 ? dividend : dividend / total(under);
  }
};

template <class V>
struct Dot : OneSum<V> {
  void add(V a, V b) { this->sum = multiply_add(a, b, this->sum); }
};

template <class V>
struct SquaredEuclidean : OneSum<V> {
  void add(V a, V b) {
    const V d = a - b;
    this->sum = multiply_add(d, d, this->sum);
  }
};

template <class V>
struct Manhattan : OneSum<V> {
  void add(V a, V b) { this->sum = this->sum + abs(a - b); }
};

template <class V>
struct Hamming : OneSum<V> {
  void add(V a, V b) { this->sum = this->sum + unequal(a, b); }
};

template <class V>
struct Canberra : OneSum<V> {
  void add(V a, V b) { this->sum = this->sum + ratio(abs(a - b), abs(a) + abs(b)); }
};

template <class V>
struct BrayCurtis : TwoSums<V> {
  void add(V a, V b) {
    this->over = this->over + abs(a - b);
    this->under = this->under + abs(a + b);
  }
};

// 1 - sum min / sum max is sum (max - min) / sum max, which loses nothing when the two are close.
template <class V>
struct Jaccard : TwoSums<V> {
  void add(V a, V b) {
    this->over = this->over + abs(a - b);
    this->under = this->under + max(a, b);
  }
};

template <class V>
struct Chebyshev {
  static constexpr std::size_t kSums = 1;
  V most;
  void add(V a, V b) { most = max(most, abs(a - b)); }
  void merge(const Chebyshev& other) { most = max(most, other.most); }
  auto value() const { return largest(most); }
};

template <class V>
struct BitHamming : OneSum<V> {
  void add(V a, V b) { this->sum = this->sum + ones(a ^ b); }
};

template <class V>
struct BitJaccard : TwoSums<V> {
  void add(V a, V b) {
    this->over = this->over + ones(a ^ b);
    this->under = this->under + ones(a | b);
  }
};

// body<0>() to body<kTimes - 1>(): sums stay in registers when their indices are constants.
template <std::size_t kTimes, class Body>
__attribute__((always_inline)) inline void unroll(const Body& body) {
  [&]<std::size_t... i>(std::index_sequence<i...>) __attribute__((always_inline)) {
    (body.template operator()<i>(), ...);
  }
  (std::make_index_sequence<kTimes>());
}

// kRows rows side by side. Within a row the order of additions is the same for every kRows, so that
// the distance is too.
template <class Target, class Term, class Query, class Row, std::size_t kRows>
struct Block {
  static constexpr std::size_t kLanes = Row::Vector::kLanes;
  static constexpr std::size_t kChains = Target::kChains / Term::kSums;
  static constexpr std::size_t kBytes = sizeof(typename Row::Element);
  static constexpr std::size_t kStepBytes = kRows * kLanes * kBytes;
  static constexpr std::size_t kLine = 64;  // of the cache

  const std::byte* query;
  const std::byte* rows;
  std::size_t stride_bytes;
  std::size_t ahead;  // how far behind what is read the next rows are asked for; 0: there are none
  Term chains[kRows][kChains] = {};

  // Adds the kLanes components from `at` on, or those that are `left` at the end, to one chain.
  template <std::size_t chain, class... Left>
  __attribute__((always_inline)) void step(std::size_t at, Left... left) {
    const auto q = Query::load(query + at * sizeof(typename Query::Element), left...);
    const std::byte* p = rows + at * kBytes;
    unroll<kRows>([&]<std::size_t row>() __attribute__((always_inline)) {
      chains[row][chain].add(q, Row::load(p + row * stride_bytes, left...));
    });
    if constexpr (kLanes > 1 && chain * kStepBytes % kLine == 0) prefetch(at);
  }

  // A flat scan waits for memory only. The hardware's prefetchers stop at page ends and see short
  // rows as many streams; asking 4 KiB ahead in address order keeps a core's line buffers full. A
  // row alone is followed by nothing: a graph's next row lies elsewhere.
  __attribute__((always_inline)) void prefetch(std::size_t at) const {
    const std::byte* next = rows + (kRows - 1) * stride_bytes + kRows * at * kBytes + ahead;
    unroll<(kStepBytes + kLine - 1) / kLine>([&]<std::size_t line>() __attribute__((
        always_inline)) { __builtin_prefetch(next + line * kLine); });
  }

  template <class Out>
  __attribute__((always_inline)) void run(std::size_t dimension, Out* out) {
    std::size_t at = 0;
    for (; at + kChains * kLanes <= dimension; at += kChains * kLanes) {
      unroll<kChains>([&]<std::size_t chain>()
                          __attribute__((always_inline)) { step<chain>(at + chain * kLanes); });
    }
    for (; at + kLanes <= dimension; at += kLanes) step<0>(at);
    if (at < dimension) step<0>(at, dimension - at);
    unroll<kRows>([&]<std::size_t row>() __attribute__((always_inline)) {
      unroll<kChains - 1>([&]<std::size_t chain>() __attribute__((always_inline)) {
        chains[row][0].merge(chains[row][chain + 1]);
      });
      out[row] = static_cast<Out>(chains[row][0].value());
    });
  }
};

// Rows of a few vectors are worth taking side by side: they share the query and overlap their last
// sums. Longer ones come faster from memory one after the other.
template <class Target, class Term, class Query, class Row, class Out>
void compare(const typename Query::Element* query, const std::byte* rows, std::size_t stride_bytes,
             std::size_t count, std::size_t dimension, Out* out) {
  constexpr std::size_t kRows = Target::kRows;
  const std::size_t ahead = count > 1 ? 4096 : 0;
  const auto* q = reinterpret_cast<const std::byte*>(query);
  if (dimension < 8 * Row::Vector::kLanes) {
    for (; count >= kRows; count -= kRows, rows += kRows * stride_bytes, out += kRows) {
      Block<Target, Term, Query, Row, kRows>{q, rows, stride_bytes, ahead}.run(dimension, out);
    }
  }
  for (; count > 0; --count, rows += stride_bytes, ++out) {
    Block<Target, Term, Query, Row, 1>{q, rows, stride_bytes, ahead}.run(dimension, out);
  }
}

inline void prefetch_row(const std::byte* row, std::size_t bytes) {
  for (std::size_t line = 0; line < bytes; line += 64) __builtin_prefetch(row + line);
}

// A query and what it takes to meet one row after the other. Bytes is a kind of row.
template <class Target, class Bytes>
struct ByteDot {
  const std::byte* query;
  std::size_t dimension;
  ByteDot(const std::byte* of, std::size_t size) : query(of), dimension(size) {}
  std::int32_t operator()(const std::byte* row) const {
    std::int32_t sum;
    Block<Target, Dot<typename Bytes::Vector>, Bytes, Bytes, 1>{query, row, 0, 0}.run(dimension,
                                                                                      &sum);
    return sum;
  }
};

template <class Dot>
void byte_dots(const std::int8_t* query, const std::byte* rows, std::size_t stride_bytes,
               const std::uint32_t* ids, std::size_t count, std::size_t dimension,
               std::int32_t* out) {
  const std::size_t ahead = kLinesAhead * 64 / stride_bytes + 1;
  const Dot dot(reinterpret_cast<const std::byte*>(query), dimension);
  for (std::size_t i = 0; i < count; ++i) {
    if (i + ahead < count) prefetch_row(rows + ids[i + ahead] * stride_bytes, stride_bytes);
    out[i] = dot(rows + ids[i] * stride_bytes);
  }
}

template <class Packed>
void packed_dot(const std::int8_t* query, const std::byte* rows, std::size_t stride_bytes,
                const std::uint32_t* ids, std::size_t count, std::int32_t* out) {
  const std::size_t ahead = kLinesAhead * 64 / stride_bytes + 1;
  const auto* q = reinterpret_cast<const std::byte*>(query);
  for (std::size_t i = 0; i < count; ++i) {
    if (i + ahead < count) prefetch_row(rows + ids[i + ahead] * stride_bytes, stride_bytes);
    const std::byte* row = rows + ids[i] * stride_bytes;
    Packed sums;
    for (std::size_t at = 0; at < stride_bytes; at += Packed::kBytes)
      sums.add(row + at, q + at, stride_bytes);
    out[i] = static_cast<std::int32_t>(sums.value());
  }
}

// Sums of bytes in 16 bits hold 257 of them.
template <class Sums>
void table_sums(const std::uint8_t* tables, const std::byte* block, std::size_t groups,
                std::uint32_t* out) {
  constexpr std::size_t kMost = 256 * Sums::kBytes;
  const auto* table = reinterpret_cast<const std::byte*>(tables);
  for (std::size_t row = 0; row < kBlockRows; ++row) out[row] = 0;
  for (std::size_t at = 0; at < groups * kGroupBytes;) {
    const std::size_t left = groups * kGroupBytes - at;
    const std::size_t end = at + (left < kMost ? left : kMost);
    Sums sums;
    for (; at < end; at += Sums::kBytes) sums.add(block + at, table + at);
    sums.add_to(out);
  }
}

// load(p, n) and store(v, p, n) for rows and targets without masks.
template <class Row>
typename Row::Vector load_part(const std::byte* p, std::size_t n) {
  std::byte whole[Row::Vector::kLanes * sizeof(typename Row::Element)] = {};
  __builtin_memcpy(whole, p, n * sizeof(typename Row::Element));
  return Row::load(whole);
}

template <class Row>
void store_part(typename Row::Vector v, std::byte* p, std::size_t n) {
  std::byte whole[Row::Vector::kLanes * sizeof(typename Row::Element)];
  Row::store(v, whole);
  __builtin_memcpy(p, whole, n * sizeof(typename Row::Element));
}

template <class To, class From>
void convert(const std::byte* in, std::size_t count, std::byte* out) {
  constexpr std::size_t kLanes = From::Vector::kLanes;
  constexpr std::size_t kIn = sizeof(typename From::Element), kOut = sizeof(typename To::Element);
  for (; count >= kLanes; count -= kLanes, in += kLanes * kIn, out += kLanes * kOut) {
    To::store(From::load(in), out);
  }
  if (count > 0) To::store(From::load(in, count), out, count);
}

template <class Half, class F32>
void encode(const float* in, std::size_t count, std::byte* out) {
  convert<Half, F32>(reinterpret_cast<const std::byte*>(in), count, out);
}

template <class Half, class F32>
void decode(const std::byte* in, std::size_t count, float* out) {
  convert<F32, Half>(in, count, reinterpret_cast<std::byte*>(out));
}

template <class T, class Row>
constexpr FloatKernels float_kernels() {
  using F32 = typename T::F32;
  using V = typename T::Floats;
  return {.dot = compare<T, Dot<V>, F32, Row>,
          .squared_euclidean = compare<T, SquaredEuclidean<V>, F32, Row>,
          .manhattan = compare<T, Manhattan<V>, F32, Row>,
          .hamming = compare<T, Hamming<V>, F32, Row>,
          .jaccard = compare<T, Jaccard<V>, F32, Row>,
          .chebyshev = compare<T, Chebyshev<V>, F32, Row>,
          .canberra = compare<T, Canberra<V>, F32, Row>,
          .braycurtis = compare<T, BrayCurtis<V>, F32, Row>};
}

template <class T>
constexpr Int8Kernels int8_kernels() {
  using I8 = typename T::I8Shorts;
  using V = typename T::Shorts;
  using Bytes = typename T::I8Bytes;
  return {.dot = compare<T, Dot<typename Bytes::Vector>, Bytes, Bytes>,
          .squared_euclidean = compare<T, SquaredEuclidean<V>, I8, I8>,
          .float_dot = compare<T, Dot<typename T::Floats>, typename T::F32, typename T::I8>};
}

template <class T>
constexpr BitKernels bit_kernels() {
  using Row = typename T::BitRow;
  using V = typename T::Bits;
  return {.hamming = compare<T, BitHamming<V>, Row, Row>,
          .jaccard = compare<T, BitJaccard<V>, Row, Row>};
}

template <class T, class Half>
constexpr CodecKernels codec_kernels() {
  return {.encode = encode<Half, typename T::F32>, .decode = decode<Half, typename T::F32>};
}

template <class T>
constexpr Kernels make_kernels(Isa isa, BitKernels bits) {
  return {.isa = isa,
          .f32 = float_kernels<T, typename T::F32>(),
          .f16 = float_kernels<T, typename T::F16>(),
          .bf16 = float_kernels<T, typename T::BF16>(),
          .i8 = int8_kernels<T>(),
          .i8_dots = byte_dots<typename T::ByteDot>,
          .i4_dot = packed_dot<typename T::template Packed<4>>,
          .i2_dot = packed_dot<typename T::template Packed<2>>,
          .i1_dot = packed_dot<typename T::template Packed<1>>,
          .table_sums = table_sums<typename T::TableSums>,
          .rotate = rotate<T::kRotateLanes>,
          .bits = bits,
          .f16_codec = codec_kernels<T, typename T::F16>(),
          .bf16_codec = codec_kernels<T, typename T::BF16>()};
}

}  // namespace
}  // namespace vecstore
