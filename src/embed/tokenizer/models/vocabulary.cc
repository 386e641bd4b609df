#include "embed/tokenizer/models/vocabulary.h"

#include <algorithm>

namespace vecstore {

Status check_vocabulary(const std::vector<VocabularyPiece>& pieces) {
  std::vector<bool> taken;
  for (const VocabularyPiece& piece : pieces) {
    if (piece.id >= kMaxVocabulary) {
      return invalid_argument("piece '" + piece.text + "' has the id " + std::to_string(piece.id) +
                              ", the limit is " + std::to_string(kMaxVocabulary - 1));
    }
    if (piece.id >= taken.size()) taken.resize(piece.id + 1);
    if (taken[piece.id]) {
      return invalid_argument("the id " + std::to_string(piece.id) + " of piece '" + piece.text +
                              "' is given twice");
    }
    taken[piece.id] = true;
  }
  return PieceTrie::check_size(entries_of(pieces));
}

std::vector<PieceTrie::Entry> entries_of(const std::vector<VocabularyPiece>& pieces) {
  std::vector<PieceTrie::Entry> entries;
  entries.reserve(pieces.size());
  for (const VocabularyPiece& piece : pieces) entries.push_back({piece.text, piece.id});
  return entries;
}

std::uint32_t id_limit_of(const std::vector<VocabularyPiece>& pieces) {
  std::uint32_t limit = 0;
  for (const VocabularyPiece& piece : pieces) limit = std::max(limit, piece.id + 1);
  return limit;
}

std::string byte_piece(unsigned byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  return {'<', '0', 'x', kDigits[byte >> 4], kDigits[byte & 15], '>'};
}

}  // namespace vecstore
