#include "embed/transformer/encoder.h"

#include <algorithm>

#include "embed/transformer/tensor_names.h"

namespace vecstore {
namespace {

// Rows a multiple of 4096 bytes apart would fall upon each other in the caches.
constexpr std::size_t kStrideExtra = 16;

std::size_t longest_text(const TokenBatch& batch) {
  std::size_t longest = 0, begin = 0;
  for (std::size_t end : batch.ends) {
    longest = std::max(longest, end - begin);
    begin = end;
  }
  return longest;
}

// Hands out parts of one piece of memory; first with no memory, to learn how much it takes.
class Divider {
 public:
  explicit Divider(std::byte* memory) : memory_(memory) {}

  template <class Number>
  Number* take(std::size_t count) {
    std::byte* at = memory_ ? memory_ + used_ : nullptr;
    used_ += (count * sizeof(Number) + 63) / 64 * 64;
    return reinterpret_cast<Number*>(at);
  }
  TokenRows take_rows(std::size_t tokens, std::size_t width) {
    const std::size_t stride = padded(width) + kStrideExtra;
    return {take<float>(tokens * stride), stride};
  }
  std::size_t used() const { return used_; }

 private:
  std::byte* memory_;
  std::size_t used_ = 0;
};

}  // namespace

struct Encoder::Rows {
  TokenRows hidden, projected, mixed, added, up;
  QuantizedRows bytes = {};
  float* scratch = nullptr;

  Rows(Divider& divider, const TransformerConfig& config, std::size_t tokens, std::size_t longest,
       Precision precision)
      : hidden(divider.take_rows(tokens, config.hidden)),
        projected(divider.take_rows(tokens, 3 * config.hidden)),
        mixed(divider.take_rows(tokens, config.hidden)),
        added(divider.take_rows(tokens, config.hidden)),
        up(divider.take_rows(tokens, config.intermediate)),
        scratch(divider.take<float>(attention_scratch(longest, config.head_size()))) {
    if (precision == Precision::kFloat) return;
    const std::size_t widest = std::max(config.hidden, config.intermediate);
    const std::size_t stride = byte_depth(widest) + 64, groups = byte_groups(widest);
    bytes = {divider.take<std::uint8_t>(tokens * stride), stride,
             divider.take<float>(tokens * groups), divider.take<std::int32_t>(tokens * groups)};
  }
};

Result<Encoder::Norm> Encoder::make_norm(const Weights& weights, const std::string& name,
                                         std::size_t hidden) {
  Norm norm;
  VECSTORE_ASSIGN(norm.scale, weights.vector(name + ".weight", hidden));
  VECSTORE_ASSIGN(norm.shift, weights.vector(name + ".bias", hidden));
  norm.scale.resize(padded(hidden));
  norm.shift.resize(padded(hidden));
  return norm;
}

Result<Encoder::Layer> Encoder::make_layer(const TransformerConfig& config, const LayerNames& names,
                                           const Weights& weights, Precision precision) {
  const std::size_t hidden = config.hidden, wide = config.intermediate;
  const std::string projections[] = {names.query, names.key, names.value};
  VECSTORE_ASSIGN(Linear projected, Linear::make(weights, projections, hidden, hidden, precision));
  VECSTORE_ASSIGN(Linear mixed,
                  Linear::make(weights, {&names.mixed, 1}, hidden, hidden, precision));
  VECSTORE_ASSIGN(Linear up, Linear::make(weights, {&names.up, 1}, wide, hidden, precision));
  VECSTORE_ASSIGN(Linear down, Linear::make(weights, {&names.down, 1}, hidden, wide, precision));
  VECSTORE_ASSIGN(Norm norm_mixed, make_norm(weights, names.norm_mixed, hidden));
  VECSTORE_ASSIGN(Norm norm_down, make_norm(weights, names.norm_down, hidden));
  return Layer{std::move(projected), std::move(mixed),      std::move(up),
               std::move(down),      std::move(norm_mixed), std::move(norm_down)};
}

Status Encoder::load_embeddings(const TensorNames& names, const Weights& weights) {
  const std::size_t hidden = config_.hidden, row = padded(hidden);
  VECSTORE_ASSIGN(words_, weights.table(names.words, config_.vocabulary, hidden));
  VECSTORE_ASSIGN(const std::vector<float> positions,
                  weights.table(names.positions, config_.positions, hidden));
  std::vector<float> type(hidden);
  if (config_.types > 0) {
    VECSTORE_ASSIGN(types_, weights.table(names.types, config_.types, hidden));
    std::copy_n(types_.begin(), hidden, type.begin());
    for (std::size_t i = 0; i < types_.size(); ++i) types_[i] -= type[i % hidden];
  }
  positions_.resize(config_.longest() * row);
  for (std::size_t p = 0; p < config_.longest(); ++p) {
    const float* from = positions.data() + (p + config_.first_position) * hidden;
    for (std::size_t i = 0; i < hidden; ++i) positions_[p * row + i] = from[i] + type[i];
  }
  if (config_.distances > 0) {
    VECSTORE_ASSIGN(distances_, weights.table(names.distances, config_.distances, config_.heads));
  }
  VECSTORE_ASSIGN(norm_, make_norm(weights, names.norm, hidden));
  return {};
}

Result<Encoder> Encoder::make(const TransformerConfig& config, const Weights& weights,
                              Precision precision) {
  Encoder encoder;
  encoder.config_ = config;
  encoder.precision_ = precision;
  const TensorNames names = tensor_names(config, weights);
  VECSTORE_TRY(encoder.load_embeddings(names, weights));
  for (const LayerNames& layer : names.layers) {
    VECSTORE_ASSIGN(Layer made, make_layer(config, layer, weights, precision));
    encoder.layers_.push_back(std::move(made));
  }
  return encoder;
}

Result<Encoder::Rows> Encoder::divide(const TokenBatch& batch, Workspace& workspace) const {
  const std::size_t tokens = batch.ids.size(), longest = longest_text(batch);
  Divider measure(nullptr);
  Rows(measure, config_, tokens, longest, precision_);
  if (workspace.memory_.bytes().size() < measure.used()) {
    workspace.memory_ = LargeBuffer(measure.used());
    if (workspace.memory_.bytes().empty()) {
      return resource_exhausted("no memory for a batch of " + std::to_string(tokens) + " tokens");
    }
  }
  Divider divider(workspace.memory_.bytes().data());
  return Rows(divider, config_, tokens, longest, precision_);
}

void Encoder::embed(const TokenBatch& batch, TokenRows out) const {
  const MatrixKernels& kernels = matrix_kernels();
  const LayerNorm norm = norm_.view(config_.epsilon);
  std::size_t token = 0;
  for (std::size_t end : batch.ends) {
    const float* position = positions_.data();
    for (; token < end; ++token, position += padded(config_.hidden)) {
      const float* word = words_.data() + std::size_t{batch.ids[token]} * config_.hidden;
      float* row = out.row(token);
      std::copy_n(word, config_.hidden, row);
      if (!batch.types.empty() && batch.types[token] > 0) {
        const float* type = types_.data() + std::size_t{batch.types[token]} * config_.hidden;
        for (std::size_t i = 0; i < config_.hidden; ++i) row[i] += type[i];
      }
      kernels.layer_norm(row, position, config_.hidden, norm);
    }
  }
}

void Encoder::apply(const Layer& layer, const TokenBatch& batch, const Rows& rows) const {
  const MatrixKernels& kernels = matrix_kernels();
  const std::size_t tokens = batch.ids.size();
  layer.projections.apply(kernels, rows.hidden, tokens, rows.projected, rows.bytes);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < batch.ends.size(); ++i) {
    const std::size_t end = batch.ends[i];
    const std::size_t attended = batch.attended.empty() ? 0 : batch.attended[i];
    std::vector<float> biases;
    if (config_.distances > 0) {
      biases = attention_biases(distances_, config_.distances, config_.heads, end - begin);
    }
    attend(kernels, {config_.heads, config_.head_size(), attended},
           {rows.projected.row(begin), rows.projected.stride}, end - begin,
           biases.empty() ? nullptr : biases.data(), rows.scratch,
           {rows.mixed.row(begin), rows.mixed.stride});
    begin = end;
  }
  const auto add_and_norm = [&](const Norm& norm) {
    for (std::size_t t = 0; t < tokens; ++t) {
      kernels.layer_norm(rows.hidden.row(t), rows.added.row(t), config_.hidden,
                         norm.view(config_.epsilon));
    }
  };
  layer.mixed.apply(kernels, rows.mixed, tokens, rows.added, rows.bytes);
  add_and_norm(layer.norm_mixed);
  layer.up.apply(kernels, rows.hidden, tokens, rows.up, rows.bytes, config_.activation);
  layer.down.apply(kernels, rows.up, tokens, rows.added, rows.bytes);
  add_and_norm(layer.norm_down);
}

Result<TokenRows> Encoder::encode(const TokenBatch& batch, Workspace& workspace) const {
  VECSTORE_ASSIGN(const Rows rows, divide(batch, workspace));
  embed(batch, rows.hidden);
  for (const Layer& layer : layers_) apply(layer, batch, rows);
  return rows.hidden;
}

std::size_t Encoder::memory_bytes() const {
  std::size_t bytes = 4 * (words_.size() + positions_.size() + types_.size() + distances_.size());
  for (const Layer& layer : layers_) {
    bytes += layer.projections.memory_bytes() + layer.mixed.memory_bytes() +
             layer.up.memory_bytes() + layer.down.memory_bytes();
  }
  return bytes;
}

}  // namespace vecstore
