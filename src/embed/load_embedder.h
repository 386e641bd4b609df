// Any model from its folder: a transformer where config.json says so, else a static table.
//
// A transformer's folder has config.json, tokenizer.json and model.safetensors or model.onnx; what
// sentence-transformers puts beside them is honoured when it is there: modules.json,
// 1_Pooling/config.json, sentence_bert_config.json, config_sentence_transformers.json. A folder
// that holds another kind of model than is asked for is kInvalidArgument and named with the
// function that loads it; kUnimplemented names the first thing in the files that is not understood.
#pragma once

#include <memory>
#include <string>

#include "embed/heads/cross_encoder.h"
#include "embed/heads/sparse_embedder.h"
#include "embed/heads/token_embedder.h"
#include "embed/transformer/transformer_embedder.h"

namespace vecstore {

// It is known by the folder's last name and the checksum of its weights.
Result<std::shared_ptr<const Embedder>> load_embedder(const std::string& folder,
                                                      const TransformerOptions& options = {});

Result<std::shared_ptr<const TransformerEmbedder>> load_transformer_embedder(
    const std::string& folder, const TransformerOptions& options = {});

// A ...ForSequenceClassification of one label, as the CrossEncoder of sentence-transformers takes
// it; its name is the folder's last.
Result<std::shared_ptr<const CrossEncoder>> load_reranker(const std::string& folder,
                                                          const HeadOptions& options = {});

// A ColBERT, of colbert-ir (artifact.metadata) or PyLate (modules.json with a Dense module).
Result<std::shared_ptr<const TokenEmbedder>> load_token_embedder(const std::string& folder,
                                                                 const HeadOptions& options = {});

// A ...ForMaskedLM, as SPLADE's authors publish it or with the files of sentence-transformers'
// SparseEncoder. `top` weights are kept of a text, the largest; 0: all.
Result<std::shared_ptr<const SparseEmbedder>> load_sparse_embedder(const std::string& folder,
                                                                   const HeadOptions& options = {},
                                                                   std::size_t top = 0);

}  // namespace vecstore
