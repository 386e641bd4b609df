#include "embed/remote/model_facts.h"

#include <algorithm>

#include "embed/remote/provider.h"

namespace vecstore {
namespace {

constexpr ModelFacts kModels[] = {
    {"openai", "text-embedding-3-small", 1536, 0.02},
    {"openai", "text-embedding-3-large", 3072, 0.13},
    {"openai", "text-embedding-ada-002", 1536, 0.10},
    {"azure", "text-embedding-3-small", 1536, 0.02},
    {"azure", "text-embedding-3-large", 3072, 0.13},
    {"azure", "text-embedding-ada-002", 1536, 0.10},
    {"cohere", "embed-v4.0", 1536, 0.12},
    {"cohere", "embed-english-v3.0", 1024, 0.10},
    {"cohere", "embed-multilingual-v3.0", 1024, 0.10},
    {"cohere", "embed-english-light-v3.0", 384, 0.10},
    {"cohere", "embed-multilingual-light-v3.0", 384, 0.10},
    {"voyage", "voyage-3-large", 1024, 0.18},
    {"voyage", "voyage-3.5", 1024, 0.06},
    {"voyage", "voyage-3.5-lite", 1024, 0.02},
    {"voyage", "voyage-code-3", 1024, 0.18},
    {"voyage", "voyage-law-2", 1024, 0.12},
    {"voyage", "voyage-finance-2", 1024, 0.12},
    {"mistral", "mistral-embed", 1024, 0.10},
    {"mistral", "codestral-embed", 1536, 0.15},
    {"vertex", "gemini-embedding-001", 3072, 0.15},
    {"vertex", "text-embedding-005", 768},
    {"vertex", "text-multilingual-embedding-002", 768},
    {"gemini", "gemini-embedding-001", 3072, 0.15},
    {"jina", "jina-embeddings-v2-base-en", 768},
    {"jina", "jina-embeddings-v3", 1024},
    {"jina", "jina-embeddings-v4", 2048},
    {"ollama", "all-minilm", 384, 0},
    {"ollama", "nomic-embed-text", 768, 0},
    {"ollama", "mxbai-embed-large", 1024, 0},
};

}  // namespace

const ModelFacts* model_facts(std::string_view provider, std::string_view model) {
  const auto* found = std::ranges::find_if(kModels, [&](const ModelFacts& facts) {
    return facts.provider == provider && facts.model == model;
  });
  return found == std::end(kModels) ? nullptr : found;
}

Result<RemoteEstimate> estimate(const RemoteOptions& options, std::span<const std::string> texts,
                                TextRole role) {
  VECSTORE_ASSIGN(const Provider* provider, embedding_provider(options.provider));
  VECSTORE_TRY(check_remote_options(options, *provider));
  const BatchLimits limits = batch_limits(options, *provider, role);
  const auto batches = cut_batches(texts, limits);
  RemoteEstimate out{.requests = batches.size()};
  for (const std::vector<std::size_t>& batch : batches) {
    out.texts += batch.size();
    for (const std::size_t i : batch) {
      out.likely_tokens += likely_tokens(texts[i]) + limits.tokens_of_each / 4;
      out.most_tokens += most_tokens(texts[i]) + limits.tokens_of_each;
    }
  }
  const ModelFacts* facts = model_facts(options.provider, options.model);
  std::optional<double> price = options.usd_per_million_tokens;
  if (!price && facts && facts->usd_per_million_tokens >= 0) price = facts->usd_per_million_tokens;
  if (price) {
    out.likely_usd = static_cast<double>(out.likely_tokens) * *price / 1e6;
    out.most_usd = static_cast<double>(out.most_tokens) * *price / 1e6;
  }
  return out;
}

}  // namespace vecstore
