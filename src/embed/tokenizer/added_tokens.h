// Tokens that are found in a text before anything else is done to it ("<s>", "[MASK]"): the added
// tokens of tokenizer.json.
//
// Of those that begin leftmost the longest counts. Time is the text's length times that of the
// longest token at most. Immutable once made, so safe from many threads.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "embed/tokenizer/models/piece_trie.h"

namespace vecstore {

struct AddedToken {
  std::string text;
  std::uint32_t id;
  bool normalized = false;   // found in the text as it is after normalisation
  bool single_word = false;  // not between letters
  bool takes_left = false;   // with the blanks before it
  bool takes_right = false;
};

class AddedTokens {
 public:
  // Bytes [begin, end) of a text: a token, or what lies between (kNoPiece).
  struct Part {
    std::uint32_t begin;
    std::uint32_t end;
    std::uint32_t id;
  };

  AddedTokens() = default;

  // Texts must not be empty.
  explicit AddedTokens(std::vector<AddedToken> tokens);

  bool empty() const { return tokens_.empty(); }

  // The whole of `text` in order. Parts may overlap where a token takes blanks that are a token.
  void find_all(std::string_view text, std::vector<Part>& out) const;

 private:
  // The end and index of the longest token at `at`.
  struct Found {
    std::size_t end = 0;
    std::uint32_t index = kNoPiece;
  };
  Found find_at(std::string_view text, std::size_t at) const;

  std::vector<AddedToken> tokens_;
  PieceTrie trie_;  // by index
  std::array<bool, 256> starts_ = {};
};

}  // namespace vecstore
