#include "embed/transformer/batched_encoder.h"

#include <algorithm>
#include <atomic>
#include <string>

#include "base/sync.h"

namespace vecstore {
namespace {

constexpr int kMaxThreads = 1024;
constexpr std::size_t kMaxBatchTokens = 1 << 20;
constexpr std::size_t kGroup = 16;  // texts that a thread takes at a time for for_each_text()

Status check(const BatchOptions& options) {
  if (options.threads < 1 || options.threads > kMaxThreads) {
    return invalid_argument("threads is " + std::to_string(options.threads) + ", expected 1 to " +
                            std::to_string(kMaxThreads));
  }
  if (options.batch_tokens < 1 || options.batch_tokens > kMaxBatchTokens) {
    return invalid_argument("batch_tokens is " + std::to_string(options.batch_tokens) +
                            ", expected 1 to " + std::to_string(kMaxBatchTokens));
  }
  return {};
}

void append(const TokenText& text, TokenBatch& batch) {
  batch.ids.insert(batch.ids.end(), text.ids.begin(), text.ids.end());
  batch.types.insert(batch.types.end(), text.types.begin(), text.types.end());
  batch.types.resize(batch.ids.size());
  batch.attended.push_back(text.attended);
  batch.ends.push_back(batch.ids.size());
}

}  // namespace

// The work on one call: batches, each by whoever is free. The counter of what is taken is relaxed:
// it only hands out numbers, and the pool orders everything else.
class BatchedEncoder::Call {
 public:
  using Take = std::function<Status(const EncodedBatch&)>;

  Call(const BatchedEncoder& model, std::span<const TokenText> texts, const CancelToken& cancel,
       const Take& take)
      : model_(model), texts_(texts), cancel_(cancel), take_(take) {}

  Status run() {
    cut();
    const auto threads = static_cast<std::size_t>(model_.options_.threads);
    model_.pool_->parallel_for(std::min(batches_.size(), threads), [this](std::size_t) { work(); });
    return status();
  }

 private:
  struct Range {
    std::size_t begin, end;  // of texts
  };

  // With few tokens, every thread gets a share.
  void cut() {
    std::size_t total = 0;
    for (const TokenText& text : texts_) total += text.ids.size();
    const auto threads = static_cast<std::size_t>(model_.options_.threads);
    const std::size_t limit =
        std::min(model_.options_.batch_tokens, (total + threads - 1) / threads);
    std::size_t begin = 0, used = 0;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (i > begin && used + texts_[i].ids.size() > limit) {
        batches_.push_back({begin, i});
        begin = i;
        used = 0;
      }
      used += texts_[i].ids.size();
    }
    if (begin < texts_.size()) batches_.push_back({begin, texts_.size()});
  }

  void work() {
    Workspace workspace;
    for (std::size_t i; (i = next_.fetch_add(1, std::memory_order_relaxed)) < batches_.size();) {
      if (cancel_.cancelled()) return fail(cancelled("embedding was cancelled"));
      const Status done = encode(batches_[i], workspace);
      if (!done.ok()) return fail(done);
    }
  }

  Status encode(const Range& range, Workspace& workspace) {
    TokenBatch batch;
    const auto texts = texts_.subspan(range.begin, range.end - range.begin);
    for (const TokenText& text : texts) {
      if (!text.ids.empty()) append(text, batch);
    }
    if (batch.ids.empty()) return {};
    VECSTORE_ASSIGN(const TokenRows rows, model_.encoder_.encode(batch, workspace));
    return take_({range.begin, texts, rows, batch.ids.size()});
  }

  void fail(const Status& status) {
    MutexLock lock(mutex_);
    if (status_.ok()) status_ = status;
  }
  Status status() {
    MutexLock lock(mutex_);
    return status_;
  }

  const BatchedEncoder& model_;
  std::span<const TokenText> texts_;
  const CancelToken& cancel_;
  const Take& take_;
  std::vector<Range> batches_;
  std::atomic<std::size_t> next_ = 0;
  Mutex mutex_;
  Status status_ VECSTORE_GUARDED_BY(mutex_);
};

BatchedEncoder::BatchedEncoder(Encoder encoder, const BatchOptions& options)
    : encoder_(std::move(encoder)),
      options_(options),
      pool_(std::make_unique<ThreadPool>(options.threads - 1)) {}

Result<BatchedEncoder> BatchedEncoder::make(Encoder encoder, const BatchOptions& options) {
  VECSTORE_TRY(check(options));
  return BatchedEncoder(std::move(encoder), options);
}

Status BatchedEncoder::encode(std::span<const TokenText> texts, const CancelToken& cancel,
                              const std::function<Status(const EncodedBatch&)>& take) const {
  return Call(*this, texts, cancel, take).run();
}

Status BatchedEncoder::for_each_text(std::size_t count, const CancelToken& cancel,
                                     const std::function<Status(std::size_t)>& body) const {
  std::vector<Status> groups((count + kGroup - 1) / kGroup);
  pool_->parallel_for(groups.size(), [&](std::size_t group) {
    const std::size_t end = std::min((group + 1) * kGroup, count);
    for (std::size_t i = group * kGroup; i < end && groups[group].ok(); ++i) {
      if (cancel.cancelled()) {
        groups[group] = cancelled("embedding was cancelled");
      } else if (Status done = body(i); !done.ok()) {
        groups[group] = done.with_context("text " + std::to_string(i));
      }
    }
  });
  for (const Status& group : groups) VECSTORE_TRY(group);
  return {};
}

}  // namespace vecstore
