#include "query/code_sweep.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace vecstore::query {
namespace {

constexpr Row kBlock = kBlockRows;
constexpr std::uint32_t kBlocksAtOnce = 128;
constexpr std::size_t kFirstSorted = 64;

}  // namespace

CodeSweep::CodeSweep(const index::CodedRows& codes, std::span<const float> query, Row rows,
                     const Bitmap* allowed)
    : codes_(codes), query_(codes.query(query)), rows_(rows), allowed_(allowed) {}

bool CodeSweep::next(double distance) {
  contenders_.clear();
  sorted_ = at_ = 0;
  const std::uint32_t blocks = (rows_ + kBlock - 1) / kBlock;
  if (block_ == blocks) return false;
  const std::uint32_t end = block_ + std::min(kBlocksAtOnce, blocks - block_);
  for (const float limit = codes_.limit(distance); block_ < end; ++block_)
    compare_block(block_, limit);
  return true;
}

void CodeSweep::compare_block(std::uint32_t block, float limit) {
  const Row first = block * kBlock;
  std::uint32_t wanted = ~std::uint32_t{0};
  if (rows_ - first < kBlock) wanted = (std::uint32_t{1} << (rows_ - first)) - 1;
  if (allowed_ != nullptr)
    wanted &= static_cast<std::uint32_t>(allowed_->words()[block / 2] >> (block % 2 * kBlockRows));
  if (wanted == 0) return;
  compared_ += static_cast<std::uint64_t>(std::popcount(wanted));
  float bounds[kBlockRows];
  for (std::uint32_t near = wanted & codes_.bounds(query_, block, limit, bounds); near != 0;
       near &= near - 1) {
    const auto place = static_cast<Row>(std::countr_zero(near));
    const float bound = bounds[place];
    const float lowest = -std::numeric_limits<float>::infinity();
    contenders_.push_back({std::isnan(bound) ? lowest : bound, first + place});
  }
}

std::optional<Row> CodeSweep::nearest(double distance) {
  if (at_ == sorted_) {
    const std::size_t more =
        std::min(std::max(kFirstSorted, sorted_), contenders_.size() - sorted_);
    if (more == 0) return std::nullopt;
    const auto begin = contenders_.begin() + static_cast<std::ptrdiff_t>(sorted_);
    const auto end = begin + static_cast<std::ptrdiff_t>(more);
    if (end != contenders_.end()) std::nth_element(begin, end, contenders_.end());
    std::sort(begin, end);
    sorted_ += more;
  }
  const Contender& one = contenders_[at_];
  if (one.bound > codes_.limit(distance)) return std::nullopt;
  ++at_;
  return one.row;
}

std::optional<Row> CodeSweep::later(std::size_t after) const {
  if (at_ + after >= sorted_) return std::nullopt;
  return contenders_[at_ + after].row;
}

}  // namespace vecstore::query
