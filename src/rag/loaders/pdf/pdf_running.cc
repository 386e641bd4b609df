#include "rag/loaders/pdf/pdf_running.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

namespace vecstore {
namespace {

constexpr std::size_t kEdgeLines = 2;      // looked at on each edge
constexpr double kSameHeight = 2.0;        // points
constexpr std::int64_t kNearPages = 5;     // where a running header may say the same
constexpr std::size_t kLongestLine = 300;  // bytes; longer ones are text

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_roman(std::string_view word) {
  return !word.empty() && word.find_first_not_of("ivxlc") == word.npos;
}

// The words of a line, where numbers are "#".
std::string pattern_of(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ' || text[at] == '\t') {
      out += ' ';
      ++at;
      continue;
    }
    const std::size_t end = std::min(text.find_first_of(" \t", at), text.size());
    const std::string_view word = text.substr(at, end - at);
    bool in_number = false;
    if (is_roman(word)) out += '#';
    for (const char c : is_roman(word) ? std::string_view() : word) {
      if (!is_digit(c)) out += c;
      if (is_digit(c) && !in_number) out += '#';
      in_number = is_digit(c);
    }
    at = end;
  }
  return out;
}

// The first or last number of a line, when its line begins or ends with one.
std::optional<std::int64_t> number_at(std::string_view text, bool last) {
  const std::size_t begin = last ? text.find_last_not_of("0123456789") + 1 : 0;
  const std::size_t end =
      last ? text.size() : std::min(text.find_first_not_of("0123456789"), text.size());
  if (end <= begin || end - begin > 6) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : text.substr(begin, end - begin)) number = number * 10 + (c - '0');
  return number;
}

struct EdgeLine {
  std::size_t page = 0, line = 0;
  double y = 0;  // from that edge of the page
  std::string pattern = {};
};

class Edge {
 public:
  Edge(const std::vector<PdfPageLines>& pages, bool top) : pages_(pages) {
    for (std::size_t page = 0; page < pages.size(); ++page) add(page, top);
    std::ranges::stable_sort(lines_, {}, &EdgeLine::y);
  }

  // Calls take(page, line) for each running line.
  template <typename Take>
  void for_each(Take take) const {
    for (std::size_t begin = 0; begin < lines_.size();) {
      std::size_t end = begin + 1;
      while (end < lines_.size() && lines_[end].y - lines_[end - 1].y <= kSameHeight) ++end;
      check({lines_.data() + begin, end - begin}, take);
      begin = end;
    }
  }

 private:
  void add(std::size_t page, bool top) {
    const std::vector<PdfLine>& lines = pages_[page].lines;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (!lines[i].turned) order.push_back(i);
    }
    const auto near = [&](std::size_t i) {
      return top ? pages_[page].height - lines[i].y : lines[i].y;
    };
    std::ranges::stable_sort(order, {}, near);
    double last = -1e9;
    std::size_t heights = 0;
    for (const std::size_t i : order) {
      if (near(i) - last > kSameHeight && ++heights > kEdgeLines) return;
      last = near(i);
      if (lines[i].text.size() > kLongestLine) continue;
      lines_.push_back({page, i, near(i), pattern_of(lines[i].text)});
    }
  }

  // Lines at one height.
  template <typename Take>
  void check(std::span<const EdgeLine> lines, Take take) const {
    std::map<std::int64_t, std::size_t> offsets;  // number of the page less its index
    std::unordered_map<std::string, std::vector<std::size_t>> where;
    std::size_t on_pages = 0, last_page = SIZE_MAX;
    std::vector<const EdgeLine*> by_page;
    for (const EdgeLine& line : lines) by_page.push_back(&line);
    std::ranges::stable_sort(by_page, {}, &EdgeLine::page);
    for (const EdgeLine* line : by_page) {
      on_pages += line->page != last_page;
      last_page = line->page;
      where[line->pattern].push_back(line->page);
      for (const bool last : {false, true}) {
        if (const auto number = number_at(text_of(*line), last))
          ++offsets[*number - index_of(*line)];
      }
    }
    if (on_pages < 3 || on_pages * 5 < pages_.size() * 2) return;
    std::int64_t usual = 0;
    std::size_t most = 0;
    for (const auto& [offset, count] : offsets) {
      if (count > most) most = count, usual = offset;
    }
    for (const EdgeLine* line : by_page) {
      const bool counts = most * 3 >= on_pages && (counts_by(*line, usual));
      if (counts || is_repeated(where[line->pattern], line->page)) take(line->page, line->line);
    }
  }

  static std::int64_t index_of(const EdgeLine& line) {
    return static_cast<std::int64_t>(line.page);
  }
  const std::string& text_of(const EdgeLine& line) const {
    return pages_[line.page].lines[line.line].text;
  }

  bool counts_by(const EdgeLine& line, std::int64_t offset) const {
    return number_at(text_of(line), false) == offset + index_of(line) ||
           number_at(text_of(line), true) == offset + index_of(line);
  }

  static bool is_repeated(const std::vector<std::size_t>& pages, std::size_t page) {
    const auto here = std::ranges::lower_bound(pages, page);
    const auto near = [&](std::size_t other) {
      const auto apart = static_cast<std::int64_t>(other) - static_cast<std::int64_t>(page);
      return apart != 0 && std::abs(apart) <= kNearPages;
    };
    const bool before = here != pages.begin() && near(*std::prev(here));
    const bool after = here + 1 < pages.end() && near(*std::next(here));
    return before || after;
  }

  const std::vector<PdfPageLines>& pages_;
  std::vector<EdgeLine> lines_;
};

}  // namespace

std::size_t remove_running_lines(std::vector<PdfPageLines>& pages) {
  if (pages.size() < 3) return 0;
  std::vector<std::vector<std::size_t>> running(pages.size());
  for (const bool top : {true, false}) {
    Edge(pages, top).for_each([&](std::size_t page, std::size_t line) {
      running[page].push_back(line);
    });
  }
  std::size_t count = 0;
  for (std::size_t page = 0; page < pages.size(); ++page) {
    std::vector<std::size_t>& drop = running[page];
    std::ranges::sort(drop);
    drop.erase(std::unique(drop.begin(), drop.end()), drop.end());
    std::vector<PdfLine>& lines = pages[page].lines;
    for (auto line = drop.rbegin(); line != drop.rend(); ++line) {
      // What follows in the column begins it now.
      if (lines[*line].begins_column && *line + 1 < lines.size()) {
        lines[*line + 1].begins_column = true;
      }
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(*line));
    }
    count += drop.size();
  }
  return count;
}

}  // namespace vecstore
