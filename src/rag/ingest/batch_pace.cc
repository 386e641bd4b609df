#include "rag/ingest/batch_pace.h"

#include <algorithm>

namespace vecstore {
namespace {

constexpr std::size_t kFirstTexts = 32;  // and the least afterwards
constexpr double kShortMs = 1000, kLongMs = 4000;
constexpr double kSteady = 1.6;  // rates within this factor of each other are the same: texts
                                 // differ, and so does what else runs

}  // namespace

BatchPace::BatchPace(std::size_t most)
    : most_(std::max<std::size_t>(most, 1)), texts_(std::min(most_, kFirstTexts)) {}

void BatchPace::took(double ms) {
  const double rate = static_cast<double>(texts_) / std::max(ms, 1e-3);
  const bool steady = rate < kSteady * rate_ && kSteady * rate > rate_;
  rate_ = rate;
  if (ms < kShortMs || !steady) {
    texts_ = std::min(texts_ * 2, most_);
  } else if (ms > kLongMs && texts_ > kFirstTexts) {
    texts_ /= 2;
  }
}

}  // namespace vecstore
