// Token ids into vectors: the encoder of a transformer.
//
// A batch is the tokens of some texts one after another, without padding: matrix products see them
// all, attention each text alone. The vectors of a text are the same bits whatever stands beside
// it, for one instruction set and precision.
//
// Immutable once made; encode() is safe from many threads, each with a workspace of its own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "embed/transformer/attention.h"
#include "embed/transformer/config.h"
#include "embed/transformer/linear.h"
#include "embed/weights/weights.h"

namespace vecstore {

struct TokenBatch {
  std::vector<std::uint32_t> ids;  // of all texts, below config().vocabulary
  std::vector<std::size_t> ends;   // where each text ends in `ids`; none is empty
  // Of each token, below config().types; empty: all are the first type.
  std::vector<std::uint32_t> types = {};
  // Of each text how many tokens, the first ones, are seen by its others; 0, or empty: all.
  std::vector<std::size_t> attended = {};
};

// Memory for the numbers between layers, kept from batch to batch. Per token about
// 4 (5 hidden + intermediate) bytes, and a quarter of it more with bytes.
class Workspace {
 public:
  Workspace() = default;

 private:
  friend class Encoder;
  LargeBuffer memory_;
};

class Encoder {
 public:
  static Result<Encoder> make(const TransformerConfig& config, const Weights& weights,
                              Precision precision);

  const TransformerConfig& config() const { return config_; }

  // A row of hidden numbers for each token, in `workspace` until its next use. Texts are at most
  // config().longest() tokens. kResourceExhausted when there is no memory.
  Result<TokenRows> encode(const TokenBatch& batch, Workspace& workspace) const;

  // Of weights.
  std::size_t memory_bytes() const;

 private:
  struct Norm {
    std::vector<float> scale, shift;
    LayerNorm view(float epsilon) const { return {scale.data(), shift.data(), epsilon}; }
  };
  struct Layer {
    Linear projections, mixed, up, down;
    Norm norm_mixed, norm_down;
  };
  struct Rows;

  Encoder() = default;
  static Result<Norm> make_norm(const Weights& weights, const std::string& name,
                                std::size_t hidden);
  static Result<Layer> make_layer(const TransformerConfig& config, const struct LayerNames& names,
                                  const Weights& weights, Precision precision);
  Status load_embeddings(const struct TensorNames& names, const Weights& weights);
  void embed(const TokenBatch& batch, TokenRows out) const;
  void apply(const Layer& layer, const TokenBatch& batch, const Rows& rows) const;
  Result<Rows> divide(const TokenBatch& batch, Workspace& workspace) const;

  TransformerConfig config_;
  Precision precision_ = Precision::kFloat;
  std::vector<float> words_;      // [vocabulary][hidden]
  std::vector<float> positions_;  // [longest][padded hidden], the first token type added
  std::vector<float> types_;      // [types][hidden], less the first type
  std::vector<float> distances_;  // [distances][heads]
  Norm norm_;
  std::vector<Layer> layers_;
};

}  // namespace vecstore
