#include "embed/tokenizer/added_tokens.h"

#include <algorithm>

#include "embed/tokenizer/unicode/unicode.h"

namespace vecstore {
namespace {

// The character that ends before `at`, which must be above 0.
std::size_t character_before(std::string_view text, std::size_t at) {
  do {
    --at;
  } while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  return at;
}

bool has(std::string_view text, std::size_t at, std::uint32_t trait) {
  return (unicode::traits(unicode::character_at(text, at).value) & trait) != 0;
}

bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  if (begin > 0 && has(text, character_before(text, begin), unicode::kWord)) return false;
  return end == text.size() || !has(text, end, unicode::kWord);
}

}  // namespace

AddedTokens::AddedTokens(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)) {
  std::vector<PieceTrie::Entry> entries;
  for (const AddedToken& token : tokens_) {
    entries.push_back({token.text, static_cast<std::uint32_t>(entries.size())});
    starts_[static_cast<unsigned char>(token.text[0])] = true;
  }
  trie_ = PieceTrie(entries);
}

AddedTokens::Found AddedTokens::find_at(std::string_view text, std::size_t at) const {
  Found found;
  PieceTrie::Node node = PieceTrie::kRoot;
  while (at < text.size()) {
    node = trie_.step(node, text[at++]);
    if (node == PieceTrie::kNone) break;
    if (trie_.id_at(node) != kNoPiece) found = {at, trie_.id_at(node)};
  }
  return found;
}

void AddedTokens::find_all(std::string_view text, std::vector<Part>& out) const {
  out.clear();
  std::size_t done = 0;
  std::size_t blanks_end = 0;  // of the blanks last walked over: tokens may begin within them
  const auto add = [&](std::size_t begin, std::size_t end, std::uint32_t id) {
    if (begin < end) {
      out.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), id});
    }
  };
  for (std::size_t at = 0; !empty() && at < text.size();) {
    const bool starts = starts_[static_cast<unsigned char>(text[at])];
    const Found found = starts ? find_at(text, at) : Found();
    if (found.index == kNoPiece) {
      ++at;
      continue;
    }
    const AddedToken& token = tokens_[found.index];
    std::size_t begin = at, end = found.end;
    at = end;
    if (token.single_word && !stands_alone(text, begin, end)) continue;
    while (token.takes_left && begin > done) {
      const std::size_t before = character_before(text, begin);
      if (before < done || !has(text, before, unicode::kBlank)) break;
      begin = before;
    }
    if (token.takes_right) {
      end = std::max(end, blanks_end);
      while (end < text.size() && has(text, end, unicode::kBlank)) {
        end += unicode::character_at(text, end).size;
      }
      blanks_end = end;
    }
    add(done, begin, kNoPiece);
    add(begin, end, token.id);
    done = end;
  }
  add(done, text.size(), kNoPiece);
}

}  // namespace vecstore
