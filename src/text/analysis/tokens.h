// What an analyzer makes of a text: terms with their positions, and where in the text each comes
// from. Reused from text to text, it allocates nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace vecstore::text {

inline constexpr std::size_t kMaxTermBytes = 255;

class Tokens {
 public:
  struct Token {
    std::uint32_t term_begin = 0;
    std::uint32_t term_bytes = 0;
    std::uint32_t position = 0;  // never descends
    std::uint32_t begin = 0;     // bytes of the text
    std::uint32_t end = 0;
  };

  void clear() {
    terms_.clear();
    tokens_.clear();
    length = 0;
  }

  // A term longer than kMaxTermBytes keeps its beginning and gets a hash of the whole for its end.
  // Empty terms are passed over.
  void add(std::string_view term, std::uint32_t position, std::size_t begin, std::size_t end) {
    if (term.empty()) return;
    if (tokens_.empty() || tokens_.back().position != position) ++length;
    Token token = {static_cast<std::uint32_t>(terms_.size()), 0, position,
                   static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    if (term.size() <= kMaxTermBytes) {
      terms_.append(term);
    } else {
      append_long(term);
    }
    token.term_bytes = static_cast<std::uint32_t>(terms_.size()) - token.term_begin;
    tokens_.push_back(token);
  }

  std::size_t size() const { return tokens_.size(); }
  const Token& operator[](std::size_t i) const { return tokens_[i]; }
  // Until the next add or clear.
  std::string_view term(std::size_t i) const {
    return std::string_view(terms_).substr(tokens_[i].term_begin, tokens_[i].term_bytes);
  }

  // How long scores take the text to be: tokens that share the position of the one before do not
  // count.
  std::uint32_t length = 0;

 private:
  void append_long(std::string_view term) {
    std::uint64_t hash = hash64(as_bytes(term));
    terms_.append(term.substr(0, kMaxTermBytes - 16));
    for (int digit = 0; digit < 16; ++digit, hash >>= 4)
      terms_.push_back("0123456789abcdef"[hash & 15]);
  }

  std::string terms_;
  std::vector<Token> tokens_;
};

}  // namespace vecstore::text
