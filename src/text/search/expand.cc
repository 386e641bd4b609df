#include "text/search/expand.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "text/analysis/tokens.h"

namespace vecstore::text {
namespace {

using Found = std::map<std::string, Expansion, std::less<>>;

void add(Found& found, std::string_view term, std::uint32_t rows, std::uint32_t edits) {
  auto at = found.find(term);
  if (at == found.end())
    at = found.emplace(std::string(term), Expansion{std::string(term), 0, edits}).first;
  at->second.rows += rows;
}

std::vector<Expansion> best_of(Found found) {
  std::vector<Expansion> expansions;
  for (auto& [term, expansion] : found) expansions.push_back(std::move(expansion));
  if (expansions.size() <= kMaxExpansions) return expansions;
  const auto better = [](const Expansion& a, const Expansion& b) {
    if (a.edits != b.edits) return a.edits < b.edits;
    return a.rows != b.rows ? a.rows > b.rows : a.term < b.term;
  };
  std::ranges::nth_element(expansions, expansions.begin() + kMaxExpansions, better);
  expansions.resize(kMaxExpansions);
  std::ranges::sort(expansions, {}, &Expansion::term);
  return expansions;
}

}  // namespace

void decode_characters(std::string_view text, std::u32string& out) {
  out.clear();
  while (!text.empty()) {
    const CodePoint c = decode_utf8(text);
    out.push_back(c.value);
    text.remove_prefix(c.size);
  }
}

std::uint32_t edit_distance(std::u32string_view a, std::u32string_view b, std::uint32_t most) {
  const std::size_t longer = std::max(a.size(), b.size()), shorter = std::min(a.size(), b.size());
  if (longer - shorter > most || longer > kMaxTermBytes) return most + 1;
  using Line = std::array<std::uint32_t, kMaxTermBytes + 1>;
  Line lines[3];
  for (std::size_t j = 0; j <= b.size(); ++j) lines[0][j] = static_cast<std::uint32_t>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    Line& line = lines[i % 3];
    const Line& above = lines[(i + 2) % 3];
    line[0] = static_cast<std::uint32_t>(i);
    std::uint32_t least = line[0];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      line[j] = std::min({above[j] + 1, line[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        line[j] = std::min(line[j], lines[(i + 1) % 3][j - 2] + 1);
      least = std::min(least, line[j]);
    }
    // A swap reaches back two lines, and costs one more than what it reaches.
    if (least > most + 1) return least;
  }
  return lines[a.size() % 3][b.size()];
}

Result<std::vector<Expansion>> expand_prefix(std::span<const FieldView> segments,
                                             std::string_view prefix) {
  Found found;
  for (const FieldView& segment : segments) {
    VECSTORE_TRY(segment.for_each_term(
        prefix, [&](std::string_view term, std::uint32_t rows) { add(found, term, rows, 0); }));
  }
  return best_of(std::move(found));
}

Result<std::vector<Expansion>> expand_fuzzy(std::span<const FieldView> segments,
                                            std::string_view word, std::uint32_t edits) {
  Found found;
  std::u32string wanted, other;
  decode_characters(word, wanted);
  for (const FieldView& segment : segments) {
    VECSTORE_TRY(segment.for_each_term("", [&](std::string_view term, std::uint32_t rows) {
      if (term.size() > word.size() + edits * 4 || word.size() > term.size() + edits * 4) return;
      decode_characters(term, other);
      const std::uint32_t apart = edit_distance(wanted, other, edits);
      if (apart <= edits) add(found, term, rows, apart);
    }));
  }
  return best_of(std::move(found));
}

}  // namespace vecstore::text
