#include "embed/load_embedder.h"

#include "embed/heads/vocabulary_head.h"
#include "embed/model_files.h"
#include "embed/model_folder.h"
#include "embed/model_kind.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

// Encoders were often published as the masked language models that they were trained as: such a
// folder is SPLADE's only where the head is there too.
Status check_sentences(ModelKind kind, const TransformerFiles& files) {
  if (kind == ModelKind::kSparse && !VocabularyHead::is_in(files.config, files.weights)) return {};
  const Status status = check_kind(kind, ModelKind::kSentences);
  if (status.ok() || kind != ModelKind::kSparse) return status;
  return Status(status.code(),
                status.message() + "; with 1_Pooling/config.json beside it it is an embedder");
}

Result<std::shared_ptr<const TransformerEmbedder>> load_sentences(
    const fs::path& folder, const TransformerOptions& options) {
  VECSTORE_ASSIGN(const ModelKind kind, model_kind(folder.string()));
  if (kind != ModelKind::kSparse) VECSTORE_TRY(check_kind(kind, ModelKind::kSentences));
  VECSTORE_ASSIGN(TransformerFiles files, read_transformer(folder));
  VECSTORE_TRY(check_sentences(kind, files));
  VECSTORE_ASSIGN(SentenceConfig sentences, read_sentence_config(folder));
  VECSTORE_ASSIGN(Encoder encoder, Encoder::make(files.config, files.weights, options.precision));
  VECSTORE_ASSIGN(
      SentenceEncoder sentence_encoder,
      SentenceEncoder::make(std::move(encoder), {sentences.pooling, options.threads,
                                                 options.batch_tokens, options.dimension}));
  EmbedderInfo info;
  info.name = folder.filename().string();
  info.checksum = std::move(files.checksum);
  return TransformerEmbedder::make(std::move(info), std::move(files.tokenizer),
                                   std::move(sentence_encoder), std::move(sentences));
}

}  // namespace

Result<std::shared_ptr<const TransformerEmbedder>> load_transformer_embedder(
    const std::string& folder, const TransformerOptions& options) {
  return load_from(folder, [&](const fs::path& path) { return load_sentences(path, options); });
}

Result<std::shared_ptr<const Embedder>> load_embedder(const std::string& folder,
                                                      const TransformerOptions& options) {
  const auto kind = model_kind(folder);
  if (kind.ok() && *kind == ModelKind::kStatic) return load_static_embedder(folder);
  VECSTORE_ASSIGN(auto transformer, load_transformer_embedder(folder, options));
  return std::shared_ptr<const Embedder>(std::move(transformer));
}

}  // namespace vecstore
