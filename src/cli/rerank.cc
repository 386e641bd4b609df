#include "cli/rerank.h"

#include <algorithm>

#include "rag/rerank/make_hit_reranker.h"
#include "vecstore/limits.h"

namespace vecstore {

std::vector<Option> rerank_arguments(RerankFlags& to) {
  return {
      {"--rerank", &to.rerank, "let the steps of [reranking], a model, put the hits in order"},
      {"--rerank-steps", &to.steps,
       "the same by these: \"model(k=20) | mmr(lambda=0.7)\"; docs/guide/retrieval.md", "STEPS"},
      {"--rerank-model", &to.model,
       "the same by this cross-encoder, or the provider's model of this name", "MODEL"},
      {"--rerank-candidates", &to.candidates,
       "hits that it chooses from (reranking.candidates, 50)", "N"}};
}

std::string configured_steps(const Settings& settings) {
  std::string steps;
  for (const std::string& one : settings.texts("reranking.steps"))
    steps += (steps.empty() ? "" : " | ") + one;
  return steps;
}

namespace {

Status make_pipeline(Session& session, const RerankFlags& flags) {
  bool has_model = false;
  RerankSources sources;
  sources.model = [&](const std::string& name) {
    has_model = true;
    return session.reranker(name);
  };
  sources.embedder = [&] { return session.embedder(); };
  const std::string steps = flags.steps ? *flags.steps : configured_steps(session.settings);
  auto made = make_rerank_pipeline(steps, sources);
  if (!made.ok()) return made.status().with_context(flags.steps ? "--rerank-steps" : "reranking");
  if (flags.model && !has_model)
    return invalid_argument("--rerank-model is for steps with a model: they have none");
  session.rerank_pipeline = *std::move(made);
  return {};
}

}  // namespace

Result<std::size_t> hits_to_find(Session& session, const RerankFlags& flags, std::size_t k) {
  if (!flags.asked() && flags.candidates)
    return invalid_argument("--rerank-candidates is for --rerank");
  if (!flags.asked()) return k;
  if (flags.model) session.settings.set_by_flag("reranking.model", *flags.model, "--rerank-model");
  const bool by_flag = flags.candidates.has_value();
  const char* name = by_flag ? "--rerank-candidates" : "reranking.candidates";
  const auto given = by_flag ? flags.candidates : session.settings.integer("reranking.candidates");
  VECSTORE_ASSIGN(const std::size_t candidates, count_argument(name, given, 0, kMaxK));
  if (!session.rerank_pipeline) VECSTORE_TRY(make_pipeline(session, flags));
  return std::max(k, candidates);
}

Result<Hits> reranked(Session& session, const RerankFlags& flags,
                      const std::optional<std::string>& question, Hits hits, std::size_t k,
                      const RerankPipeline::Watch& watch) {
  if (!flags.asked()) return hits;
  if (!question) return invalid_argument("--rerank needs the TEXT of a question");
  Result<Hits> ranked = session.rerank_pipeline->rerank(*question, std::move(hits), k, watch);
  if (!ranked.ok()) return ranked.status().with_context("reranking");
  if (session.rerank_pipeline->reads_vectors())
    for (Hit& hit : ranked->hits) hit.vector.reset();
  return ranked;
}

}  // namespace vecstore
