#include "rag/loaders/pdf/pdf_lines.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace vecstore {
namespace {

constexpr double kCellGap = 1.6;  // in sizes of the font; wider ones part cells

struct Row {
  double y = 0, size = 0;  // of its largest segment
  std::vector<const PdfWord*> words = {};

  bool holds(const PdfSegment& segment) const {
    const double small = std::min(size, segment.size), large = std::max(size, segment.size);
    if (small < 0.4 * large) return false;
    if (std::abs(y - segment.y) <= 0.3 * small) return true;
    // An index stands beside most of what it belongs to, and touches it.
    const double bottom = std::max(y - 0.2 * size, segment.y - 0.2 * segment.size);
    const double top = std::min(y + 0.7 * size, segment.y + 0.7 * segment.size);
    return top - bottom >= 0.5 * 0.9 * small && touches(segment, 0.3 * large);
  }

  bool touches(const PdfSegment& segment, double gap) const {
    const std::size_t from = words.size() - std::min<std::size_t>(words.size(), 64);
    return std::any_of(
        words.begin() + static_cast<std::ptrdiff_t>(from), words.end(), [&](const PdfWord* word) {
          return std::abs(segment.x0 - word->x1) <= gap || std::abs(word->x0 - segment.x1) <= gap;
        });
  }
};

// From top to bottom. A segment joins one of the last rows, so that this takes linear time.
std::vector<Row> find_rows(const PdfColumn& column) {
  PdfColumn sorted = column;
  std::ranges::stable_sort(sorted, [](auto a, auto b) { return a->y > b->y; });
  std::vector<Row> rows;
  for (const PdfSegment* segment : sorted) {
    Row* home = nullptr;
    for (std::size_t back = 1; back <= 3 && back <= rows.size() && !home; ++back) {
      Row& row = rows[rows.size() - back];
      if (row.holds(*segment)) home = &row;
    }
    if (!home) home = &rows.emplace_back(Row{segment->y, segment->size});
    if (segment->size > home->size) {
      home->y = segment->y;
      home->size = segment->size;
    }
    for (const PdfWord& word : segment->words) home->words.push_back(&word);
  }
  for (Row& row : rows) {
    std::ranges::stable_sort(row.words, {}, [](const PdfWord* word) { return word->x0; });
  }
  return rows;
}

// The size that most letters of the row have.
double main_size(const Row& row) {
  double best = 0;
  std::size_t most = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(row.words.size(), 32); ++i) {
    std::size_t letters = 0;
    for (std::size_t j = 0; j < std::min<std::size_t>(row.words.size(), 32); ++j) {
      const bool same = std::abs(row.words[j]->size - row.words[i]->size) < 0.3;
      if (same) letters += row.words[j]->text.size();
    }
    if (letters <= most) continue;
    most = letters;
    best = row.words[i]->size;
  }
  return best;
}

PdfLine line_of(const Row& row) {
  PdfLine line;
  line.y = row.y;
  line.size = main_size(row);
  line.x0 = row.words.front()->x0;
  line.bold = line.mono = true;
  const PdfWord* before = nullptr;
  for (const PdfWord* word : row.words) {
    if (before) {
      const double size = std::max(before->size, word->size);
      const double gap = word->x0 - line.x1;
      if (gap > kCellGap * size) {
        line.text += '\t';
      } else if (gap > kPdfWordGap * size || word->after_space) {
        line.text += ' ';
      }
    }
    line.text += word->text;
    line.x1 = before ? std::max(line.x1, word->x1) : word->x1;
    line.bold = line.bold && word->bold;
    line.mono = line.mono && word->mono;
    before = word;
  }
  line.first_word = row.words.front()->x1 - row.words.front()->x0;
  return line;
}

// Where lines of one indent below each other break: further to the left than in the column where a
// passage is set in from both sides.
void narrow(std::span<PdfLine> lines) {
  constexpr std::size_t kLeastLines = 4;
  for (std::size_t begin = 0; begin < lines.size();) {
    double right = lines[begin].x1;
    std::size_t end = begin + 1;
    for (; end < lines.size(); ++end) {
      const PdfLine &line = lines[end], &before = lines[end - 1];
      const bool below = before.y - line.y < 1.7 * line.size;
      if (!below || std::abs(line.x0 - before.x0) > 0.5 * line.size) break;
      right = std::max(right, line.x1);
    }
    const std::span<PdfLine> run = lines.subspan(begin, end - begin);
    const double reach = right - 0.15 * (right - run[0].x0);
    const auto full = static_cast<std::size_t>(
        std::ranges::count_if(run, [&](const PdfLine& line) { return line.x1 >= reach; }));
    // Not the lines of a list, which are of any length.
    if (run.size() >= kLeastLines && full * 4 >= (run.size() - 1) * 3) {
      for (PdfLine& line : run) line.right = right;
    }
    begin = end;
  }
}

void add_column(const PdfColumn& column, bool turned, std::vector<PdfLine>& lines) {
  const std::size_t first = lines.size();
  for (const Row& row : find_rows(column)) {
    lines.push_back(line_of(row));
    lines.back().turned = turned;
  }
  if (lines.size() == first) return;
  lines[first].begins_column = true;
  double left = lines[first].x0;
  std::vector<double> ends;
  for (std::size_t i = first; i < lines.size(); ++i) {
    left = std::min(left, lines[i].x0);
    ends.push_back(lines[i].x1);
  }
  // A few lines may stick out.
  const auto most = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() * 7 / 8);
  std::nth_element(ends.begin(), most, ends.end());
  for (std::size_t i = first; i < lines.size(); ++i) {
    lines[i].left = left;
    lines[i].right = *most;
  }
  narrow(std::span(lines).subspan(first));
}

}  // namespace

std::vector<PdfLine> find_lines(const PdfGlyphs& page) {
  const auto directions = find_segments(page);
  std::array<std::size_t, 4> order = {0, 1, 2, 3};
  // A page that is written sideways is read that way first.
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return directions[a].size() > directions[b].size();
  });
  std::vector<PdfLine> lines;
  for (const std::size_t direction : order) {
    for (const PdfColumn& column : find_columns(directions[direction])) {
      add_column(column, direction != order[0], lines);
    }
  }
  return lines;
}

}  // namespace vecstore
