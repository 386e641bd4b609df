#include "embed/transformer/attention.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace vecstore {
namespace {

// Where in the scratch what lies, for one head at a time.
struct Places {
  std::size_t key_panels, value_panels, scores, score_stride;

  Places(std::size_t tokens, std::size_t head_size)
      : key_panels(panel_count(tokens) * kPanelColumns * head_size),
        value_panels(panel_count(head_size) * kPanelColumns * tokens),
        score_stride(padded(tokens) + 16) {
    scores = std::min(kScoreRows, tokens) * score_stride;
  }
};

std::size_t bucket_of(std::ptrdiff_t behind, std::size_t buckets) {
  const std::size_t half = buckets / 2, exact = half / 2;
  const std::size_t start = behind > 0 ? half : 0;
  const auto far = static_cast<std::size_t>(std::abs(behind));
  if (far < exact) return start + far;
  const double steps = std::log(static_cast<double>(far) / static_cast<double>(exact)) /
                       std::log(128.0 / static_cast<double>(exact)) *
                       static_cast<double>(half - exact);
  return start + std::min(exact + static_cast<std::size_t>(steps), half - 1);
}

}  // namespace

std::size_t attention_scratch(std::size_t tokens, std::size_t head_size) {
  const Places places(tokens, head_size);
  return places.key_panels + places.value_panels + places.scores;
}

void attend(const MatrixKernels& kernels, const AttentionShape& shape, TokenRows projected,
            std::size_t tokens, const float* biases, float* scratch, TokenRows out) {
  const std::size_t size = shape.head_size, hidden = shape.heads * size;
  const std::size_t seen = shape.attended > 0 ? shape.attended : tokens;
  const Places places(tokens, size);
  float* keys = scratch;
  float* values = keys + places.key_panels;
  float* scores = values + places.value_panels;
  std::fill_n(scratch, places.key_panels + places.value_panels, 0.0f);
  const float scale = 1 / std::sqrt(static_cast<float>(size));
  for (std::size_t head = 0; head < shape.heads; ++head) {
    const float* query = projected.data + head * size;
    pack_panels({query + hidden, 1, projected.stride}, size, seen, 0, keys);
    pack_panels({query + 2 * hidden, projected.stride, 1}, seen, size, 0, values);
    for (std::size_t first = 0; first < tokens; first += kScoreRows) {
      const std::size_t rows = std::min(kScoreRows, tokens - first);
      kernels.multiply({query + first * projected.stride, projected.stride, keys, nullptr, scores,
                        places.score_stride, rows, size, seen});
      for (std::size_t r = 0; r < rows; ++r) {
        const float* added =
            biases ? biases + head * bias_stride(tokens) + (tokens - 1 - first - r) : nullptr;
        kernels.softmax(scores + r * places.score_stride, added, seen, scale);
      }
      // The padding of a head's columns is where the next head's, or the row's own, begin.
      kernels.multiply({scores, places.score_stride, values, nullptr, out.row(first) + head * size,
                        out.stride, rows, seen, size});
    }
  }
}

std::vector<float> attention_biases(std::span<const float> table, std::size_t buckets,
                                    std::size_t heads, std::size_t tokens) {
  const std::size_t stride = bias_stride(tokens);
  std::vector<float> biases(heads * stride);
  for (std::size_t i = 0; i < 2 * tokens - 1; ++i) {
    const auto behind = static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(tokens - 1);
    const float* row = table.data() + bucket_of(behind, buckets) * heads;
    for (std::size_t head = 0; head < heads; ++head) biases[head * stride + i] = row[head];
  }
  return biases;
}

}  // namespace vecstore
