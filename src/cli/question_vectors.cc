#include "cli/question_vectors.h"

#include <algorithm>

#include "cli/embedding_settings.h"
#include "cli/model_trial.h"
#include "embed/heads/sparse_embedder.h"
#include "embed/heads/token_embedder.h"
#include "rag/ingest/embedding_model.h"

namespace vecstore {
namespace {

// With the other way to look for texts, where there is one.
Status hinted(const Status& status, const Collection& collection, bool questions) {
  if (status.ok() || !questions || !searches_texts(collection.options().text)) return status;
  return Status(status.code(), status.message() + "; --mode text looks for the words instead");
}

Result<std::vector<Vector>> embed_dense(Session& session, const Collection& collection,
                                        const std::vector<std::string>& texts, bool questions) {
  const auto loaded = session.embedder(&collection);
  VECSTORE_TRY(hinted(loaded.status(), collection, questions));
  const std::shared_ptr<const Embedder>& embedder = *loaded;
  VECSTORE_TRY(hinted(check_model(collection, embedder->info()), collection, questions));
  VECSTORE_ASSIGN(const std::vector<float> rows,
                  questions ? embedder->embed_queries(texts) : embedder->embed_batch(texts));
  const std::size_t dimension = embedder->info().dimension;
  std::vector<Vector> vectors;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::span<const float> row = std::span(rows).subspan(i * dimension, dimension);
    const bool nothing = std::all_of(row.begin(), row.end(), [](float x) { return x == 0; });
    vectors.push_back(nothing ? Vector() : Vector(row));
  }
  return vectors;
}

Status wrong_kind(const Collection& collection, const std::string& there) {
  const bool sparse = collection.options().kind == VectorKind::kSparse;
  return failed_precondition(
      "collection '" + collection.name() + "' has " +
      (sparse ? "sparse vectors, which a SPLADE" : "multi-vectors, which a ColBERT") +
      " makes of texts; " + there);
}

// embedding.model, which must make what the collection has; loaded once.
Result<std::shared_ptr<const LoadedModel>> headed_model(Session& session,
                                                        const Collection& collection,
                                                        bool questions) {
  if (session.headed_model) return session.headed_model;
  const Settings& settings = session.settings;
  if (const std::string& provider = settings.text("embedding.provider"); !provider.empty())
    return wrong_kind(collection, "embedding.provider is '" + provider + "'");
  const bool sparse = collection.options().kind == VectorKind::kSparse;
  const std::string name = settings.text("embedding.model");
  VECSTORE_ASSIGN(const std::string folder, model_folder(settings));
  VECSTORE_ASSIGN(ModelKind kind, model_kind(folder));
  LoadedModel model;
  if (kind == (sparse ? ModelKind::kSparse : ModelKind::kTokens)) {
    VECSTORE_ASSIGN(model, load_model(session, name));
    kind = model.kind;
  }
  if (!model.sparse && !model.tokens) {
    return wrong_kind(collection, "embedding.model is '" + name + "', of the kind " +
                                      std::string(model_kind_name(kind)));
  }
  const EmbedderInfo& info = sparse ? model.sparse->info() : model.tokens->info();
  VECSTORE_TRY(hinted(check_model(collection, info), collection, questions));
  session.headed_model = std::make_shared<const LoadedModel>(std::move(model));
  return session.headed_model;
}

}  // namespace

bool searches_texts(const TextOptions& options) {
  return options.analyzer != "none" || !options.fields.empty();
}

Result<std::vector<Vector>> embed_texts(Session& session, const Collection& collection,
                                        const std::vector<std::string>& texts, bool questions) {
  const VectorKind kind = collection.options().kind;
  if (texts.empty()) return std::vector<Vector>();
  if (kind == VectorKind::kBinary) {
    return failed_precondition("collection '" + collection.name() +
                               "' has binary vectors, which no model makes of texts");
  }
  if (kind == VectorKind::kDense) return embed_dense(session, collection, texts, questions);
  VECSTORE_ASSIGN(const auto model, headed_model(session, collection, questions));
  VECSTORE_ASSIGN(std::vector<Vector> vectors, embed_with(*model, texts, questions));
  for (Vector& vector : vectors)
    if (vector.sparse() && vector.sparse()->indices.empty()) vector = {};
  return vectors;
}

Result<std::vector<Vector>> embed_questions(Session& session, const Collection& collection,
                                            const std::vector<std::string>& texts) {
  VECSTORE_ASSIGN(std::vector<Vector> vectors, embed_texts(session, collection, texts, true));
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (vectors[i].empty())
      return invalid_argument("there is nothing to search for in '" + texts[i] + "'");
  return vectors;
}

}  // namespace vecstore
