#include "embed/transformer/sentence_encoder.h"

#include <algorithm>
#include <atomic>
#include <string>

#include "base/sync.h"

namespace vecstore {
namespace {

constexpr int kMaxThreads = 1024;
constexpr std::size_t kMaxBatchTokens = 1 << 20;

Status check(const SentenceOptions& options, std::size_t hidden) {
  if (options.threads < 1 || options.threads > kMaxThreads) {
    return invalid_argument("threads is " + std::to_string(options.threads) + ", expected 1 to " +
                            std::to_string(kMaxThreads));
  }
  if (options.batch_tokens < 1 || options.batch_tokens > kMaxBatchTokens) {
    return invalid_argument("batch_tokens is " + std::to_string(options.batch_tokens) +
                            ", expected 1 to " + std::to_string(kMaxBatchTokens));
  }
  if (options.dimension > hidden) {
    return invalid_argument("a dimension of " + std::to_string(options.dimension) +
                            " is more than the model's " + std::to_string(hidden));
  }
  return {};
}

}  // namespace

// The work on one call: batches, each by whoever is free. The counter of what is taken is relaxed:
// it only hands out numbers, and the pool orders everything else.
class SentenceEncoder::Call {
 public:
  Call(const SentenceEncoder& model, std::span<const Tokens> texts, const CancelToken& cancel)
      : model_(model), texts_(texts), cancel_(cancel), rows_(texts.size() * model.dimension()) {}

  Result<std::vector<float>> run() {
    cut();
    const auto threads = static_cast<std::size_t>(model_.options_.threads);
    model_.parallel_for(std::min(batches_.size(), threads), [this](std::size_t) { work(); });
    VECSTORE_TRY(status());
    return std::move(rows_);
  }

 private:
  struct Range {
    std::size_t begin, end;  // of texts
  };

  // With few tokens, every thread gets a share.
  void cut() {
    std::size_t total = 0;
    for (const Tokens& text : texts_) total += text.size();
    const auto threads = static_cast<std::size_t>(model_.options_.threads);
    const std::size_t limit =
        std::min(model_.options_.batch_tokens, (total + threads - 1) / threads);
    std::size_t begin = 0, used = 0;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (i > begin && used + texts_[i].size() > limit) {
        batches_.push_back({begin, i});
        begin = i;
        used = 0;
      }
      used += texts_[i].size();
    }
    if (begin < texts_.size()) batches_.push_back({begin, texts_.size()});
  }

  void work() {
    Workspace workspace;
    for (std::size_t i; (i = next_.fetch_add(1, std::memory_order_relaxed)) < batches_.size();) {
      if (cancel_.cancelled()) return fail(cancelled("embedding was cancelled"));
      const Status done = embed(batches_[i], workspace);
      if (!done.ok()) return fail(done);
    }
  }

  Status embed(const Range& range, Workspace& workspace) {
    TokenBatch batch;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      if (texts_[i].empty()) continue;
      batch.ids.insert(batch.ids.end(), texts_[i].begin(), texts_[i].end());
      batch.ends.push_back(batch.ids.size());
    }
    if (batch.ids.empty()) return {};
    VECSTORE_ASSIGN(const TokenRows rows, model_.encoder_.encode(batch, workspace));
    const std::size_t dimension = model_.dimension();
    std::size_t at = 0;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      if (texts_[i].empty()) continue;
      const std::span<float> out = std::span(rows_).subspan(i * dimension, dimension);
      pool(model_.options_.pooling, rows.row(at), rows.stride, texts_[i].size(), out);
      normalize(out);
      at += texts_[i].size();
    }
    return {};
  }

  void fail(const Status& status) {
    MutexLock lock(mutex_);
    if (status_.ok()) status_ = status;
  }
  Status status() {
    MutexLock lock(mutex_);
    return status_;
  }

  const SentenceEncoder& model_;
  std::span<const Tokens> texts_;
  const CancelToken& cancel_;
  std::vector<float> rows_;
  std::vector<Range> batches_;
  std::atomic<std::size_t> next_ = 0;
  Mutex mutex_;
  Status status_ VECSTORE_GUARDED_BY(mutex_);
};

SentenceEncoder::SentenceEncoder(Encoder encoder, const SentenceOptions& options)
    : encoder_(std::move(encoder)),
      options_(options),
      pool_(std::make_unique<ThreadPool>(options.threads - 1)) {
  if (options_.dimension == 0) options_.dimension = encoder_.config().hidden;
}

Result<SentenceEncoder> SentenceEncoder::make(Encoder encoder, const SentenceOptions& options) {
  VECSTORE_TRY(check(options, encoder.config().hidden));
  return SentenceEncoder(std::move(encoder), options);
}

Result<std::vector<float>> SentenceEncoder::embed(std::span<const Tokens> texts,
                                                  const CancelToken& cancel) const {
  return Call(*this, texts, cancel).run();
}

}  // namespace vecstore
