// The pieces of a model and their ids, as all models have them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "embed/tokenizer/models/piece_trie.h"

namespace vecstore {

struct VocabularyPiece {
  std::string text;
  std::uint32_t id;
};

// A token: bytes [begin, end) of what the model was given.
struct Token {
  std::uint32_t id;
  std::uint32_t begin;
  std::uint32_t end;

  bool operator==(const Token&) const = default;
};

// Refuses ids that repeat or reach kMaxVocabulary, and more bytes than a trie takes.
Status check_vocabulary(const std::vector<VocabularyPiece>& pieces);

std::vector<PieceTrie::Entry> entries_of(const std::vector<VocabularyPiece>& pieces);

// One past the highest id.
std::uint32_t id_limit_of(const std::vector<VocabularyPiece>& pieces);

// "<0x00>" to "<0xFF>".
std::string byte_piece(unsigned byte);

}  // namespace vecstore
