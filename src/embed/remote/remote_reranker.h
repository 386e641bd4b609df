// A reranker that asks a provider on the network: Cohere, Voyage or Jina.
//
// Whether a text that is too long is cut or refused: `truncate` for Voyage; Cohere and Jina always
// cut. More texts than the provider takes at once are sent in parts side by side: a text's score
// does not depend on its neighbours. Texts without a visible character are not sent; they come
// last, with score 0. Safe from many threads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "embed/remote/calls.h"
#include "embed/remote/tokens.h"
#include "vecstore/reranker.h"

namespace vecstore {

struct RerankProvider {
  std::string_view name;
  std::string_view address;
  std::string_view key_variable;
  BatchLimits limits = {};
  HttpRequest (*make_request)(const RemoteOptions& options, std::string_view query,
                              std::span<const std::string> texts) = nullptr;
  // Each text's score, in the order of the texts.
  Result<std::vector<double>> (*read_answer)(const Value& answer, std::size_t texts) = nullptr;
};

std::span<const RerankProvider> reranking_providers();
// An error that names those there are.
Result<const RerankProvider*> reranking_provider(std::string_view name);

class RemoteReranker final : public Reranker {
 public:
  // kUnimplemented in a build without HTTP. Sends nothing.
  static Result<std::shared_ptr<const RemoteReranker>> make(RemoteOptions options);

  // "provider/model".
  const std::string& name() const override { return name_; }

  // Query and texts must be valid UTF-8 of at most kMaxTextBytes each, and the query not blank.
  Result<std::vector<RankedText>> rerank(std::string_view query, std::span<const std::string> texts,
                                         std::size_t count) const override {
    return rerank(query, texts, count, CancelToken());
  }
  // The same until `cancel` says so: then kCancelled, within a second.
  Result<std::vector<RankedText>> rerank(std::string_view query, std::span<const std::string> texts,
                                         std::size_t count, const CancelToken& cancel) const;

  RemoteUsage usage() const { return calls_->usage(); }

 private:
  RemoteReranker(RemoteOptions options, const RerankProvider& provider,
                 std::unique_ptr<Calls> calls);

  struct Call;

  Status score(const Call& call, std::span<double> scores) const;
  Status score_part(const Call& call, const std::vector<std::size_t>& positions,
                    std::span<double> scores) const;
  BatchLimits limits(std::string_view query) const;

  RemoteOptions options_;
  const RerankProvider& provider_;
  std::string name_;
  std::unique_ptr<Calls> calls_;
  std::unique_ptr<ThreadPool> pool_;
};

}  // namespace vecstore
