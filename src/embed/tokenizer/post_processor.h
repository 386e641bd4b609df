// What is done to tokens after the model: special tokens around them, types, blanks taken off their
// spans. The post-processors of tokenizer.json, each of which comes down to these.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace vecstore {

// In what order texts and special tokens stand.
struct TokenTemplate {
  struct Item {
    enum Kind : unsigned char { kSpecial, kFirst, kSecond } kind;
    std::uint32_t id = 0;  // of a special token
    std::uint32_t type = 0;
  };
  std::vector<Item> items;

  std::size_t special_count() const {
    std::size_t count = 0;
    for (const Item& item : items) count += item.kind == Item::kSpecial;
    return count;
  }
};

struct PostProcessor {
  TokenTemplate single = {{{TokenTemplate::Item::kFirst}}};
  std::optional<TokenTemplate> pair = {
      {{{TokenTemplate::Item::kFirst, 0, 0}, {TokenTemplate::Item::kSecond, 0, 1}}}};
  // Blanks at either end of a token are left out of its span: once for each entry. True: not the
  // first token's one leading blank, which was put in.
  std::vector<bool> trims;
};

}  // namespace vecstore
