// An embedder that remembers: a text that was embedded before, in any run, is not embedded again.
//
// The vectors lie in a collection of the database, one for each model, whose name begins with
// kCachePrefix; dropping it forgets them. A text is known by its hash under two seeds that are made
// with the collection and its length, so that nobody who chooses texts can make one pass for
// another. The oldest go first when there are too many.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/sync.h"
#include "vecstore/database.h"
#include "vecstore/embedder.h"

namespace vecstore {

inline constexpr std::string_view kCachePrefix = "embeddings-";

struct EmbeddingCacheOptions {
  // Vectors kept, at least 1; with one more, the oldest eighth goes. Each costs 4 bytes a component
  // and about 80 on disk.
  std::uint64_t max_entries = 1'000'000;
  bool read_only = false;  // what is not there is embedded and not kept
};

struct EmbeddingCacheStats {
  std::uint64_t hits = 0;    // texts of this run that were there
  std::uint64_t misses = 0;  // and those that were embedded; a text twice in one call is one
  std::uint64_t entries = 0;
};

// Safe from many threads.
class CachedEmbedder final : public Embedder {
 public:
  // Makes the cache when there is none for this model; kNotFound with read_only.
  // kFailedPrecondition when the model does not say its dimension.
  static Result<std::shared_ptr<const CachedEmbedder>> open(Database& database,
                                                            std::shared_ptr<const Embedder> model,
                                                            const EmbeddingCacheOptions& options);

  const EmbedderInfo& info() const override { return model_->info(); }

  // As the model's, bit for bit. An error of the model or of the database; what was embedded before
  // it, of this call too, is kept.
  Result<std::vector<float>> embed_batch(std::span<const std::string> texts) const override;
  // Questions are asked of the model: they seldom come twice, and another vector may be theirs.
  Result<std::vector<float>> embed_queries(std::span<const std::string> texts) const override {
    return model_->embed_queries(texts);
  }
  SomeEmbedded embed_some(std::span<const std::string> texts,
                          const EmbedOptions& options) const override;
  // Asked of the model: a part's vector is not that of its text alone.
  Result<std::vector<float>> embed_parts(const TextParts& of,
                                         const CancelToken& cancel) const override {
    return model_->embed_parts(of, cancel);
  }
  Result<std::size_t> count_tokens(std::string_view text) const override {
    return model_->count_tokens(text);
  }

  Result<EmbeddingCacheStats> stats() const;

 private:
  using Seeds = std::array<std::uint64_t, 2>;
  struct Distinct;

  CachedEmbedder(Collection vectors, std::shared_ptr<const Embedder> model, Seeds seeds,
                 const EmbeddingCacheOptions& options)
      : vectors_(std::move(vectors)),
        model_(std::move(model)),
        seeds_(seeds),
        max_entries_(options.max_entries),
        read_only_(options.read_only) {}

  std::string id_of(std::string_view text) const;
  Distinct distinct(std::span<const std::string> texts) const;
  Result<std::vector<bool>> read(const Distinct& wanted, std::span<float> rows) const;
  Status embed_missing(const Distinct& wanted, const EmbedOptions& options,
                       std::vector<bool>& known, std::span<float> rows) const;
  Status keep(std::span<const std::string> ids, std::span<const float> rows) const;
  template <typename Take>
  Status for_each_entry(Take take) const;
  Status forget_oldest() const VECSTORE_EXCLUDES(forgetting_);

  mutable Collection vectors_;
  std::shared_ptr<const Embedder> model_;
  Seeds seeds_;
  std::uint64_t max_entries_;
  bool read_only_;
  mutable Mutex forgetting_;
  mutable std::atomic<std::uint64_t> hits_ = 0, misses_ = 0;
};

}  // namespace vecstore
