// How Rag finds passages: the question and other ways to ask it, fused by rank, then steps of
// reranking.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "rag/rerank/rerank_pipeline.h"
#include "vecstore/rag.h"

namespace vecstore {

// kInvalidArgument for a question that says nothing.
Result<Vector> question_vector(const Embedder& embedder, std::string_view question);

class PassageFinder {
 public:
  // Errors of the steps come here. The options outlive it.
  static Result<PassageFinder> make(std::shared_ptr<const Embedder> embedder,
                                    const RagRetrieveOptions& options);

  // The best passages for the question, whose vector is `by`.
  Result<Hits> find(const Collection& docs, const std::string& question, const Vector& by) const;

 private:
  PassageFinder(std::shared_ptr<const Embedder> embedder, const RagRetrieveOptions& options)
      : embedder_(std::move(embedder)), options_(&options) {}
  Status make_steps();
  Query query_of(std::string_view text, const Vector& by) const;

  std::shared_ptr<const Embedder> embedder_;
  const RagRetrieveOptions* options_;
  std::shared_ptr<const RerankPipeline> steps_ = {};  // none: the order of the search
};

// All that decides which passages are found, as one text.
std::string retrieval_words(const std::string& collection, const RagRetrieveOptions& options);

}  // namespace vecstore
