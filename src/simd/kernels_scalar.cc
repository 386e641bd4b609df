// One number at a time in double precision: the specification of every other instruction set.
#include "simd/half.h"
#include "simd/kernels-inl.h"
#include "simd/kernels_tables.h"

namespace vecstore {
namespace {

template <class T>
T read(const std::byte* p) {
  T value;
  __builtin_memcpy(&value, p, sizeof(T));
  return value;
}

template <class T>
void write(T value, std::byte* p) {
  __builtin_memcpy(p, &value, sizeof(T));
}

struct Floats {
  static constexpr std::size_t kLanes = 1;
  using Sum = Floats;
  double v;
};
Floats operator+(Floats a, Floats b) { return {a.v + b.v}; }
Floats operator-(Floats a, Floats b) { return {a.v - b.v}; }
Floats multiply_add(Floats a, Floats b, Floats c) { return {a.v * b.v + c.v}; }
Floats abs(Floats a) { return {__builtin_fabs(a.v)}; }
Floats max(Floats a, Floats b) { return a.v > b.v ? a : b; }
Floats unequal(Floats a, Floats b) { return {a.v != b.v ? 1.0 : 0.0}; }
Floats ratio(Floats a, Floats b) { return {b.v == 0 ? 0 : a.v / b.v}; }
double total(Floats a) { return a.v; }
double largest(Floats a) { return a.v; }

// Rows of one lane have no tails; the forms with a count only complete the interface.
template <class E, class V, class Code>
struct Row {
  using Element = E;
  using Vector = V;
  static V load(const std::byte* p) {
    return {static_cast<decltype(V::v)>(Code::decode(read<E>(p)))};
  }
  static V load(const std::byte* p, std::size_t) { return load(p); }
  static void store(V a, std::byte* p) { write<E>(Code::encode(a.v), p); }
  static void store(V a, std::byte* p, std::size_t) { store(a, p); }
};

struct SameCode {
  template <class T>
  static T decode(T value) {
    return value;
  }
  static float encode(double value) { return static_cast<float>(value); }
};

struct F16Code {
  static double decode(std::uint16_t code) { return decode_f16(code); }
  static std::uint16_t encode(double value) { return encode_f16(static_cast<float>(value)); }
};

struct BF16Code {
  static double decode(std::uint16_t code) { return decode_bf16(code); }
  static std::uint16_t encode(double value) { return encode_bf16(static_cast<float>(value)); }
};

struct Ints {
  std::uint32_t v;
};
Ints operator+(Ints a, Ints b) { return {a.v + b.v}; }
std::uint32_t total(Ints a) { return a.v; }

struct Shorts {
  static constexpr std::size_t kLanes = 1;
  using Sum = Ints;
  std::int32_t v;
};
Shorts operator-(Shorts a, Shorts b) { return {a.v - b.v}; }
Ints multiply_add(Shorts a, Shorts b, Ints c) {
  return {c.v + static_cast<std::uint32_t>(a.v * b.v)};
}

struct Counts {
  std::uint64_t v;
};
Counts operator+(Counts a, Counts b) { return {a.v + b.v}; }
double total(Counts a) { return static_cast<double>(a.v); }

struct Bits {
  static constexpr std::size_t kLanes = 8;
  using Sum = Counts;
  std::uint64_t v;
};
Bits operator^(Bits a, Bits b) { return {a.v ^ b.v}; }
Bits operator|(Bits a, Bits b) { return {a.v | b.v}; }
Counts ones(Bits a) { return {static_cast<std::uint64_t>(__builtin_popcountll(a.v))}; }

template <int kBits>
struct Packed {
  static constexpr std::size_t kBytes = 1;
  std::int32_t sum = 0;
  void add(const std::byte* row, const std::byte* query, std::size_t stride) {
    const int all = read<std::uint8_t>(row);
    for (int shift = 0; shift < 8; shift += kBits, query += stride)
      sum += (all >> shift & ((1 << kBits) - 1)) * read<std::int8_t>(query);
  }
  std::int32_t value() const { return sum; }
};

struct TableSums {
  static constexpr std::size_t kBytes = kGroupBytes;
  std::uint32_t sums[kBlockRows] = {};
  void add(const std::byte* group, const std::byte* table) {
    for (std::size_t i = 0; i < kGroupBytes; ++i) {
      const unsigned both = read<std::uint8_t>(group + i);
      sums[i] += read<std::uint8_t>(table + (both & 15));
      sums[kGroupBytes + i] += read<std::uint8_t>(table + (both >> 4));
    }
  }
  void add_to(std::uint32_t* out) const {
    for (std::size_t row = 0; row < kBlockRows; ++row) out[row] += sums[row];
  }
};

struct Scalar {
  template <int kBits>
  using Packed = vecstore::Packed<kBits>;
  using TableSums = vecstore::TableSums;
  using Floats = vecstore::Floats;
  using Shorts = vecstore::Shorts;
  using Bits = vecstore::Bits;
  using F32 = Row<float, Floats, SameCode>;
  using F16 = Row<std::uint16_t, Floats, F16Code>;
  using BF16 = Row<std::uint16_t, Floats, BF16Code>;
  using I8 = Row<std::int8_t, Floats, SameCode>;
  using I8Shorts = Row<std::int8_t, Shorts, SameCode>;
  using I8Bytes = I8Shorts;
  using ByteDot = vecstore::ByteDot<Scalar, I8Bytes>;
  struct BitRow {
    using Element = std::uint8_t;
    using Vector = Bits;
    static Bits load(const std::byte* p) { return {read<std::uint64_t>(p)}; }
    static Bits load(const std::byte* p, std::size_t n) { return load_part<BitRow>(p, n); }
  };
  static constexpr std::size_t kChains = 4;
  static constexpr std::size_t kRows = 1;
  static constexpr std::size_t kRotateLanes = 4;
};

}  // namespace

constinit const Kernels kScalarKernels = make_kernels<Scalar>(Isa::kScalar, bit_kernels<Scalar>());

}  // namespace vecstore
