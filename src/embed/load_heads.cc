// Models with heads from their folders.
#include <algorithm>

#include "embed/heads/piece_ids.h"
#include "embed/load_embedder.h"
#include "embed/model_folder.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxDimension = 65'536;  // of vectors of tokens

Status check_folder_kind(const fs::path& folder, ModelKind wanted) {
  VECSTORE_ASSIGN(const ModelKind kind, model_kind(folder.string()));
  return check_kind(kind, wanted);
}

Result<BatchedEncoder> make_encoder(const TransformerFiles& files, const HeadOptions& options) {
  VECSTORE_ASSIGN(Encoder encoder, Encoder::make(files.config, files.weights, options.precision));
  return BatchedEncoder::make(std::move(encoder), {options.threads, options.batch_tokens});
}

EmbedderInfo info_of(const fs::path& folder, const TransformerFiles& files) {
  EmbedderInfo info;
  info.name = folder.filename().string();
  info.checksum = files.checksum;
  return info;
}

Result<std::shared_ptr<const CrossEncoder>> load_pairs(const fs::path& folder,
                                                       const HeadOptions& options) {
  VECSTORE_TRY(check_folder_kind(folder, ModelKind::kReranker));
  VECSTORE_ASSIGN(TransformerFiles files, read_transformer(folder));
  VECSTORE_ASSIGN(const auto tokenizer_config,
                  read_text_if_there(folder / "tokenizer_config.json"));
  VECSTORE_ASSIGN(PairConfig pairs, parse_pair_config(files.config_json, tokenizer_config));
  if (options.max_tokens > 0) pairs.max_tokens = options.max_tokens;
  VECSTORE_ASSIGN(ClassificationHead head, ClassificationHead::make(files.config, files.weights));
  VECSTORE_ASSIGN(BatchedEncoder encoder, make_encoder(files, options));
  return CrossEncoder::make(folder.filename().string(), std::move(files.tokenizer),
                            std::move(encoder), std::move(head), pairs);
}

// As many outputs as the tensor "linear.weight" has rows. Floats: it is narrow.
Result<Linear> read_projection(const Weights& weights, bool bias, std::size_t inputs) {
  const Tensor* tensor = weights.find("linear.weight");
  if (!tensor) return not_found("the weights have no tensor 'linear.weight'");
  if (tensor->shape.size() != 2 || tensor->shape[0] < 1 || tensor->shape[0] > kMaxDimension) {
    return invalid_argument("tensor 'linear.weight' is not 1 to " + std::to_string(kMaxDimension) +
                            " rows");
  }
  return Linear::make(weights, LinearNames{"linear.weight", bias ? "linear.bias" : ""},
                      static_cast<std::size_t>(tensor->shape[0]), inputs, Precision::kFloat);
}

// PyLate keeps each layer in a folder of its own.
Result<std::vector<Linear>> read_dense_layers(const fs::path& folder, const std::string& modules,
                                              std::size_t hidden) {
  VECSTORE_ASSIGN(const std::vector<std::string> names, parse_dense_folders(modules));
  std::vector<Linear> layers;
  for (const std::string& name : names) {
    VECSTORE_ASSIGN(const std::string config, read_model_text(folder / name / "config.json"));
    VECSTORE_ASSIGN(const bool bias, parse_dense_config(config));
    std::string checksum;
    VECSTORE_ASSIGN(const Weights weights, read_weights(folder / name, checksum));
    const std::size_t inputs = layers.empty() ? hidden : layers.back().outputs();
    auto layer = read_projection(weights, bias, inputs);
    if (!layer.ok()) return layer.status().with_context(name);
    layers.push_back(*std::move(layer));
  }
  return layers;
}

Result<TokenRules> make_rules(const TokenConfig& config, const std::string& tokenizer_json,
                              const std::string& mask) {
  std::vector<std::string> pieces = {config.query_marker, config.document_marker, mask, "[MASK]",
                                     "<mask>"};
  const std::size_t named = pieces.size();
  pieces.insert(pieces.end(), config.skipped.begin(), config.skipped.end());
  VECSTORE_ASSIGN(const auto ids, find_piece_ids(tokenizer_json, pieces));
  TokenRules rules = {ids[0], ids[1], config.query_tokens, config.document_tokens, {}, false, {}};
  for (std::size_t i = 0; i < 2; ++i) {
    if (pieces[i].empty() || ids[i]) continue;
    return not_found("the tokenizer has no piece '" + pieces[i] + "', the marker of " +
                     (i == 0 ? "questions" : "documents"));
  }
  if (config.expands) {
    const auto found = std::find_if(ids.begin() + 2, ids.begin() + 5,
                                    [](const auto& id) { return id.has_value(); });
    if (found == ids.begin() + 5) {
      return not_found("the tokenizer has no mask token to fill questions up with");
    }
    rules.mask = *found;
    rules.attends = config.attends;
  }
  for (std::size_t i = named; i < ids.size(); ++i) {
    if (ids[i]) rules.skipped.push_back(*ids[i]);
  }
  std::ranges::sort(rules.skipped);
  return rules;
}

Result<std::shared_ptr<const TokenEmbedder>> load_tokens(const fs::path& folder,
                                                         const HeadOptions& options) {
  VECSTORE_TRY(check_folder_kind(folder, ModelKind::kTokens));
  VECSTORE_ASSIGN(TransformerFiles files, read_transformer(folder));
  VECSTORE_ASSIGN(const auto modules, read_text_if_there(folder / "modules.json"));
  TokenConfig config;
  std::vector<Linear> layers;
  if (modules) {
    VECSTORE_ASSIGN(const auto json,
                    read_text_if_there(folder / "config_sentence_transformers.json"));
    VECSTORE_ASSIGN(config, parse_pylate_config(json));
    VECSTORE_ASSIGN(layers, read_dense_layers(folder, *modules, files.config.hidden));
  } else {
    VECSTORE_ASSIGN(const auto metadata, read_text_if_there(folder / "artifact.metadata"));
    VECSTORE_ASSIGN(config, parse_colbert_config(metadata));
    VECSTORE_ASSIGN(Linear layer, read_projection(files.weights, false, files.config.hidden));
    layers.push_back(std::move(layer));
  }
  if (options.max_tokens > 0) config.document_tokens = options.max_tokens;
  VECSTORE_ASSIGN(const auto tokenizer_config,
                  read_text_if_there(folder / "tokenizer_config.json"));
  VECSTORE_ASSIGN(const std::string mask, parse_mask_token(tokenizer_config));
  VECSTORE_ASSIGN(TokenRules rules, make_rules(config, files.tokenizer_json, mask));
  VECSTORE_ASSIGN(BatchedEncoder encoder, make_encoder(files, options));
  return TokenEmbedder::make(info_of(folder, files), std::move(files.tokenizer), std::move(encoder),
                             std::move(layers), std::move(rules));
}

Result<std::shared_ptr<const SparseEmbedder>> load_sparse(const fs::path& folder,
                                                          const HeadOptions& options,
                                                          std::size_t top) {
  VECSTORE_TRY(check_folder_kind(folder, ModelKind::kSparse));
  SparseFiles small;
  VECSTORE_ASSIGN(small.modules, read_text_if_there(folder / "modules.json"));
  VECSTORE_ASSIGN(small.pooling, read_text_if_there(folder / "1_SpladePooling" / "config.json"));
  VECSTORE_ASSIGN(small.lengths, read_text_if_there(folder / "sentence_bert_config.json"));
  VECSTORE_ASSIGN(small.tokenizer, read_text_if_there(folder / "tokenizer_config.json"));
  VECSTORE_ASSIGN(SparseConfig config, parse_sparse_config(small));
  if (options.max_tokens > 0) config.max_tokens = options.max_tokens;
  VECSTORE_ASSIGN(TransformerFiles files, read_transformer(folder));
  VECSTORE_ASSIGN(VocabularyHead head,
                  VocabularyHead::make(files.config, files.weights, options.precision));
  VECSTORE_ASSIGN(BatchedEncoder encoder, make_encoder(files, options));
  return SparseEmbedder::make(info_of(folder, files), std::move(files.tokenizer),
                              std::move(encoder), std::move(head), config, top);
}

}  // namespace

Result<std::shared_ptr<const CrossEncoder>> load_reranker(const std::string& folder,
                                                          const HeadOptions& options) {
  return load_from(folder, [&](const fs::path& path) { return load_pairs(path, options); });
}

Result<std::shared_ptr<const TokenEmbedder>> load_token_embedder(const std::string& folder,
                                                                 const HeadOptions& options) {
  return load_from(folder, [&](const fs::path& path) { return load_tokens(path, options); });
}

Result<std::shared_ptr<const SparseEmbedder>> load_sparse_embedder(const std::string& folder,
                                                                   const HeadOptions& options,
                                                                   std::size_t top) {
  return load_from(folder, [&](const fs::path& path) { return load_sparse(path, options, top); });
}

}  // namespace vecstore
