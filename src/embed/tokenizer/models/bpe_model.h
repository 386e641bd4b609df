// Byte-pair encoding (Sennrich et al., "Neural Machine Translation of Rare Words with Subword
// Units", 2016, section 3.2): over characters, with bytes for those the vocabulary lacks (Llama and
// its kin), or over bytes (GPT-2 and its kin).
//
// Text starts as one piece for each character. Of all neighbours that have a merge rule, the pair
// whose rule ranks first, leftmost among equals, becomes one piece, until no pair has a rule.
//
// Two things make that fast. A piece that comes out of its own text is looked up whole. And text is
// worked on in runs: where one character ends and the next begins as in no rule, no merge can reach
// over, so the runs on both sides are independent; in prose they are 4 characters long. The pairs
// of a long run are kept in a heap: time is n log n and memory 30 bytes a character in the longest
// run, whatever the text.
//
// Immutable once made, so safe from many threads.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "embed/tokenizer/models/merge_rules.h"
#include "embed/tokenizer/models/vocabulary.h"

namespace vecstore {

struct BpeParts {
  std::vector<VocabularyPiece> pieces;
  std::vector<std::pair<std::string, std::string>> merges;  // first rank first
  std::optional<std::string> unknown;  // the piece for what has none; without it, dropped
  bool fuse_unknown = false;           // one unknown piece for a run of unknown characters
  bool byte_fallback = false;          // pieces "<0x00>" to "<0xFF>" before the unknown one
  bool ignore_merges = false;          // a text that is a piece is that piece
  bool ranks_are_ids = false;          // a merge ranks as the id of its result, not by its place
  bool bare_bytes = false;  // if can_take_bytes(): encode() gets bytes, not characters for bytes
};

// Whether each byte of UTF-8 has a piece, written as byte_character() has it.
bool can_take_bytes(const BpeParts& parts);

class BpeModel {
 public:
  // Refuses merges of pieces that are not there.
  static Result<BpeModel> make(const BpeParts& parts);

  // Appends the tokens of `text`, which must be valid UTF-8 and shorter than 4 GiB. Where
  // characters are dropped, tokens after them stand too early: so they do in the reference.
  void encode(std::string_view text, std::vector<Token>& out) const;

  // One past the highest id.
  std::uint32_t id_limit() const { return id_limit_; }

 private:
  struct Builder;
  struct Run;

  BpeModel() = default;
  void encode_runs(std::string_view text, std::vector<Token>& out) const;
  void encode_bytes(std::string_view text, std::vector<Token>& out) const;
  void append(std::string_view character, std::uint32_t id, Run& run) const;
  bool append_bytes(std::string_view character, Run& run) const;
  void finish(std::string_view text, Run& run, std::vector<Token>& out) const;

  std::uint32_t id_limit_ = 0;
  bool bare_bytes_ = false;
  bool runs_may_be_whole_ = true;
  std::vector<std::uint32_t> character_ids_;  // by code point
  std::array<std::uint32_t, 256> byte_ids_;   // kNoPiece where there is none
  std::uint32_t unknown_id_ = kNoPiece;
  bool fuse_unknown_ = false;
  std::bitset<1 << 16> joins_;  // by pair_hash() of last and first character in a rule
  MergeRules rules_;
  PieceTrie whole_;  // pieces that come out of their own text
};

}  // namespace vecstore
