#include "embed/heads/late_interaction.h"

#include <algorithm>
#include <cmath>
#include <list>
#include <unordered_map>

#include "base/sync.h"
#include "simd/kernels.h"

namespace vecstore {
namespace {

constexpr std::size_t kTextsAtOnce = 64;  // whose vectors are held, beyond those of the cache

bool is_known(Metric metric) {
  return metric == Metric::kDot || metric == Metric::kCosine || metric == Metric::kEuclidean;
}

Status check_metric(Metric metric) {
  if (is_known(metric)) return {};
  return invalid_argument("late interaction is by cosine, dot or euclidean, not by " +
                          std::string(metric_name(metric)));
}

// 1 for a vector of zeros, which is near to nothing.
float length_of(const Kernels& simd, const float* vector, std::size_t dimension) {
  const float squared = squared_norm(simd, vector, dimension);
  return squared > 0 ? std::sqrt(squared) : 1;
}

}  // namespace

Result<double> max_sim(const MultiVector& question, const MultiVector& document, Metric metric) {
  VECSTORE_TRY(check_metric(metric));
  if (question.values.empty() || document.values.empty()) return 0.0;
  const std::size_t dimension = question.dimension;
  if (document.dimension != dimension) {
    return invalid_argument("vectors of " + std::to_string(dimension) + " and of " +
                            std::to_string(document.dimension) + " numbers cannot be compared");
  }
  const Kernels& simd = kernels();
  const FloatKernel compare = simd.f32.of(metric);
  const std::size_t rows = document.values.size() / dimension;
  std::vector<float> lengths(rows, 1);
  if (metric == Metric::kCosine) {
    for (std::size_t i = 0; i < rows; ++i)
      lengths[i] = length_of(simd, &document.values[i * dimension], dimension);
  }
  std::vector<float> compared(rows);
  double sum = 0;
  for (std::size_t at = 0; at < question.values.size(); at += dimension) {
    const float* const one = &question.values[at];
    compare(one, reinterpret_cast<const std::byte*>(document.values.data()),
            dimension * sizeof(float), rows, dimension, compared.data());
    if (metric == Metric::kEuclidean) {
      sum -= double{*std::ranges::min_element(compared)};
      continue;
    }
    for (std::size_t i = 0; i < rows; ++i) compared[i] /= lengths[i];
    const double nearest = *std::ranges::max_element(compared);
    sum += metric == Metric::kCosine ? nearest / length_of(simd, one, dimension) : nearest;
  }
  return sum;
}

// The vectors of the texts that were asked for last.
class LateInteraction::Cache {
 public:
  using Vectors = std::shared_ptr<const MultiVector>;

  explicit Cache(std::size_t most) : most_(most) {}

  Vectors find(const std::string& text) {
    MutexLock lock(mutex_);
    const auto found = places_.find(text);
    if (found == places_.end()) return {};
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->vectors;
  }

  void keep(const std::string& text, Vectors vectors) {
    MutexLock lock(mutex_);
    if (most_ == 0 || places_.contains(text)) return;
    if (entries_.size() == most_) {
      places_.erase(entries_.back().text);
      entries_.pop_back();
    }
    entries_.push_front({text, std::move(vectors)});
    places_.emplace(entries_.front().text, entries_.begin());
  }

  std::size_t size() const {
    MutexLock lock(mutex_);
    return entries_.size();
  }

 private:
  struct Entry {
    std::string text;
    Vectors vectors;
  };

  const std::size_t most_;
  mutable Mutex mutex_;
  std::list<Entry> entries_ VECSTORE_GUARDED_BY(mutex_);  // the latest first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> places_
      VECSTORE_GUARDED_BY(mutex_);
};

LateInteraction::LateInteraction(std::shared_ptr<const TokenEmbedder> model,
                                 const LateInteractionOptions& options)
    : model_(std::move(model)),
      metric_(options.metric),
      cache_(std::make_unique<Cache>(options.cached_texts)) {}

LateInteraction::~LateInteraction() = default;

Result<std::shared_ptr<const LateInteraction>> LateInteraction::make(
    std::shared_ptr<const TokenEmbedder> model, const LateInteractionOptions& options) {
  VECSTORE_TRY(check_metric(options.metric));
  return std::shared_ptr<const LateInteraction>(new LateInteraction(std::move(model), options));
}

std::size_t LateInteraction::cached() const { return cache_->size(); }

Result<std::vector<double>> LateInteraction::scores(std::string_view query,
                                                    std::span<const std::string> texts,
                                                    const CancelToken& cancel) const {
  const std::string asked(query);
  auto questions = model_->embed_queries({&asked, 1}, cancel);
  if (!questions.ok()) return questions.status().with_context("the query");
  const MultiVector& question = questions->front();
  std::vector<double> out(texts.size());
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Cache::Vectors known = cache_->find(texts[i]);
    if (!known) {
      missing.push_back(i);
      continue;
    }
    VECSTORE_ASSIGN(out[i], max_sim(question, *known, metric_));
  }
  for (std::size_t begin = 0; begin < missing.size(); begin += kTextsAtOnce) {
    const auto some =
        std::span(missing).subspan(begin, std::min(kTextsAtOnce, missing.size() - begin));
    std::vector<std::string> batch;
    for (const std::size_t i : some) batch.push_back(texts[i]);
    VECSTORE_ASSIGN(std::vector<MultiVector> made, model_->embed_batch(batch, cancel));
    for (std::size_t j = 0; j < some.size(); ++j) {
      auto vectors = std::make_shared<const MultiVector>(std::move(made[j]));
      VECSTORE_ASSIGN(out[some[j]], max_sim(question, *vectors, metric_));
      cache_->keep(batch[j], std::move(vectors));
    }
  }
  return out;
}

Result<std::vector<RankedText>> LateInteraction::rerank(std::string_view query,
                                                        std::span<const std::string> texts,
                                                        std::size_t count,
                                                        const CancelToken& cancel) const {
  VECSTORE_ASSIGN(const std::vector<double> scored, scores(query, texts, cancel));
  std::vector<RankedText> ranked;
  for (std::size_t i = 0; i < scored.size(); ++i) ranked.push_back({i, scored[i]});
  std::ranges::stable_sort(ranked, std::ranges::greater(), &RankedText::score);
  ranked.resize(std::min(ranked.size(), count));
  return ranked;
}

}  // namespace vecstore
