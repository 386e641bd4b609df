// Whether two questions whose vectors are near may have one answer. Embeddings, those of static
// words above all, hardly see order, negation and numbers: "from euro to dollar" and "from dollar
// to euro" have a cosine of 1 by wordllama-256. A question refused here costs a call of the model,
// one let through by mistake a wrong answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vecstore {

// The same numbers, the same words that negate, and the words that both have in the same order.
// Replaced nouns are not seen: that is left to the cosine.
bool may_have_one_answer(std::string_view a, std::string_view b);

// The numbers in a text, digits with what stands between them and a minus before, sorted.
std::vector<std::string> numbers_in(std::string_view text);

}  // namespace vecstore
