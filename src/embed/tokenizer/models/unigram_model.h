// Unigram (Kudo, "Subword Regularization", 2018): of all ways to cut a text into pieces, the one
// whose scores have the greatest sum, found by Viterbi's algorithm.
//
// Characters without a piece are unknown, at a score below all others; a run of them is one token.
// Time is the text's length times that of the longest piece at most; memory 16 bytes for each byte.
// Immutable once made, so safe from many threads.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "embed/tokenizer/models/vocabulary.h"

namespace vecstore {

struct UnigramParts {
  std::vector<VocabularyPiece> pieces;  // ids in order from 0; of equal texts the last counts
  std::vector<double> scores;           // one for each
  std::uint32_t unknown = 0;
  bool byte_fallback = false;  // pieces "<0x00>" to "<0xFF>" before the unknown one
};

class UnigramModel {
 public:
  static Result<UnigramModel> make(const UnigramParts& parts);

  // Appends the tokens of `text`, which must be valid UTF-8.
  void encode(std::string_view text, std::vector<Token>& out) const;

  std::uint32_t id_limit() const { return static_cast<std::uint32_t>(scores_.size()); }

 private:
  // The best way to cut the text up to a place: its sum, its last piece and where that begins.
  struct Step {
    double score = 0;
    std::uint32_t begin = kNoPiece;
    std::uint32_t id = kNoPiece;
  };

  UnigramModel() = default;
  void find_best(std::string_view text, std::vector<Step>& steps) const;
  void append_unknown(std::string_view text, std::uint32_t begin, std::vector<Token>& out) const;

  PieceTrie pieces_;
  std::vector<double> scores_;               // by id
  std::array<std::uint32_t, 256> byte_ids_;  // kNoPiece where there is none
  std::uint32_t unknown_ = 0;
  double unknown_score_ = 0;
};

}  // namespace vecstore
