// The vectors of one answer, gathered by index and checked: every text has one, no text has two,
// each of the right dimension, all numbers finite.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vecstore/value.h"

namespace vecstore {

struct EmbedAnswer {
  std::vector<float> rows;  // row-major, in the order of the texts, of unit length or zero
  std::size_t dimension = 0;
  std::uint64_t tokens = 0;  // as counted by the provider; 0 when it does not say
};

class AnswerRows {
 public:
  // `dimension` 0: that of the first vector.
  AnswerRows(std::size_t texts, std::size_t dimension) : dimension_(dimension), seen_(texts) {}

  // A vector: a list of numbers, or base64 of little-endian f32.
  Status add(std::size_t index, const Value* embedding);
  // In order.
  Status add_all(const Value* embeddings);
  Result<EmbedAnswer> finish(std::uint64_t tokens) &&;

 private:
  Status add_numbers(std::size_t index, const std::vector<float>& numbers);

  std::size_t dimension_;
  std::vector<bool> seen_;
  std::vector<float> rows_;
};

// kUnknown: an answer of success that does not say what it should.
inline Status wrong_answer(std::string message) {
  return Status(Code::kUnknown, std::move(message));
}

// value[name], or nullptr: also when value is none or no object.
const Value* member_of(const Value* value, std::string_view name);
// A count; 0 when there is none.
std::uint64_t count_of(const Value* value);

// A list of numbers, each finite as a float; also base64 of little-endian f32.
Result<std::vector<float>> numbers_of(const Value& embedding);

}  // namespace vecstore
