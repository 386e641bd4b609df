// WordPiece (Devlin et al., "BERT", 2019): a word is the longest piece that it begins with, then
// the longest of those that continue a word, and so on; a word for which that fails is unknown as a
// whole.
//
// Time is the word's length times that of the longest piece at most. Immutable once made, so safe
// from many threads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "embed/tokenizer/models/vocabulary.h"

namespace vecstore {

struct WordPieceParts {
  std::vector<VocabularyPiece> pieces;
  std::string unknown = "[UNK]";
  std::string prefix = "##";           // of pieces that continue a word
  std::uint32_t max_characters = 100;  // longer words are unknown
};

class WordPieceModel {
 public:
  static Result<WordPieceModel> make(const WordPieceParts& parts);

  // Appends the tokens of `word`, which must be valid UTF-8 and not empty.
  void encode(std::string_view word, std::vector<Token>& out) const;

  std::uint32_t id_limit() const { return id_limit_; }

 private:
  WordPieceModel() = default;
  bool is_too_long(std::string_view word) const;

  PieceTrie pieces_;
  PieceTrie::Node inner_ = PieceTrie::kNone;  // after the prefix
  std::uint32_t unknown_ = kNoPiece;
  std::uint32_t max_characters_ = 0;
  std::uint32_t id_limit_ = 0;
};

}  // namespace vecstore
