#include "embed/transformer/attention.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace vecstore {
namespace {

using Floats = std::vector<float>;

// softmax(q k / sqrt(size) + bias) v of one head, straight from the definition.
std::vector<double> naive(const Floats& in, std::size_t stride, std::size_t tokens,
                          const AttentionShape& shape, std::size_t head, std::size_t token,
                          const float* biases) {
  const std::size_t hidden = shape.heads * shape.head_size, at = head * shape.head_size;
  std::vector<double> weights(tokens), out(shape.head_size);
  double sum = 0;
  for (std::size_t other = 0; other < tokens; ++other) {
    double dot = 0;
    for (std::size_t i = 0; i < shape.head_size; ++i) {
      dot += double{in[token * stride + at + i]} * in[other * stride + hidden + at + i];
    }
    dot /= std::sqrt(static_cast<double>(shape.head_size));
    if (biases) dot += biases[head * bias_stride(tokens) + tokens - 1 + other - token];
    sum += weights[other] = std::exp(dot);
  }
  for (std::size_t other = 0; other < tokens; ++other) {
    for (std::size_t i = 0; i < shape.head_size; ++i) {
      out[i] += weights[other] / sum * in[other * stride + 2 * hidden + at + i];
    }
  }
  return out;
}

void expect_naive(const AttentionShape& shape, std::size_t tokens, bool biased) {
  Random random(tokens);
  const std::size_t hidden = shape.heads * shape.head_size, stride = 3 * hidden + 5;
  Floats in(tokens * stride), biases(biased ? shape.heads * bias_stride(tokens) : 0);
  for (float& x : in) x = static_cast<float>(random.normal());
  for (float& x : biases) x = static_cast<float>(random.normal());
  const float* added = biased ? biases.data() : nullptr;
  for (const MatrixKernels* kernels : supported_matrix_kernels()) {
    Floats scratch(attention_scratch(tokens, shape.head_size), NAN);
    const std::size_t out_stride = padded(hidden) + 16;
    Floats out(tokens * out_stride);
    attend(*kernels, shape, {in.data(), stride}, tokens, added, scratch.data(),
           {out.data(), out_stride});
    for (std::size_t head = 0; head < shape.heads; ++head) {
      for (std::size_t token = 0; token < tokens; token += 1 + tokens / 7) {
        const auto expected = naive(in, stride, tokens, shape, head, token, added);
        for (std::size_t i = 0; i < shape.head_size; ++i) {
          ASSERT_NEAR(out[token * out_stride + head * shape.head_size + i], expected[i], 1e-5)
              << kernels->name << " of " << tokens << " head " << head << " token " << token;
        }
      }
    }
  }
}

TEST(Attention, is_its_definition_for_heads_and_texts_of_any_size) {
  for (const AttentionShape& shape : {AttentionShape{1, 1}, {3, 7}, {2, 32}, {2, 64}, {1, 80}}) {
    for (const std::size_t tokens : std::initializer_list<std::size_t>{1, 2, 17, 48, 49, 130}) {
      expect_naive(shape, tokens, false);
      expect_naive(shape, tokens, true);
    }
  }
}

// By transformers' MPNetEncoder.compute_position_bias with 32 buckets.
TEST(Attention, distances_fall_into_the_buckets_of_mpnet) {
  Floats table(32);
  for (std::size_t i = 0; i < 32; ++i) table[i] = static_cast<float>(i);
  constexpr std::size_t kTokens = 300;
  const Floats biases = attention_biases(table, 32, 1, kTokens);
  const auto at = [&](int behind) { return biases[static_cast<std::size_t>(299 + behind)]; };
  for (const auto& [behind, bucket] :
       {std::pair(0, 0), {1, 17},   {-1, 1},   {7, 23},   {-7, 7},   {8, 24},   {-8, 8},
        {11, 24},        {12, 25},  {-12, 9},  {16, 26},  {-16, 10}, {31, 27},  {32, 28},
        {64, 30},        {-90, 14}, {-91, 15}, {128, 31}, {299, 31}, {-299, 15}}) {
    EXPECT_EQ(at(behind), static_cast<float>(bucket)) << behind;
  }
}

}  // namespace
}  // namespace vecstore
