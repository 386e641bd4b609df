#include "index/coded_rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace vecstore::index {
namespace {

constexpr std::uint32_t kBlock = kBlockRows;
constexpr std::size_t kLeastDimension = 32;  // below, vectors are hardly longer than codes
constexpr std::uint64_t kSeed = 42;
constexpr std::size_t kFloatsAtOnce = 128 << 10;
constexpr std::uint32_t kCodesPerVector =
    16;                            // compared in the time that one takes to code, or more
constexpr double kLongest = 1e18;  // its square, and the sum of a few, are floats

struct Unlock {
  Mutex& mutex;
  ~Unlock() VECSTORE_NO_THREAD_SAFETY_ANALYSIS { mutex.unlock(); }
};

}  // namespace

bool CodedRows::serves(Metric metric, std::size_t dimension) {
  return has_l2_space(metric) && dimension >= kLeastDimension;
}

CodedRows::CodedRows(Metric metric, std::uint32_t dimension)
    : metric_(metric), dimension_(dimension) {}

std::uint32_t CodedRows::at_once(std::uint32_t rows) const {
  const auto some = static_cast<std::uint32_t>(kFloatsAtOnce / dimension_);
  const std::uint32_t missing = rows - std::min(rows, this->rows());
  return std::max({some / kBlock * kBlock, missing / kCodesPerVector / kBlock * kBlock, kBlock});
}

Status CodedRows::extend(std::uint32_t rows, std::uint32_t most,
                         const Read& read) VECSTORE_NO_THREAD_SAFETY_ANALYSIS {
  const std::uint32_t most_rows = std::min(rows, kMostRows);
  const std::uint32_t whole = most_rows - most_rows % kBlock;
  if (rows < kLeastRows || this->rows() >= whole || !mutex_.try_lock()) return {};
  const Unlock unlock{mutex_};
  if (!code_) VECSTORE_TRY(take_mean(read));
  std::uint32_t at = this->rows();
  for (const std::uint32_t end = std::min(whole, at + std::min(most, whole)); at < end;
       at += kBlock) {
    if (!blocks_->reserve(at / kBlock)) return {};  // what has no code is compared without
    VECSTORE_TRY(code_block(at, read));
    rows_.store(at + kBlock, std::memory_order_release);
  }
  return {};
}

// Unit vectors under cosine.
bool CodedRows::to_point(std::span<float> vector) const {
  const double norm = norm_of(vector);
  if (!(norm <= kLongest)) return false;
  if (metric_ != Metric::kCosine) return true;
  if (norm == 0) return false;
  const double scale = 1 / norm;
  for (float& x : vector) x = static_cast<float>(static_cast<double>(x) * scale);
  return true;
}

Status CodedRows::take_mean(const Read& read) {
  vector_.resize(dimension_);
  std::vector<double> sums(dimension_);
  double count = 0;
  for (std::uint32_t row = 0; row < kLeastRows; ++row) {
    VECSTORE_ASSIGN(const bool present, read(row, vector_));
    if (!present || !to_point(vector_)) continue;
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += static_cast<double>(vector_[i]);
    ++count;
  }
  std::vector<float> mean(dimension_);
  for (std::size_t i = 0; i < sums.size() && count > 0; ++i)
    mean[i] = static_cast<float>(sums[i] / count);
  code_.emplace(std::move(mean), kSeed, quant::BlockCode::bits_for(dimension_));
  blocks_.emplace(code_->block_bytes());
  return {};
}

Status CodedRows::code_block(std::uint32_t first, const Read& read) {
  std::byte* block = blocks_->at(first / kBlock);
  std::memset(block, 0, code_->block_bytes());  // a block that failed half way is made again
  for (std::uint32_t place = 0; place < kBlock; ++place) {
    VECSTORE_ASSIGN(const bool present, read(first + place, vector_));
    if (!present) {
      code_->encode_absent(block, place);
    } else if (to_point(vector_)) {
      code_->encode(vector_, block, place, scratch_);
    } else {
      code_->encode_unknown(block, place);
    }
  }
  return {};
}

quant::BlockQuery CodedRows::query(std::span<const float> vector) const {
  std::vector<float> point(vector.begin(), vector.end());
  to_point(point);  // of a query there is always one: it is served
  return code_->query(point, metric_ == Metric::kDot ? quant::BlockMeasure::kNegativeProduct
                                                     : quant::BlockMeasure::kSquaredDistance);
}

float CodedRows::limit(double distance) const {
  if (metric_ == Metric::kCosine) return static_cast<float>(2 * distance);
  if (metric_ == Metric::kEuclidean) return static_cast<float>(distance * distance);
  return static_cast<float>(distance);
}

std::uint32_t CodedRows::bounds(const quant::BlockQuery& query, std::uint32_t number, float limit,
                                float* bounds) const {
  return code_->bounds(query, blocks_->at(number), limit, bounds);
}

}  // namespace vecstore::index
