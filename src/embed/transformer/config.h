// What a model is made of, from its config.json: the encoder families of sentence embeddings.
//
// A setting that would change what the model computes and is not known here is refused by name:
// vectors that are nearly right are worse than none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "simd/matrix.h"
#include "vecstore/status.h"

namespace vecstore {

enum class Family : unsigned char {
  kBert,        // and MiniLM, E5, BGE, GTE
  kDistilBert,  // BERT without token types, with names of its own
  kRoberta,     // and XLM-R, multilingual E5: positions begin behind the padding's
  kMpnet,       // positions as RoBERTa, no token types, a bias in attention by distance
};

struct TransformerConfig {
  Family family = Family::kBert;
  std::size_t vocabulary = 0;
  std::size_t hidden = 0;
  std::size_t layers = 0;
  std::size_t heads = 0;
  std::size_t intermediate = 0;
  std::size_t positions = 0;       // rows of the table of positions
  std::size_t first_position = 0;  // that of the first token
  std::size_t types = 0;           // rows of the table of token types; 0: none
  std::size_t distances = 0;       // buckets of the attention bias; 0: none
  Activation activation = Activation::kGelu;
  float epsilon = 1e-12f;

  std::size_t head_size() const { return hidden / heads; }
  // The longest text, in tokens.
  std::size_t longest() const { return positions - first_position; }
};

// kUnimplemented for a model that is not of these families, kInvalidArgument for sizes that do not
// fit each other or exceed what any such model has.
Result<TransformerConfig> parse_transformer_config(std::string_view json);

// Refuses a tokenizer with ids that are no rows of the model's table.
Status check_ids(std::uint32_t id_limit, const TransformerConfig& config);

}  // namespace vecstore
