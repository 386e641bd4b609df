// Byte-pair encoding over characters, with bytes for characters the vocabulary lacks: the model in
// the tokenizer.json of Llama and its kin.
//
// Text starts as one piece per character. Of all neighbours that have a merge rule, the pair whose
// rule ranks first, leftmost among equals, becomes one piece, until no pair has a rule (Sennrich et
// al., "Neural Machine Translation of Rare Words with Subword Units", 2016, section 3.2).
//
// Text is worked on in runs: where one character ends and the next begins as in no rule, no merge
// can reach over, and so the runs on both sides are independent. In prose they are 4 characters
// long. The pairs of a run are kept in a heap: time is n log n and memory 30 bytes a character in
// the longest run, whatever the text.
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

#include "vecstore/status.h"

namespace vecstore {

// No piece: ids stay below it.
inline constexpr std::uint32_t kMaxVocabulary = 1u << 20;
inline constexpr std::uint32_t kNoPiece = kMaxVocabulary;

struct BpePiece {
  std::string text;
  std::uint32_t id;
};

struct BpeParts {
  std::vector<BpePiece> pieces;
  std::vector<std::pair<std::string, std::string>> merges;  // first rank first
  std::optional<std::string> unknown;  // the piece for what has none; without it, dropped
  bool fuse_unknown = false;           // one unknown piece for a run of unknown characters
  bool byte_fallback = false;          // pieces "<0x00>" to "<0xFF>" before the unknown one
};

class BpeModel {
 public:
  // Refuses ids that repeat or reach kMaxVocabulary, and merges of pieces that are not there.
  static Result<BpeModel> make(const BpeParts& parts);

  // Appends the ids of `text`, which must be valid UTF-8 and shorter than 4 GiB.
  void encode(std::string_view text, std::vector<std::uint32_t>& ids) const;

  // One past the highest id.
  std::uint32_t id_limit() const { return id_limit_; }

 private:
  struct Rule {
    std::uint32_t right;
    std::uint32_t rank;
    std::uint32_t result;
  };
  struct Builder;
  struct Run;

  BpeModel() = default;
  void append(std::string_view character, std::uint32_t id, Run& run) const;
  bool append_bytes(std::string_view character, Run& run) const;
  void finish(Run& run, std::vector<std::uint32_t>& ids) const;
  void merge(Run& run) const;
  void offer(std::uint32_t left, Run& run) const;
  const Rule* find_rule(std::uint32_t left, std::uint32_t right) const;

  std::uint32_t id_limit_ = 0;
  std::vector<std::uint32_t> character_ids_;  // by code point
  std::array<std::uint32_t, 256> byte_ids_;   // kNoPiece where there is none
  std::uint32_t unknown_id_ = kNoPiece;
  bool fuse_unknown_ = false;
  std::bitset<1 << 16> joins_;           // by pair_hash() of last and first character in a rule
  std::vector<std::uint32_t> rules_of_;  // rules_[rules_of_[id]] .. rules_[rules_of_[id + 1]]:
  std::vector<Rule> rules_;              // the rules with that left piece, by right piece
};

}  // namespace vecstore
