#include "text/search/phrase_frequency.h"

#include <algorithm>

namespace vecstore::text {
namespace {

constexpr std::int64_t kNone = INT64_MAX;

// The start of the phrase that a position stands for.
std::int64_t start_of(const PhraseWord& word, std::size_t at) {
  return std::int64_t{word.positions[at]} - word.offset;
}

class Occurrences {
 public:
  explicit Occurrences(std::span<const PhraseWord> words)
      : words_(words), at_(words.size()), chosen_(words.size()) {}

  // Moves to the starts that are not before `start`, and tells where the occurrence that takes the
  // nearest of each ends; kNone when there is no more.
  std::int64_t end_from(std::int64_t start) {
    std::int64_t end = start;
    for (std::size_t w = 0; w < words_.size(); ++w) {
      const PhraseWord& word = words_[w];
      while (at_[w] < word.positions.size() && start_of(word, at_[w]) < start) ++at_[w];
      chosen_[w] = at_[w];
      while (chosen_[w] < word.positions.size() && taken(w)) ++chosen_[w];
      if (chosen_[w] == word.positions.size()) return kNone;
      end = std::max(end, start_of(word, chosen_[w]));
    }
    return end;
  }

  // Of the occurrence that end_from took last.
  std::vector<std::uint32_t> positions() const {
    std::vector<std::uint32_t> positions;
    for (std::size_t w = 0; w < words_.size(); ++w)
      positions.push_back(words_[w].positions[chosen_[w]]);
    return positions;
  }

  // The least start beyond `start`.
  std::int64_t start_after(std::int64_t start) const {
    std::int64_t least = kNone;
    for (std::size_t w = 0; w < words_.size(); ++w) {
      std::size_t at = at_[w];
      while (at < words_[w].positions.size() && start_of(words_[w], at) <= start) ++at;
      if (at < words_[w].positions.size()) least = std::min(least, start_of(words_[w], at));
    }
    return least;
  }

 private:
  // An earlier place with the same word stands there.
  bool taken(std::size_t w) const {
    for (std::size_t other = 0; other < w; ++other) {
      if (words_[other].word == words_[w].word &&
          words_[other].positions[chosen_[other]] == words_[w].positions[chosen_[w]]) {
        return true;
      }
    }
    return false;
  }

  std::span<const PhraseWord> words_;
  std::vector<std::size_t> at_;
  std::vector<std::size_t> chosen_;
};

// The same for words that stand as in the phrase, as they mostly should.
double exact_frequency(std::span<const PhraseWord> words) {
  std::vector<std::uint32_t> positions = words[0].positions;
  for (const PhraseWord& word : words.subspan(1)) keep_joined(words[0], word, positions);
  return static_cast<double>(positions.size());
}

}  // namespace

void keep_joined(const PhraseWord& first, const PhraseWord& word,
                 std::vector<std::uint32_t>& positions) {
  const std::int64_t apart = std::int64_t{word.offset} - first.offset;
  std::size_t kept = 0, at = 0;
  for (const std::uint32_t position : positions) {
    const std::int64_t wanted = position + apart;
    while (at < word.positions.size() && word.positions[at] < wanted) ++at;
    if (at == word.positions.size()) break;
    positions[kept] = position;
    kept += static_cast<std::size_t>(word.positions[at] == wanted);
  }
  positions.resize(kept);
}

double phrase_frequency(std::span<const PhraseWord> words, std::uint32_t slop,
                        std::vector<std::uint32_t>* used) {
  if (slop == 0 && used == nullptr && !words.empty()) return exact_frequency(words);
  Occurrences occurrences(words);
  std::vector<std::uint32_t> positions;
  double sum = 0;
  std::int64_t start = occurrences.start_after(INT64_MIN);
  while (start != kNone) {
    const std::int64_t end = occurrences.end_from(start);
    if (end == kNone) break;
    if (used != nullptr) positions = occurrences.positions();
    const std::int64_t next = occurrences.start_after(start);
    const bool last = next == kNone || occurrences.end_from(next) != end;
    if (last && end - start <= slop) {
      sum += 1 / (1 + static_cast<double>(end - start));
      if (used != nullptr) used->insert(used->end(), positions.begin(), positions.end());
    }
    start = next;
  }
  for (const PhraseWord& word : words)
    sum = std::min(sum, static_cast<double>(word.positions.size()));
  return sum;
}

}  // namespace vecstore::text
