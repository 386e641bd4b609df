#include "rag/loaders/pdf/pdf_style.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>

namespace vecstore {
namespace {

constexpr std::size_t kLongestHeading = 200;      // bytes of a line
constexpr std::size_t kLongestBoldHeading = 100;  // of one that is no larger than the text
constexpr double kLarger = 1.1;                   // than the text is a heading
constexpr std::size_t kMostLevels = 6;
constexpr std::size_t kMostWords = 500'000;
constexpr std::size_t kLongestWord = 40;  // bytes

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

bool has_letters(std::string_view text) { return std::ranges::count_if(text, is_word_byte) >= 2; }

// Words of the line but the last, which may be a part of one; with and without hyphens inside.
void collect_words(std::string_view text, std::unordered_set<std::string>& words) {
  const std::size_t last = text.find_last_of(" \t");
  text = text.substr(0, last == text.npos ? 0 : last);
  for (std::size_t at = 0; at < text.size() && words.size() < kMostWords;) {
    std::size_t end = at;
    while (end < text.size() && (is_word_byte(text[end]) || (text[end] == '-' && end > at))) ++end;
    if (end - at >= 4 && end - at <= kLongestWord) words.insert(lower(text.substr(at, end - at)));
    at = end + 1;
  }
}

template <typename Key>
Key commonest(const std::map<Key, std::size_t>& counts, Key otherwise) {
  std::size_t most = 0;
  for (const auto& [key, count] : counts) {
    if (count > most) most = count, otherwise = key;
  }
  return otherwise;
}

}  // namespace

int PdfStyle::level_of(const PdfLine& line, const PdfLine* above, const PdfLine* below) const {
  if (line.turned || line.mono || line.text.size() > kLongestHeading) return 0;
  if (!has_letters(line.text) || has_leader(line.text)) return 0;
  if (line.size > kLarger * size) {
    const auto at =
        std::ranges::find_if(heading_sizes, [&](double other) { return line.size > 0.96 * other; });
    const auto level = static_cast<std::size_t>(at - heading_sizes.begin()) + 1;
    return static_cast<int>(std::min(level, kMostLevels));
  }
  if (!line.bold || line.size < 0.97 * size || line.text.size() > kLongestBoldHeading) return 0;
  if (line.text.find('\t') != line.text.npos || !is_word_byte(line.text[0])) {
    const bool numbered = line.text[0] >= '0' && line.text[0] <= '9';
    if (!numbered) return 0;
  }
  const bool apart = !above || above->y - line.y > 1.3 * leading * size;
  const bool closed =
      line.text.ends_with('.') || line.text.ends_with(',') || line.text.ends_with(':');
  if (!apart || closed || (below && below->bold)) return 0;
  return static_cast<int>(std::min(heading_sizes.size() + 1, kMostLevels));
}

bool PdfStyle::keeps_hyphen(std::string_view before, std::string_view after) const {
  std::size_t end = before.find_last_not_of("-\u2010");
  if (end == before.npos) return true;
  std::size_t begin = ++end;
  while (begin > 0 && end - begin < kLongestWord && is_word_byte(before[begin - 1])) --begin;
  std::size_t size_after = 0;
  while (size_after < std::min(after.size(), kLongestWord) && is_word_byte(after[size_after])) {
    ++size_after;
  }
  const std::string head = lower(before.substr(begin, end - begin));
  const std::string tail = lower(after.substr(0, size_after));
  if (words.contains(head + tail)) return false;
  if (words.contains(head + "-" + tail)) return true;
  return begin > 0 && before[begin - 1] == '-';  // "state-of-the-": a compound
}

bool has_leader(std::string_view text) {
  return text.find(". . .") != text.npos || text.find("....") != text.npos;
}

PdfStyle measure_style(const std::vector<PdfPageLines>& pages) {
  PdfStyle style;
  std::map<std::int64_t, std::size_t> sizes, steps, large;
  const auto tenths = [](double value) {
    return static_cast<std::int64_t>(std::llround(value * 10));
  };
  for (const PdfPageLines& page : pages) {
    for (const PdfLine& line : page.lines) {
      sizes[tenths(line.size)] += line.text.size();
      collect_words(line.text, style.words);
    }
  }
  style.size = static_cast<double>(commonest(sizes, std::int64_t{100})) / 10;
  for (const PdfPageLines& page : pages) {
    for (std::size_t i = 0; i < page.lines.size(); ++i) {
      const PdfLine& line = page.lines[i];
      const bool follows =
          i > 0 && !line.begins_column && std::abs(page.lines[i - 1].size - line.size) < 0.2;
      const double step = follows ? (page.lines[i - 1].y - line.y) / std::max(line.size, 0.1) : 0;
      if (step > 0.8 && step < 3) ++steps[static_cast<std::int64_t>(std::llround(step * 20))];
      if (line.size > kLarger * style.size && has_letters(line.text) && !line.mono)
        ++large[tenths(line.size)];
    }
  }
  style.leading = static_cast<double>(commonest(steps, std::int64_t{24})) / 20;
  for (auto size = large.rbegin(); size != large.rend(); ++size) {
    const double points = static_cast<double>(size->first) / 10;
    if (style.heading_sizes.empty() || points < 0.96 * style.heading_sizes.back()) {
      style.heading_sizes.push_back(points);
    }
  }
  return style;
}

}  // namespace vecstore
