#include "rag/loaders/pdf/pdf_paragraphs.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/utf8.h"
#include "rag/loaders/pdf/pdf_style.h"

namespace vecstore {
namespace {

constexpr double kLeastColumn = 12;  // of text, in sizes of its font

enum class Join { kNothing, kWord, kSpace, kLine, kParagraph };

bool starts_item(std::string_view text) {
  for (const std::string_view mark : {"•", "◦", "▪", "‣", "●", "○", "■", "– ", "— ", "- ", "* "}) {
    if (text.starts_with(mark)) return true;
  }
  return false;
}

// Chinese, Japanese: written without spaces.
bool is_wide(char32_t code) {
  return (code >= 0x2E80 && code <= 0x9FFF) || (code >= 0xF900 && code <= 0xFAFF) ||
         (code >= 0xFF00 && code <= 0xFFEF) || (code >= 0x20000 && code <= 0x3FFFF);
}

char32_t last_code(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && (text[at] & 0xC0) == 0x80) --at;
  return decode_utf8(text.substr(at)).value;
}

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

class Writer {
 public:
  Writer(const std::vector<PdfPageLines>& pages, Document& document)
      : pages_(pages), style_(measure_style(pages)), document_(document) {}

  void write() {
    for (std::size_t page = 0; page < pages_.size(); ++page) {
      first_of_page_ = true;
      for (std::size_t i = 0; i < pages_[page].lines.size(); ++i) add(page, i);
    }
    end_heading();
  }

 private:
  const PdfLine* neighbour(std::size_t page, std::size_t index, int step) const {
    const std::vector<PdfLine>& lines = pages_[page].lines;
    if (step < 0 ? index == 0 : index + 1 >= lines.size()) return nullptr;
    const PdfLine& other = lines[step < 0 ? index - 1 : index + 1];
    return (step < 0 ? lines[index] : other).begins_column ? nullptr : &other;
  }

  void add(std::size_t page, std::size_t index) {
    const PdfLine& line = pages_[page].lines[index];
    const int level = style_.level_of(line, neighbour(page, index, -1), neighbour(page, index, 1));
    const bool starts_column = first_of_page_ || line.begins_column;
    Join join =
        before_ ? choose(line, level, neighbour(page, index, 1), starts_column) : Join::kParagraph;
    lines_in_block_ = join == Join::kParagraph || join == Join::kLine ? 1 : lines_in_block_ + 1;
    if (level > 0 && level != level_) join = Join::kParagraph;
    write_join(join, line);
    if (join == Join::kParagraph || level != level_) end_heading();
    const std::size_t begin = document_.text.size();
    if (first_of_page_) document_.places.push_back({begin, static_cast<std::int64_t>(page) + 1});
    if (level > 0 && !in_heading_) heading_begin_ = begin;
    in_heading_ = level > 0;
    level_ = level;
    append(line, join);
    before_ = &line;
    first_of_page_ = false;
  }

  void append(const PdfLine& line, Join join) {
    if (line.mono && (join == Join::kLine || join == Join::kParagraph)) {
      const double columns = (line.x0 - line.left) / (0.6 * std::max(line.size, 1.0));
      document_.text.append(static_cast<std::size_t>(std::clamp(columns + 0.3, 0.0, 40.0)), ' ');
    }
    document_.text += line.text;
  }

  void write_join(Join join, const PdfLine& line) {
    std::string& text = document_.text;
    if (text.empty()) return;
    switch (join) {
      case Join::kNothing:
        return;
      case Join::kWord:
        return drop_hyphen(line);
      case Join::kSpace:
        text += ' ';
        return;
      case Join::kLine:
        text += '\n';
        return;
      case Join::kParagraph:
        text += "\n\n";
        return;
    }
  }

  // A hyphen that stands where a line ends goes when it parts a word; one that is soft always does.
  void drop_hyphen(const PdfLine& line) {
    std::string& text = document_.text;
    for (const std::string_view soft : {"\u00ad", "\u2010", "-"}) {
      if (!text.ends_with(soft)) continue;
      const bool keep = soft != "\u00ad" && style_.keeps_hyphen(text, line.text);
      if (!keep) text.resize(text.size() - soft.size());
      return;
    }
  }

  static bool ends_with_hyphen(std::string_view text) {
    if (text.ends_with("\u00ad")) return true;
    for (const std::string_view hyphen : {"-", "\u2010"}) {
      if (!text.ends_with(hyphen) || text.size() < hyphen.size() + 2) continue;
      const auto letter = static_cast<unsigned char>(text[text.size() - hyphen.size() - 1]);
      if (is_lower(static_cast<char>(letter)) || letter >= 0x80) return true;
    }
    return false;
  }

  // Whether `line` goes on where the line before broke off for its width.
  Join go_on(const PdfLine& line) const {
    if (is_wide(last_code(before_->text)) && is_wide(decode_utf8(line.text).value))
      return Join::kNothing;
    const bool parted =
        ends_with_hyphen(before_->text) &&
        (is_lower(line.text[0]) || static_cast<unsigned char>(line.text[0]) >= 0x80);
    return parted ? Join::kWord : Join::kSpace;
  }

  // The next word would have fitted where the line before ends. Columns too narrow for text tell
  // nothing: their lines are a list.
  bool broke_early(const PdfLine& line) const {
    if (before_->right - before_->left < kLeastColumn * before_->size) return true;
    return before_->x1 + 0.25 * before_->size + line.first_word <
           before_->right - 0.3 * before_->size;
  }

  Join choose(const PdfLine& line, int level, const PdfLine* next, bool starts_column) const {
    const PdfLine& before = *before_;
    if (level != level_ || line.turned != before.turned) return Join::kParagraph;
    if (starts_column) return goes_over(line, level);
    const double step = before.y - line.y;
    const double size = std::max(before.size, line.size);
    if (std::abs(before.size - line.size) > 0.08 * size) {
      // An index or a word in another font may make a line's size another one.
      if (std::abs(before.size - line.size) > 0.3 * size || level > 0) return Join::kParagraph;
    }
    if (level > 0) return step <= 1.9 * size ? go_on(line) : Join::kParagraph;
    if (step > 1.3 * style_.leading * size || step < 0) return Join::kParagraph;
    const bool cells =
        before.text.find('\t') != before.text.npos || line.text.find('\t') != line.text.npos;
    if (has_leader(before.text)) return Join::kLine;
    if (cells || before.mono || line.mono || starts_item(line.text)) return Join::kLine;
    return by_indent(line, next, size);
  }

  Join by_indent(const PdfLine& line, const PdfLine* next, double size) const {
    const double indent = line.x0 - before_->x0;
    const bool early = broke_early(line);
    if (indent > 0.8 * size) {
      const bool hangs = next ? std::abs(next->x0 - line.x0) < 0.5 * size : !early;
      return hangs && !early ? go_on(line) : early && hangs ? Join::kLine : Join::kParagraph;
    }
    if (indent < -0.8 * size && lines_in_block_ > 1) return Join::kLine;
    return early ? Join::kLine : go_on(line);
  }

  // From one column or page to the next a sentence goes on that has no end and no capital.
  Join goes_over(const PdfLine& line, int level) const {
    if (level > 0 || line.mono || line.turned || line.text.empty()) return Join::kParagraph;
    const bool ended = before_->text.ends_with('.') || before_->text.ends_with(':') ||
                       before_->text.ends_with('!') || before_->text.ends_with('?');
    const bool wide = before_->right - before_->left >= kLeastColumn * before_->size;
    const bool reaches = wide && before_->x1 > before_->right - 3 * before_->size;
    const bool alike = std::abs(before_->size - line.size) <= 0.08 * line.size;
    return is_lower(line.text[0]) && !ended && reaches && alike ? go_on(line) : Join::kParagraph;
  }

  void end_heading() {
    if (in_heading_ && document_.headings.size() < kMaxHeadings) {
      std::string_view title = std::string_view(document_.text).substr(heading_begin_);
      while (!title.empty() && (title.back() == '\n' || title.back() == ' '))
        title.remove_suffix(1);
      std::string one_line(title);
      std::ranges::replace(one_line, '\n', ' ');
      std::ranges::replace(one_line, '\t', ' ');
      if (!one_line.empty() && one_line.size() <= kMaxTitleBytes) {
        document_.headings.push_back({level_, std::move(one_line), heading_begin_});
      }
    }
    in_heading_ = false;
  }

  const std::vector<PdfPageLines>& pages_;
  const PdfStyle style_;
  Document& document_;
  const PdfLine* before_ = nullptr;
  std::size_t lines_in_block_ = 0;
  std::size_t heading_begin_ = 0;
  int level_ = 0;
  bool in_heading_ = false, first_of_page_ = false;
};

}  // namespace

void write_paragraphs(const std::vector<PdfPageLines>& pages, Document& document) {
  Writer(pages, document).write();
  if (!document.places.empty()) document.place = "page";
}

}  // namespace vecstore
