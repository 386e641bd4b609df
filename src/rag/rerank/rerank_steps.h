// Steps of reranking as a text:
//
//   model(k=30) | mmr(lambda=0.7)
//   rrf(found, model(name=bge), 0.5 score(field=stars)) | mmr(k=10)
//
// Steps come one after the other, between bars. What a step is told stands in brackets: options as
// name=value, and steps that it combines, each with a weight before it or 1. Commas between them
// may be left out. A value with blanks or any of ,|()=" is put between quotation marks, in which \"
// and \\ stand for " and \.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

struct RerankStepText;

struct RerankArmText {
  double weight = 1;
  std::vector<RerankStepText> steps;  // one after the other
};

struct RerankStepText {
  std::string name = {};
  std::vector<std::pair<std::string, std::string>> options = {};  // no name twice
  std::vector<RerankArmText> arms = {};
};

inline constexpr std::size_t kMaxRerankSteps = 32;  // in all of a text
inline constexpr std::size_t kMaxRerankDepth = 4;   // of brackets

// At least one step. kInvalidArgument names the column.
Result<std::vector<RerankStepText>> parse_rerank_steps(std::string_view text);

}  // namespace vecstore
