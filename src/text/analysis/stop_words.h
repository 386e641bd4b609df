// The words of a language that carry no meaning of their own, and the articles that stick to the
// front of others ("l'eau").
#pragma once

#include <span>
#include <string_view>

namespace vecstore::text {

// Folded, sorted. Empty for an unknown language.
std::span<const std::string_view> stop_words(std::string_view language);

// What may stand before an apostrophe at the beginning of a word; sorted.
std::span<const std::string_view> elided_articles(std::string_view language);

// The languages above, in alphabetical order.
std::span<const std::string_view> languages();

}  // namespace vecstore::text
