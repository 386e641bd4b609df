// The k best rows that a search has found so far.
//
// Which of two rows with equal scores comes first is often a matter of ids, which lie in a file. It
// is asked only of rows that score as much as the last of the k best, when there are too many of
// them, and of each only once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "text/search/bm25.h"

namespace vecstore::text {

struct TextHit {
  std::uint32_t segment = 0;
  Row row = 0;
  double score = 0;
  bool operator==(const TextHit&) const = default;
};

// Which of two hits of equal score comes first.
struct TieOrder {
  // keys[i] of hits[i]: of two hits whose keys differ, the lesser key's comes first. Null: all have
  // the same.
  std::function<void(std::span<const TextHit> hits, std::span<std::uint64_t> keys)> keys = {};
  // Of two with the same key. Null: the earlier segment's, then the lower row.
  std::function<bool(const TextHit&, const TextHit&)> before = {};
};

class BestHits {
 public:
  // `order` must outlive it.
  BestHits(std::size_t k, const TieOrder& order);

  // Scores below it do not enter.
  Score least() const { return full_ ? worst_ + (by_row() ? 1 : 0) : 0; }
  // Rows of a segment ascend, and segments do.
  void add(std::uint32_t segment, Row row, Score score);
  // Best first; nothing is left.
  std::vector<TextHit> take();

 private:
  struct Found {
    Score score;
    std::uint32_t segment;
    Row row;
    std::uint64_t place() const { return std::uint64_t{segment} << 32 | row; }
    TextHit hit() const { return {segment, row, to_double(score)}; }
  };
  struct Keyed {
    Found found;
    std::uint64_t key;
  };
  static bool better(const Found& a, const Found& b) {
    const bool same = a.score == b.score;
    return (a.score > b.score) | (same & (a.place() < b.place()));
  }
  bool by_row() const { return !order_.before; }
  bool comes_first(const Keyed& a, const Keyed& b) const;
  std::vector<Keyed> keyed(std::span<const Found> rows) const;
  void sort_first(std::vector<Keyed>& all, std::ptrdiff_t count) const;
  void make_heap();
  void replace_last(const Found& found);
  void note_tie(const Found& found);
  void settle();

  const std::size_t k_;
  const TieOrder& order_;
  std::vector<Found> best_;  // from k on a heap, with the last of them at its front
  std::vector<Found> ties_;  // others that score as much as the worst of the k
  Score worst_ = 0;
  bool full_ = false;  // there were k
};

}  // namespace vecstore::text
