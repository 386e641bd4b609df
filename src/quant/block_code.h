// Codes of 1, 2 or 4 bits a component, 32 rows to a block, which are compared in registers: a scan
// of them reads a twentieth of the vectors' bytes and says of each row how near it can be at most.
//
// A vector x becomes y = R(x - mean), R a rotation, and y whole steps v: of 1 bit the signs, else
// what an even grid of the spread of y gives. With G = 2 |y|^2 / <v, y>
//
//     |x - q|^2 ~ |y|^2 + |q'|^2 - G <v, q'>,   <x, q> ~ <mean, q> + G/2 <v, Rq>,   q' = R(q -
//     mean)
//
// without bias. What is missing is 2 <e, q'>, e the part of G/2 v that is orthogonal to y: R points
// it anywhere, so that it spreads like a normal distribution of deviation 2 |e| |q' across y| /
// sqrt(D - 1) (RaBitQ, Gao and Long 2024; Gao et al. 2025 for more bits). A row nearer than d has
// no more than d of q' across y: bounds are the tighter the nearer the rows are that are looked
// for.
//
// kDeviations says how sure a bound is: a row lies below it once in some 2,000 times. Const
// functions may run from many threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "quant/rotation.h"
#include "simd/kernels.h"

namespace vecstore::quant {

// What rows are compared by.
enum class BlockMeasure : unsigned char { kSquaredDistance, kNegativeProduct };

// What the rows of all blocks are asked. Moved only: `tables` points into `own`.
struct BlockQuery {
  BlockQuery() = default;
  BlockQuery(BlockQuery&&) = default;
  BlockQuery& operator=(BlockQuery&&) = default;

  BlockMeasure measure = BlockMeasure::kSquaredDistance;
  const std::uint8_t* tables = nullptr;
  float step = 0;    // of a table's entries
  float offset = 0;  // <v, q'> <= offset + step x the sum of entries, but for kDeviations
  float base = 0;    // |q'|^2 or - <mean, q>, less what rounding may make of it
  float length = 0;  // |q'|
  std::vector<std::uint8_t> own = {};
};

class BlockCode {
 public:
  static constexpr float kDeviations = 3.3f;

  // `mean` has the vectors' dimension: any value is right, the data's mean is best. `bits` 1, 2, 4.
  BlockCode(std::vector<float> mean, std::uint64_t seed, unsigned bits);
  // As many as make bounds tell rows apart: fewer components average less.
  static unsigned bits_for(std::size_t dimension);

  std::size_t dimension() const { return mean_.size(); }
  unsigned bits() const { return bits_; }
  // Of kBlockRows rows; a multiple of 64.
  std::size_t block_bytes() const { return groups_ * kGroupBytes + kFactors * kRowFloats; }

  // Into a place whose bytes are zero. `scratch` is reused.
  void encode(std::span<const float> vector, std::byte* block, std::size_t place,
              std::vector<float>& scratch) const;
  // A row that is never near, and one of which nothing is known.
  void encode_absent(std::byte* block, std::size_t place) const;
  void encode_unknown(std::byte* block, std::size_t place) const;

  BlockQuery query(std::span<const float> vector, BlockMeasure measure) const;
  // The least that each row's measure can be, in bounds[0..31], and a bit for each row whose bound
  // is not above `limit`. Bounds hold for rows up to `limit`: others may lie below their bound.
  std::uint32_t bounds(const BlockQuery& query, const std::byte* block, float limit,
                       float* bounds) const;

 private:
  static constexpr std::size_t kFactors = 3;
  static constexpr std::size_t kRowFloats = kBlockRows * sizeof(float);
  struct Factors {
    float squared_norm, gain, error;  // |y|^2, G, kDeviations x 2 |e| / sqrt(D - 1)
  };
  void store(const Factors& factors, std::byte* block, std::size_t place) const;
  std::uint8_t level(float y, float inverse) const;
  void put_levels(std::span<const float> y, float inverse, std::byte* block,
                  std::size_t place) const;
  void fill_tables(std::span<const float> y, BlockQuery& query) const;

  std::vector<float> mean_;
  float mean_length_;
  Rotation rotation_;
  unsigned bits_;
  float middle_;  // of the levels
  std::size_t groups_;
  TableSumsKernel sums_;
};

}  // namespace vecstore::quant
