// Any model from its folder: a transformer where config.json says so, else a static table.
//
// A transformer's folder has config.json, tokenizer.json and model.safetensors or model.onnx; what
// sentence-transformers puts beside them is honoured when it is there: modules.json,
// 1_Pooling/config.json, sentence_bert_config.json, config_sentence_transformers.json.
#pragma once

#include <memory>
#include <string>

#include "embed/transformer/transformer_embedder.h"

namespace vecstore {

// It is known by the folder's last name and the checksum of its weights. kUnimplemented names the
// first thing in the files that is not understood.
Result<std::shared_ptr<const Embedder>> load_embedder(const std::string& folder,
                                                      const TransformerOptions& options = {});

Result<std::shared_ptr<const TransformerEmbedder>> load_transformer_embedder(
    const std::string& folder, const TransformerOptions& options = {});

}  // namespace vecstore
