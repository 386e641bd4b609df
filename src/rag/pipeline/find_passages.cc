#include "rag/pipeline/find_passages.h"

#include <algorithm>

#include "rag/query/fuse_questions.h"
#include "rag/rerank/make_hit_reranker.h"

namespace vecstore {

Result<Vector> question_vector(const Embedder& embedder, std::string_view question) {
  if (question.find_first_not_of(" \t\r\n") == question.npos)  // models make something of a blank
    return invalid_argument("the text to look for is empty");
  VECSTORE_ASSIGN(const std::vector<float> row, embedder.embed_query(question));
  if (std::ranges::all_of(row, [](float x) { return x == 0; }))
    return invalid_argument("there is nothing to search for in the question");
  return Vector(row);
}

Result<PassageFinder> PassageFinder::make(std::shared_ptr<const Embedder> embedder,
                                          const RagRetrieveOptions& options) {
  PassageFinder finder(std::move(embedder), options);
  if (options.reranker || !options.rerank.empty()) VECSTORE_TRY(finder.make_steps());
  return finder;
}

Status PassageFinder::make_steps() {
  bool has_model = false;
  RerankSources sources;
  sources.embedder = [this]() -> Result<std::shared_ptr<const Embedder>> { return embedder_; };
  sources.functions = options_->scores;
  sources.model = [&](const std::string& name) -> Result<std::shared_ptr<const Reranker>> {
    has_model = true;
    if (!options_->reranker) return failed_precondition("there is no reranker");
    if (name.empty() || name == options_->reranker->name()) return options_->reranker;
    return not_found("the reranker is '" + options_->reranker->name() + "', not '" + name + "'");
  };
  auto made = make_rerank_pipeline(options_->rerank.empty() ? "model" : options_->rerank, sources);
  if (!made.ok()) return made.status().with_context("reranking");
  if (options_->reranker && !has_model)
    return invalid_argument("a reranker is for steps with a model: '" + options_->rerank +
                            "' has none");
  steps_ = *std::move(made);
  return {};
}

Query PassageFinder::query_of(std::string_view text, const Vector& by) const {
  Query query;
  query.vector = by;
  if (options_->words_too) query.text = text;
  query.filter = options_->filter;
  query.k = steps_ ? std::max(options_->passages, options_->candidates) : options_->passages;
  query.include.vector = steps_ && steps_->reads_vectors();
  query.timeout = options_->timeout;
  query.cancel = options_->cancel;
  return query;
}

Result<Hits> PassageFinder::find(const Collection& docs, const std::string& question,
                                 const Vector& by) const {
  std::vector<Query> queries = {query_of(question, by)};
  for (const std::string& other : options_->others) {
    VECSTORE_ASSIGN(const Vector vector, question_vector(*embedder_, other));
    queries.push_back(query_of(other, vector));
  }
  VECSTORE_ASSIGN(Hits hits, docs.query(fuse_questions(std::move(queries))));
  if (!steps_) return hits;
  Result<Hits> ranked = steps_->rerank(question, std::move(hits), options_->passages);
  if (!ranked.ok()) return ranked.status().with_context("reranking");
  if (steps_->reads_vectors())
    for (Hit& hit : ranked->hits) hit.vector.reset();
  return ranked;
}

std::string retrieval_words(const std::string& collection, const RagRetrieveOptions& options) {
  List others, scores;
  for (const std::string& one : options.others) others.emplace_back(one);
  for (const auto& [name, score] : options.scores) scores.emplace_back(name);
  return Value(Object{{"collection", collection},
                      {"passages", static_cast<std::int64_t>(options.passages)},
                      {"filter", options.filter.to_string()},
                      {"words_too", options.words_too},
                      {"others", std::move(others)},
                      {"rerank", options.rerank},
                      {"reranker", options.reranker ? options.reranker->name() : ""},
                      {"scores", std::move(scores)},
                      {"candidates", static_cast<std::int64_t>(options.candidates)}})
      .to_json();
}

}  // namespace vecstore
