// Self-attention over the tokens of one text.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "embed/transformer/linear.h"

namespace vecstore {

// Rows of scores that are made at a time: as many fit the caches, whatever the text's length.
inline constexpr std::size_t kScoreRows = 48;

// Numbers that attend() needs for a text of `tokens`.
std::size_t attention_scratch(std::size_t tokens, std::size_t head_size);

struct AttentionShape {
  std::size_t heads, head_size;
  std::size_t attended = 0;  // tokens, the first ones, whose keys and values count; 0: all
};

// `projected` has for each token its query, its key and its value, each heads * head_size numbers;
// `out` gets heads * head_size, and its stride has room for padded() more. What bias there is is
// added to the scores: head h, of a token for one `d` places behind it, biases[h][tokens - 1 + d],
// and each row is padded(2 tokens - 1) + 16 long; null: none.
void attend(const MatrixKernels& kernels, const AttentionShape& shape, TokenRows projected,
            std::size_t tokens, const float* biases, float* scratch, TokenRows out);

constexpr std::size_t bias_stride(std::size_t tokens) { return padded(2 * tokens - 1) + 16; }

// The bias of MPNet and T5: distances fall into `buckets`, half of them for each direction, exact
// when near and logarithmic to 128 beyond. `table` is [buckets][heads].
std::vector<float> attention_biases(std::span<const float> table, std::size_t buckets,
                                    std::size_t heads, std::size_t tokens);

}  // namespace vecstore
