// Texts in the order in which they answer a question, by whichever kind of model lies in a folder:
// a cross-encoder scores them; ColBERT's and SPLADE's vectors go into a collection that is asked.
//   model_heads FOLDER QUESTION TEXT...
#include <vecstore/vecstore.h>

#include <cstdio>
#include <string>
#include <vector>

#include "embed/load_embedder.h"
#include "embed/model_kind.h"

namespace {

using Texts = std::vector<std::string>;

vecstore::Status rerank(const std::string& folder, const std::string& question,
                        const Texts& texts) {
  VECSTORE_ASSIGN(const auto model, vecstore::load_reranker(folder));
  VECSTORE_ASSIGN(const auto ranked, model->rerank(question, texts, texts.size()));
  for (const vecstore::RankedText& text : ranked) {
    std::printf("%.4f  %s\n", text.score, texts[text.index].c_str());
  }
  return {};
}

// One vector for each text, of the collection's kind, and one to look for.
template <class Some>
vecstore::Status search(const vecstore::CollectionOptions& options, const Texts& texts,
                        const std::vector<Some>& vectors, const Some& question) {
  VECSTORE_ASSIGN(auto db, vecstore::Database::in_memory());
  VECSTORE_ASSIGN(auto notes, db.get_or_create("notes", options));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    VECSTORE_TRY(
        notes.upsert({.id = std::to_string(i), .vector = vectors[i], .text = texts[i]}).status());
  }
  VECSTORE_ASSIGN(const auto hits, notes.query({.vector = question, .k = texts.size()}));
  for (const vecstore::Hit& hit : hits) std::printf("%.4f  %s\n", hit.score, hit.text->c_str());
  return {};
}

vecstore::Status search_by_tokens(const std::string& folder, const std::string& question,
                                  const Texts& texts) {
  VECSTORE_ASSIGN(const auto model, vecstore::load_token_embedder(folder));
  VECSTORE_ASSIGN(const auto vectors, model->embed_batch(texts));
  VECSTORE_ASSIGN(const auto asked, model->embed_queries({&question, 1}));
  return search({.metric = vecstore::Metric::kDot, .kind = vecstore::VectorKind::kMulti}, texts,
                vectors, asked.front());
}

vecstore::Status search_by_words(const std::string& folder, const std::string& question,
                                 const Texts& texts) {
  VECSTORE_ASSIGN(const auto model, vecstore::load_sparse_embedder(folder));
  VECSTORE_ASSIGN(const auto vectors, model->embed_batch(texts));
  VECSTORE_ASSIGN(const auto asked, model->embed_batch({&question, 1}));
  return search({.metric = vecstore::Metric::kDot, .kind = vecstore::VectorKind::kSparse}, texts,
                vectors, asked.front());
}

vecstore::Status run(const std::string& folder, const std::string& question, const Texts& texts) {
  VECSTORE_ASSIGN(const vecstore::ModelKind kind, vecstore::model_kind(folder));
  switch (kind) {
    case vecstore::ModelKind::kReranker:
      return rerank(folder, question, texts);
    case vecstore::ModelKind::kTokens:
      return search_by_tokens(folder, question, texts);
    case vecstore::ModelKind::kSparse:
      return search_by_words(folder, question, texts);
    default:
      return vecstore::invalid_argument(folder + " has one vector for a text: load_embedder()");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: model_heads FOLDER QUESTION TEXT...\n");
    return 2;
  }
  const vecstore::Status status = run(argv[1], argv[2], {argv + 3, argv + argc});
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.to_string().c_str());
  return 1;
}
