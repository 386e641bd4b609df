// SentencePiece's compiled normaliser: a double-array trie (Darts-clone) of byte strings, and what
// each of them becomes.
//
// Layout: u32 size of the trie in bytes, its u32 units, then the texts, each ended by NUL. Of the
// entries that a cluster begins with, the shortest counts and stands for the whole cluster where
// that has less than 6 bytes; longer clusters go character by character. So does the reference.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "embed/tokenizer/text/aligned_text.h"
#include "vecstore/status.h"

namespace vecstore {

class Charsmap {
 public:
  // Refuses what is cut short, not UTF-8, or puts in more than 64 bytes for one entry.
  static Result<Charsmap> make(std::string_view bytes);

  void apply(const AlignedText& from, AlignedText& to) const;

 private:
  // What the text of the first entry that `chunk` begins with becomes.
  std::optional<std::string_view> find(std::string_view chunk) const;

  // Appends what the cluster `text` becomes; false when nothing changes.
  bool add_cluster(std::string_view text, std::vector<Change>& changes) const;

  std::vector<std::uint32_t> units_;
  std::string texts_;
  std::array<bool, 128> keeps_ = {};  // ASCII that has no entry
};

}  // namespace vecstore
