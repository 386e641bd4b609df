#include "index/measure_codes.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/clock.h"
#include "base/large_buffer.h"
#include "index/code_choice.h"
#include "index/nearest_list.h"
#include "simd/kernels.h"

namespace vecstore::index {
namespace {

constexpr std::size_t kMostErrors = 1'000'000;  // that are kept, evenly taken
constexpr std::size_t kRowsBetween = 1024;      // two calls of `pace`

double per_second(std::size_t count, double ms) {
  return static_cast<double>(count) / std::max(ms, 1e-6) * 1e3;
}

Result<std::vector<float>> mean_of(const CodeSample& sample, const std::function<Status()>& pace) {
  std::vector<double> sum(sample.dimension);
  for (std::size_t row = 0; row < sample.row_count(); ++row) {
    if (row % kRowsBetween == 0) VECSTORE_TRY(pace());
    const std::span<const float> point = sample.row(row);
    for (std::size_t i = 0; i < sample.dimension; ++i) sum[i] += static_cast<double>(point[i]);
  }
  std::vector<float> mean;
  for (const double x : sum)
    mean.push_back(static_cast<float>(x / static_cast<double>(sample.row_count())));
  return mean;
}

// One width: its codes, and what it came to so far.
class Trial {
 public:
  static Result<Trial> make(const CodeSample& sample, const std::vector<float>& mean,
                            std::uint64_t seed, quant::CodeBits bits,
                            const std::function<Status()>& pace) {
    Trial trial(quant::ScalarCode(mean, seed, bits), sample.row_count());
    if (trial.codes_.bytes().empty())
      return resource_exhausted("no memory for codes of " + std::to_string(sample.row_count()) +
                                " rows");
    const double begun = monotonic_ms();
    for (std::size_t row = 0; row < sample.row_count(); ++row) {
      if (row % kRowsBetween == 0) VECSTORE_TRY(pace());
      trial.code_.encode(sample.row(row), &trial.codes_.bytes()[row * trial.code_.stride()]);
    }
    trial.measured_.bits = bits;
    trial.measured_.stride = trial.code_.stride();
    trial.measured_.encoded_per_second = per_second(sample.row_count(), monotonic_ms() - begun);
    return trial;
  }

  // `exact` squared distances of all rows; the k-th smallest is `farthest`.
  void ask(std::span<const float> query, std::span<const float> exact, std::size_t k,
           float farthest, std::size_t keep_every) {
    const quant::CodeQuery asked = code_.query(query);
    const double begun = monotonic_ms();
    code_.distances(asked, codes_.bytes().data(), ids_, estimates_.data());
    compared_ms_ += monotonic_ms() - begun;
    for (std::size_t row = 0; row < exact.size(); ++row) {
      if (exact[row] <= 0) continue;
      const float error = std::abs(estimates_[row] / exact[row] - 1);
      errors_sum_ += static_cast<double>(error);
      if (++error_count_ % keep_every == 0) errors_.push_back(error);
    }
    const std::size_t contenders = std::min(code_effort(code_.bits(), k).contenders, exact.size());
    measured_.refined = contenders;
    order_.resize(exact.size());
    for (std::uint32_t row = 0; row < exact.size(); ++row) order_[row] = {estimates_[row], row};
    const auto end = order_.begin() + static_cast<std::ptrdiff_t>(contenders);
    std::partial_sort(order_.begin(), end, order_.end());
    std::size_t near = 0, refined = 0;
    for (std::size_t i = 0; i < contenders; ++i) {
      const bool hit = exact[order_[i].row] <= farthest;
      if (i < k) near += hit;
      refined += hit;
    }
    measured_.recall += static_cast<double>(near) / static_cast<double>(k);
    measured_.refined_recall += static_cast<double>(std::min(refined, k)) / static_cast<double>(k);
  }

  MeasuredCodes take(std::size_t queries) {
    const auto count = static_cast<double>(queries);
    measured_.recall /= count;
    measured_.refined_recall /= count;
    measured_.compared_per_second = per_second(queries * ids_.size(), compared_ms_);
    if (error_count_ > 0) measured_.mean_error = errors_sum_ / static_cast<double>(error_count_);
    if (errors_.empty()) return measured_;
    const auto at = errors_.begin() + static_cast<std::ptrdiff_t>(errors_.size() * 95 / 100);
    std::nth_element(errors_.begin(), at, errors_.end());
    measured_.p95_error = static_cast<double>(*at);
    return measured_;
  }

 private:
  Trial(quant::ScalarCode code, std::size_t rows)
      : code_(std::move(code)), codes_(rows * code_.stride()), ids_(rows), estimates_(rows) {
    std::iota(ids_.begin(), ids_.end(), 0u);
  }

  quant::ScalarCode code_;
  LargeBuffer codes_;
  std::vector<std::uint32_t> ids_;
  std::vector<float> estimates_;
  std::vector<Candidate> order_;
  std::vector<float> errors_;
  std::size_t error_count_ = 0;
  double errors_sum_ = 0, compared_ms_ = 0;
  MeasuredCodes measured_;
};

}  // namespace

Result<MeasuredSample> measure_codes(const CodeSample& sample, std::span<const quant::CodeBits> all,
                                     std::size_t k, std::uint64_t seed,
                                     const std::function<Status()>& pace) {
  const std::size_t rows = sample.row_count(), queries = sample.query_count();
  VECSTORE_ASSIGN(const std::vector<float> mean, mean_of(sample, pace));
  std::vector<Trial> trials;
  for (const quant::CodeBits bits : all) {
    VECSTORE_ASSIGN(Trial trial, Trial::make(sample, mean, seed, bits, pace));
    trials.push_back(std::move(trial));
  }
  const std::size_t keep_every = rows * queries / kMostErrors + 1;
  std::vector<float> exact(rows), order;
  double exact_ms = 0;
  for (std::size_t i = 0; i < queries; ++i) {
    VECSTORE_TRY(pace());
    const double begun = monotonic_ms();
    kernels().f32.squared_euclidean(
        sample.query(i).data(), reinterpret_cast<const std::byte*>(sample.rows.data()),
        sample.dimension * sizeof(float), rows, sample.dimension, exact.data());
    exact_ms += monotonic_ms() - begun;
    order = exact;
    const auto kth = order.begin() + static_cast<std::ptrdiff_t>(k - 1);
    std::nth_element(order.begin(), kth, order.end());
    for (Trial& trial : trials) trial.ask(sample.query(i), exact, k, *kth, keep_every);
  }
  MeasuredSample measured;
  measured.compared_per_second = per_second(rows * queries, exact_ms);
  for (Trial& trial : trials) measured.codes.push_back(trial.take(queries));
  return measured;
}

}  // namespace vecstore::index
