#include "embed/transformer/tensor_names.h"

namespace vecstore {
namespace {

constexpr std::string_view kWords = "embeddings.word_embeddings.weight";

LayerNames bert(const std::string& at) {
  const std::string self = at + "attention.self.";
  return {self + "query",
          self + "key",
          self + "value",
          at + "attention.output.dense",
          at + "attention.output.LayerNorm",
          at + "intermediate.dense",
          at + "output.dense",
          at + "output.LayerNorm"};
}

LayerNames mpnet(const std::string& at) {
  const std::string self = at + "attention.attn.";
  return {self + "q",
          self + "k",
          self + "v",
          self + "o",
          at + "attention.LayerNorm",
          at + "intermediate.dense",
          at + "output.dense",
          at + "output.LayerNorm"};
}

LayerNames distil_bert(const std::string& at) {
  const std::string self = at + "attention.";
  return {self + "q_lin",       self + "k_lin",  self + "v_lin",  self + "out_lin",
          at + "sa_layer_norm", at + "ffn.lin1", at + "ffn.lin2", at + "output_layer_norm"};
}

}  // namespace

std::string model_prefix(const Weights& weights) { return std::string(weights.prefix_of(kWords)); }

TensorNames tensor_names(const TransformerConfig& config, const Weights& weights) {
  const std::string prefix = model_prefix(weights);
  const bool distil = config.family == Family::kDistilBert;
  const std::string embeddings = prefix + "embeddings.";
  TensorNames names{prefix + std::string(kWords),
                    embeddings + "position_embeddings.weight",
                    embeddings + "token_type_embeddings.weight",
                    embeddings + "LayerNorm",
                    prefix + "encoder.relative_attention_bias.weight",
                    {}};
  const std::string layers = prefix + (distil ? "transformer.layer." : "encoder.layer.");
  for (std::size_t i = 0; i < config.layers; ++i) {
    const std::string at = layers + std::to_string(i) + ".";
    names.layers.push_back(distil                            ? distil_bert(at)
                           : config.family == Family::kMpnet ? mpnet(at)
                                                             : bert(at));
  }
  return names;
}

}  // namespace vecstore
