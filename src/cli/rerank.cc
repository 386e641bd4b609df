#include "cli/rerank.h"

#include <algorithm>

#include "rag/rerank/rerank_hits.h"
#include "vecstore/limits.h"

namespace vecstore {

std::vector<Option> rerank_arguments(RerankFlags& to) {
  return {{"--rerank", &to.rerank, "let the model of [reranking] put the hits in their order"},
          {"--rerank-model", &to.model,
           "the same by this cross-encoder, or the provider's model of this name", "MODEL"},
          {"--rerank-candidates", &to.candidates,
           "hits that it chooses from (reranking.candidates, 50)", "N"}};
}

Result<std::size_t> hits_to_find(Session& session, const RerankFlags& flags, std::size_t k) {
  if (!flags.asked() && flags.candidates)
    return invalid_argument("--rerank-candidates is for --rerank");
  if (!flags.asked()) return k;
  if (flags.model) session.settings.set_by_flag("reranking.model", *flags.model, "--rerank-model");
  const bool by_flag = flags.candidates.has_value();
  const char* name = by_flag ? "--rerank-candidates" : "reranking.candidates";
  const auto given = by_flag ? flags.candidates : session.settings.integer("reranking.candidates");
  VECSTORE_ASSIGN(const std::size_t candidates, count_argument(name, given, 0, kMaxK));
  VECSTORE_TRY(session.reranker().status());
  return std::max(k, candidates);
}

Result<Hits> reranked(Session& session, const RerankFlags& flags,
                      const std::optional<std::string>& question, Hits hits, std::size_t k) {
  if (!flags.asked()) return hits;
  if (!question) return invalid_argument("--rerank needs the TEXT of a question");
  VECSTORE_ASSIGN(const auto reranker, session.reranker());
  Result<Hits> ranked = rerank_hits(*reranker, *question, std::move(hits), k);
  if (!ranked.ok()) return ranked.status().with_context("reranking");
  return ranked;
}

}  // namespace vecstore
