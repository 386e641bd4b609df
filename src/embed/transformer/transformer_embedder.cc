#include "embed/transformer/transformer_embedder.h"

#include <algorithm>
#include <atomic>

#include "base/sync.h"
#include "base/utf8.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr int kMaxThreads = 1024;

Status check_text(std::string_view text, std::size_t position) {
  const std::string named = "text " + std::to_string(position);
  if (text.size() > kMaxTextBytes) {
    return invalid_argument(named + " has " + std::to_string(text.size()) +
                            " bytes, the limit is " + std::to_string(kMaxTextBytes));
  }
  const std::size_t bad = invalid_utf8_at(text);
  if (bad == text.npos) return {};
  return invalid_argument(named + " is not valid utf-8 at byte " + std::to_string(bad));
}

Status check_options(const TransformerOptions& options, std::size_t hidden) {
  if (options.threads < 1 || options.threads > kMaxThreads) {
    return invalid_argument("threads is " + std::to_string(options.threads) +
                            ", expected 1 to 1024");
  }
  if (options.batch_tokens < 1 || options.batch_tokens > (std::size_t{1} << 20)) {
    return invalid_argument("batch_tokens is " + std::to_string(options.batch_tokens) +
                            ", expected 1 to 1048576");
  }
  if (options.dimension > hidden) {
    return invalid_argument("a dimension of " + std::to_string(options.dimension) +
                            " is more than the model's " + std::to_string(hidden));
  }
  return {};
}

// How many special tokens the tokenizer puts behind a text.
std::size_t count_suffix(const ModelTokenizer& tokenizer) {
  const auto text = tokenizer.encode("a", SpecialTokens::kOmit);
  const auto all = tokenizer.encode("a", SpecialTokens::kAdd);
  const auto at = std::search(all.begin(), all.end(), text.begin(), text.end());
  return static_cast<std::size_t>(all.end() - at) - (at == all.end() ? 0 : text.size());
}

}  // namespace

// The work on one call: tokens first, then batches, each by whoever is free. The counters of what
// is taken are relaxed: they only hand out numbers, and the pool orders everything else.
class TransformerEmbedder::Call {
 public:
  Call(const TransformerEmbedder& model, std::span<const std::string> texts, TextRole role,
       const CancelToken& cancel)
      : model_(model),
        texts_(texts),
        prefix_(role == TextRole::kQuery ? model.config_.query_prefix
                                         : model.config_.document_prefix),
        cancel_(cancel),
        tokens_(texts.size()),
        rows_(texts.size() * model.info_.dimension) {}

  Result<std::vector<float>> run() {
    for (std::size_t i = 0; i < texts_.size(); ++i) VECSTORE_TRY(check_text(texts_[i], i));
    if (cancel_.cancelled()) return cancelled("embedding was cancelled");
    const std::size_t groups = (texts_.size() + kGroup - 1) / kGroup;
    model_.pool_->parallel_for(groups, [this](std::size_t group) { tokenize(group * kGroup); });
    cut();
    const std::size_t workers =
        std::min<std::size_t>(batches_.size(), static_cast<std::size_t>(model_.options_.threads));
    model_.pool_->parallel_for(workers, [this](std::size_t) { work(); });
    VECSTORE_TRY(status());
    return std::move(rows_);
  }

 private:
  static constexpr std::size_t kGroup = 16;  // texts that are tokenized at a time

  struct Range {
    std::size_t begin, end;  // of texts
  };

  void tokenize(std::size_t first) {
    const std::size_t end = std::min(first + kGroup, texts_.size());
    for (std::size_t i = first; i < end && !cancel_.cancelled(); ++i) {
      tokens_[i] = model_.tokens_of(prefix_.empty() ? texts_[i] : prefix_ + texts_[i]);
    }
  }

  // With few tokens, every thread gets a share.
  void cut() {
    std::size_t total = 0;
    for (const auto& ids : tokens_) total += ids.size();
    const auto threads = static_cast<std::size_t>(model_.options_.threads);
    const std::size_t limit =
        std::min(model_.options_.batch_tokens, (total + threads - 1) / threads);
    std::size_t begin = 0, used = 0;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (i > begin && used + tokens_[i].size() > limit) {
        batches_.push_back({begin, i});
        begin = i;
        used = 0;
      }
      used += tokens_[i].size();
    }
    if (begin < tokens_.size()) batches_.push_back({begin, tokens_.size()});
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
      if (tokens_[i].empty()) continue;  // nothing to embed: zeros
      batch.ids.insert(batch.ids.end(), tokens_[i].begin(), tokens_[i].end());
      batch.ends.push_back(batch.ids.size());
    }
    if (batch.ids.empty()) return {};
    VECSTORE_ASSIGN(const TokenRows rows, model_.encoder_.encode(batch, workspace));
    const std::size_t dimension = model_.info_.dimension;
    std::size_t at = 0;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      if (tokens_[i].empty()) continue;
      const std::span<float> out = std::span(rows_).subspan(i * dimension, dimension);
      pool(model_.config_.pooling, rows.row(at), rows.stride, tokens_[i].size(), out);
      normalize(out);
      at += tokens_[i].size();
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

  const TransformerEmbedder& model_;
  std::span<const std::string> texts_;
  const std::string& prefix_;
  const CancelToken& cancel_;
  std::vector<std::vector<std::uint32_t>> tokens_;
  std::vector<float> rows_;
  std::vector<Range> batches_;
  std::atomic<std::size_t> next_ = 0;
  Mutex mutex_;
  Status status_ VECSTORE_GUARDED_BY(mutex_);
};

TransformerEmbedder::TransformerEmbedder(EmbedderInfo info, ModelTokenizer tokenizer,
                                         Encoder encoder, SentenceConfig config,
                                         const TransformerOptions& options)
    : info_(std::move(info)),
      tokenizer_(std::move(tokenizer)),
      encoder_(std::move(encoder)),
      config_(std::move(config)),
      options_(options),
      pool_(std::make_unique<ThreadPool>(options.threads - 1)) {
  max_tokens_ = encoder_.config().longest();
  if (config_.max_tokens > 0) max_tokens_ = std::min(max_tokens_, config_.max_tokens);
  suffix_tokens_ = count_suffix(tokenizer_);
}

Result<std::shared_ptr<const TransformerEmbedder>> TransformerEmbedder::make(
    EmbedderInfo named, ModelTokenizer tokenizer, Encoder encoder, SentenceConfig config,
    const TransformerOptions& options) {
  const std::size_t hidden = encoder.config().hidden;
  VECSTORE_TRY(check_options(options, hidden));
  if (tokenizer.id_limit() > encoder.config().vocabulary) {
    return invalid_argument("the tokenizer has ids up to " +
                            std::to_string(tokenizer.id_limit() - 1) + ", the model a table of " +
                            std::to_string(encoder.config().vocabulary));
  }
  named.dimension = options.dimension > 0 ? options.dimension : hidden;
  named.pooling = pooling_name(config.pooling);
  return std::shared_ptr<const TransformerEmbedder>(new TransformerEmbedder(
      std::move(named), std::move(tokenizer), std::move(encoder), std::move(config), options));
}

// What is beyond the model's length goes from the text's end; special tokens stay.
std::vector<std::uint32_t> TransformerEmbedder::tokens_of(std::string_view text) const {
  std::vector<std::uint32_t> ids = tokenizer_.encode(text, SpecialTokens::kAdd);
  if (ids.size() <= max_tokens_) return ids;
  const std::size_t over = ids.size() - max_tokens_;
  const std::size_t suffix = std::min(suffix_tokens_, max_tokens_);
  const auto end = ids.end() - static_cast<std::ptrdiff_t>(suffix);
  ids.erase(end - static_cast<std::ptrdiff_t>(over), end);
  return ids;
}

Result<std::vector<float>> TransformerEmbedder::embed_texts(std::span<const std::string> texts,
                                                            TextRole role,
                                                            const CancelToken& cancel) const {
  return Call(*this, texts, role, cancel).run();
}

}  // namespace vecstore
