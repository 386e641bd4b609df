// What the families call the tensors of an encoder.
#pragma once

#include <string>
#include <vector>

#include "embed/transformer/config.h"
#include "embed/weights/weights.h"

namespace vecstore {

struct LayerNames {
  std::string query, key, value, mixed, norm_mixed, up, down, norm_down;
};

struct TensorNames {
  std::string words, positions, types, norm, distances;
  std::vector<LayerNames> layers;
};

// The names in a file that calls its table of words "<anything>embeddings.word_embeddings.weight".
TensorNames tensor_names(const TransformerConfig& config, const Weights& weights);

// That "<anything>": "bert." and the like where there is a head beside the encoder.
std::string model_prefix(const Weights& weights);

}  // namespace vecstore
