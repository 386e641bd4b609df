// The matrix kernels, written once for vectors of any width. Included by the files of the
// instruction sets alone, each of which describes its vectors in a struct V:
//   kLanes, kVectors   floats in a vector; vectors of columns that a tile has
//   Floats, Ints       GNU vectors of kLanes floats and 32-bit integers
//   fma, max, min, to_floats, total, largest
//   spread(p)          the float at p in all lanes, in a register of its own
//   spread_bytes(p)    the four bytes at p in all lanes, likewise
//   dot(sum, l, r)     sum + the products of four unsigned with four signed bytes in every lane
//   store_bytes        the lowest byte of every lane
//   kByteLimit         the largest byte for which dot() is exact
//
// A tile is up to 6 rows by kVectors vectors of columns whose sums stay in registers while the
// depth passes by: each step loads kVectors vectors of the panel and spreads one number of each
// row. With AVX-512, 24 of 32 registers are sums and ten loads feed 24 multiply-adds; with AVX2,
// 12 of 16. Panels come from the second cache in order, which the prefetcher keeps up with, so
// there is no blocking by depth.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "simd/matrix.h"

namespace vecstore {
namespace {

#define VECSTORE_INLINE __attribute__((always_inline)) inline

// body(0) ... body(kCount - 1) with constants: what is indexed by them stays in registers.
template <std::size_t kCount, class Body>
VECSTORE_INLINE void repeat(Body&& body) {
  [&]<std::size_t... i>(std::index_sequence<i...>) __attribute__((always_inline)) {
    (body(std::integral_constant<std::size_t, i>()), ...);
  }
  (std::make_index_sequence<kCount>());
}

inline constexpr std::size_t kTileRows = 6;

template <class V>
struct Matrix {
  using Floats = typename V::Floats;
  using Ints = typename V::Ints;
  static constexpr std::size_t kLanes = V::kLanes;
  static constexpr std::size_t kBlock = V::kVectors * kLanes;  // columns of a tile
  static_assert(kPanelColumns % kBlock == 0 && kRowAlign % kLanes == 0);

  VECSTORE_INLINE static Floats load(const float* p) {
    Floats v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
  }
  VECSTORE_INLINE static void store(Floats v, float* p) { __builtin_memcpy(p, &v, sizeof v); }
  VECSTORE_INLINE static Ints load_ints(const void* p) {
    Ints v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
  }
  VECSTORE_INLINE static Floats all(float x) { return Floats{} + x; }
  VECSTORE_INLINE static Ints bits(Floats v) { return std::bit_cast<Ints>(v); }
  VECSTORE_INLINE static Floats from_bits(Ints v) { return std::bit_cast<Floats>(v); }

  // The first `count` lanes, zeros in the others.
  VECSTORE_INLINE static Floats first(Floats v, std::size_t count) {
    const Ints lanes = iota(std::make_index_sequence<kLanes>());
    return from_bits(bits(v) & (lanes < static_cast<std::int32_t>(std::min(count, kLanes))));
  }
  template <std::size_t... i>
  VECSTORE_INLINE static Ints iota(std::index_sequence<i...>) {
    return Ints{static_cast<std::int32_t>(i)...};
  }

  // e^x within 2 units in the last place between -87 and 88, the value at the nearer end beyond
  // (Cephes): x = n ln 2 + r, a polynomial for e^r, and n added to its exponent. Adding 1.5 * 2^23
  // rounds x / ln 2 and leaves n in the lowest bits.
  VECSTORE_INLINE static Floats exp(Floats x) {
    x = V::min(V::max(x, all(-87.0f)), all(88.0f));
    const Floats magic = all(12582912.0f);
    const Floats shifted = V::fma(x, all(1.44269504f), magic);
    const Floats n = shifted - magic;
    Floats r = V::fma(n, all(-0.693359375f), x);
    r = V::fma(n, all(2.12194440e-4f), r);
    Floats p = V::fma(all(1.9875691500e-4f), r, all(1.3981999507e-3f));
    p = V::fma(p, r, all(8.3334519073e-3f));
    p = V::fma(p, r, all(4.1665795894e-2f));
    p = V::fma(p, r, all(1.6666665459e-1f));
    p = V::fma(p, r, all(5.0000001201e-1f));
    p = V::fma(p, r * r, r + all(1.0f));
    return from_bits(bits(p) + (bits(shifted) << 23));
  }

  // x times half of erfc(-x / sqrt 2), by formula 7.1.26 of Abramowitz and Stegun for |x|: the
  // small tail is exact, so both signs are.
  VECSTORE_INLINE static Floats gelu(Floats x) {
    const Floats magnitude = V::max(x, -x);
    const Floats t = all(1.0f) / V::fma(magnitude, all(0.3275911f * 0.70710678f), all(1.0f));
    Floats p = V::fma(all(1.061405429f), t, all(-1.453152027f));
    p = V::fma(p, t, all(1.421413741f));
    p = V::fma(p, t, all(-0.284496736f));
    p = V::fma(p, t, all(0.254829592f));
    const Floats tail = p * t * all(0.5f) * exp(x * x * all(-0.5f)) * magnitude;
    return V::max(x, all(0.0f)) - tail;
  }

  VECSTORE_INLINE static Floats gelu_tanh(Floats x) {  // x / (1 + e^-2u)
    const Floats u = x * V::fma(x * x, all(0.044715f), all(1.0f)) * all(-2 * 0.79788456f);
    return x / (all(1.0f) + exp(u));
  }

  // What is done to a tile of sums when they lie in `out`, in the first cache.
  template <class Each>
  VECSTORE_INLINE static void for_tile(float* out, std::size_t stride, std::size_t rows,
                                       std::size_t columns, Each&& each) {
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; c += kLanes) {
        store(each(load(out + r * stride + c)), out + r * stride + c);
      }
    }
  }

  static void activate(float* out, std::size_t stride, std::size_t rows, std::size_t columns,
                       Activation activation) {
    switch (activation) {
      case Activation::kNone:
        return;
      case Activation::kRelu:
        return for_tile(out, stride, rows, columns, [](Floats x) { return V::max(x, all(0.0f)); });
      case Activation::kGelu:
        return for_tile(out, stride, rows, columns, [](Floats x) { return gelu(x); });
      case Activation::kGeluTanh:
        return for_tile(out, stride, rows, columns, [](Floats x) { return gelu_tanh(x); });
    }
  }

  template <std::size_t kRows, std::size_t kCount>
  static void tile(const FloatProduct& p, std::size_t row, std::size_t column) {
    const float* left = p.left + row * p.left_stride;
    const float* right = panel_at(p.panels, column, p.depth);
    const std::size_t stride = p.left_stride;
    Floats sums[kRows][kCount];
    repeat<kCount>([&](auto v) {
      const Floats start = p.bias ? load(p.bias + column + v * kLanes) : Floats{};
      repeat<kRows>([&](auto r) { sums[r][v] = start; });
    });
    for (std::size_t i = 0; i < p.depth; ++i, right += kPanelColumns) {
      Floats columns[kCount];
      repeat<kCount>([&](auto v) { columns[v] = load(right + v * kLanes); });
      repeat<kRows>([&](auto r) {
        const Floats x = V::spread(left + r * stride + i);
        repeat<kCount>([&](auto v) { sums[r][v] = V::fma(x, columns[v], sums[r][v]); });
      });
    }
    float* out = p.out + row * p.out_stride + column;
    repeat<kRows>([&](auto r) {
      repeat<kCount>([&](auto v) { store(sums[r][v], out + r * p.out_stride + v * kLanes); });
    });
  }

  // Group by group; what groups before this one have come to lies in `out`, in the first cache.
  template <std::size_t kRows, std::size_t kCount>
  static void tile(const ByteProduct& p, std::size_t row, std::size_t column) {
    const std::size_t depth = byte_depth(p.depth), groups = byte_groups(p.depth);
    const std::int8_t* right = panel_at(p.right.bytes, column, depth, 4);
    const std::uint8_t* left = p.left + row * p.left_stride;
    for (std::size_t group = 0; group < groups; ++group) {
      const std::size_t count = std::min(kByteGroup, depth - group * kByteGroup);
      Ints sums[kRows][kCount];
      repeat<kRows>([&](auto r) { repeat<kCount>([&](auto v) { sums[r][v] = Ints{}; }); });
      for (std::size_t i = 0; i < count; i += 4, left += 4, right += 4 * kPanelColumns) {
        Ints columns[kCount];
        repeat<kCount>([&](auto v) { columns[v] = load_ints(right + v * kLanes * 4); });
        repeat<kRows>([&](auto r) {
          const Ints x = V::spread_bytes(left + r * p.left_stride);
          repeat<kCount>([&](auto v) { sums[r][v] = V::dot(sums[r][v], x, columns[v]); });
        });
      }
      repeat<kRows>([&](auto r) {
        const std::size_t of_left = (row + r) * groups + group;
        repeat<kCount>([&](auto v) {
          const std::size_t c = column + v * kLanes, of_right = group * p.right.stride + c;
          float* out = p.out + (row + r) * p.out_stride + c;
          const Ints sum = sums[r][v] - load_ints(p.right.sums + of_right) * p.left_zeros[of_left];
          const Floats factor = load(p.right.scales + of_right) * p.left_scales[of_left];
          store(V::fma(V::to_floats(sum), factor, load(group == 0 ? p.bias + c : out)), out);
        });
      });
    }
  }

  // Where `column`, a multiple of kBlock, begins in its panel; `step` numbers of it lie together.
  template <class Number>
  static const Number* panel_at(const Number* panels, std::size_t column, std::size_t depth,
                                std::size_t step = 1) {
    const std::size_t within = column % kPanelColumns;
    return panels + (column - within) * depth + within * step;
  }

  template <class Product>
  using Tile = void (*)(const Product&, std::size_t row, std::size_t column);

  // Tiles of all sizes: rows - 1 times kVectors plus vectors - 1.
  template <class Product, std::size_t... i>
  static constexpr auto all_tiles(std::index_sequence<i...>) {
    return std::array<Tile<Product>, sizeof...(i)>{
        &Matrix::tile<i / V::kVectors + 1, i % V::kVectors + 1>...};
  }

  // A block of columns for all rows, so that its part of the panel stays in the caches.
  template <class Product>
  static void for_tiles(const Product& p) {
    static constexpr auto kTiles =
        all_tiles<Product>(std::make_index_sequence<kTileRows * V::kVectors>());
    for (std::size_t column = 0; column < p.columns; column += kBlock) {
      const std::size_t vectors = std::min(V::kVectors, (p.columns - column + kLanes - 1) / kLanes);
      for (std::size_t row = 0; row < p.rows; row += kTileRows) {
        const std::size_t rows = std::min(kTileRows, p.rows - row);
        kTiles[(rows - 1) * V::kVectors + vectors - 1](p, row, column);
        activate(p.out + row * p.out_stride + column, p.out_stride, rows, vectors * kLanes,
                 p.activation);
      }
    }
  }

  static void multiply(const FloatProduct& p) { for_tiles(p); }
  static void multiply_bytes(const ByteProduct& p) { for_tiles(p); }

  static void quantize(const float* row, std::size_t count, std::uint8_t* out, float* scale,
                       std::int32_t* zero) {
    Floats low = {}, high = {};
    for (std::size_t i = 0; i < count; i += kLanes) {
      const Floats x = first(load(row + i), count - i);
      low = V::min(low, x);
      high = V::max(high, x);
    }
    const float least = -V::largest(-low), most = V::largest(high);
    constexpr float kLimit = V::kByteLimit;
    const float inverse = most > least ? kLimit / (most - least) : 0;
    const float start = std::nearbyint(-least * inverse);
    *scale = (most - least) / kLimit;
    *zero = static_cast<std::int32_t>(start);
    // Adding 1.5 * 2^23 rounds; what is left in the lowest bits is start plus the rounded number.
    const Floats magic = all(12582912.0f), lowest = all(-start), highest = all(kLimit - start);
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
      const Floats x = V::min(V::max(load(row + i) * inverse, lowest), highest);
      V::store_bytes(bits(x + magic) + static_cast<std::int32_t>(start), out + i);
    }
    for (; i < count; ++i) {
      const float value = std::nearbyint(row[i] * inverse) + start;
      out[i] = static_cast<std::uint8_t>(std::clamp(value, 0.0f, kLimit));
    }
    for (; i < byte_depth(count); ++i) out[i] = 0;
  }

  static void layer_norm(float* row, const float* added, std::size_t count, const LayerNorm& norm) {
    Floats sum = {}, squares = {};
    for (std::size_t i = 0; i < count; i += kLanes) {
      Floats x = load(row + i);
      if (added) store(x = x + load(added + i), row + i);
      sum += first(x, count - i);
    }
    const auto number = static_cast<float>(count);
    const float mean = V::total(sum) / number;
    for (std::size_t i = 0; i < count; i += kLanes) {
      const Floats x = first(load(row + i) - mean, count - i);
      squares = V::fma(x, x, squares);
    }
    const float factor = 1 / std::sqrt(V::total(squares) / number + norm.epsilon);
    for (std::size_t i = 0; i < count; i += kLanes) {
      const Floats x = (load(row + i) - mean) * factor;
      store(V::fma(x, load(norm.scale + i), load(norm.shift + i)), row + i);
    }
  }

  static void softmax(float* row, const float* added, std::size_t count, float scale) {
    Floats most = all(-3e38f), sum = {};
    for (std::size_t i = 0; i < count; i += kLanes) {
      const Floats x = V::fma(load(row + i), all(scale), added ? load(added + i) : Floats{});
      store(x, row + i);
      // Lanes beyond the end repeat the first number, which is among those compared.
      most = V::max(most, first(x - row[0], count - i) + row[0]);
    }
    const float largest = V::largest(most);
    for (std::size_t i = 0; i < count; i += kLanes) {
      const Floats x = first(exp(load(row + i) - largest), count - i);
      store(x, row + i);
      sum += x;
    }
    const float factor = 1 / V::total(sum);
    for (std::size_t i = 0; i < count; i += kLanes) store(load(row + i) * factor, row + i);
  }

  static constexpr MatrixKernels table(Isa isa, std::string_view name) {
    return {isa, name, V::kByteLimit, multiply, multiply_bytes, quantize, layer_norm, softmax};
  }
};

}  // namespace
}  // namespace vecstore
