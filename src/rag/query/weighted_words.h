// A question and words beside it, which count less or more, in the query language of texts.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vecstore {

struct WeightedWord {
  std::string text = {};  // of several words: a phrase
  double weight = 1;      // times what the word scores; one of the question counts 1
  bool operator==(const WeightedWord&) const = default;
};

// For TextSyntax::kQuery: finds and scores as `question` does with TextSyntax::kWords, whatever
// stands in it, and adds what the words score. Weights are taken from 0.001 to 100; words that are
// blank are left out.
std::string text_with_words(std::string_view question, std::span<const WeightedWord> words);

}  // namespace vecstore
