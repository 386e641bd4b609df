#include "rag/loaders/html_text.h"

#include <algorithm>
#include <array>

#include "base/number.h"
#include "rag/loaders/text_writer.h"

namespace vecstore {
namespace {

constexpr std::array kParagraphs = {
    GUMBO_TAG_P,       GUMBO_TAG_UL,     GUMBO_TAG_OL,         GUMBO_TAG_DL,     GUMBO_TAG_TABLE,
    GUMBO_TAG_PRE,     GUMBO_TAG_HR,     GUMBO_TAG_H1,         GUMBO_TAG_H2,     GUMBO_TAG_H3,
    GUMBO_TAG_H4,      GUMBO_TAG_H5,     GUMBO_TAG_H6,         GUMBO_TAG_DIV,    GUMBO_TAG_SECTION,
    GUMBO_TAG_ARTICLE, GUMBO_TAG_FIGURE, GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_ASIDE,  GUMBO_TAG_DETAILS,
    GUMBO_TAG_HEADER,  GUMBO_TAG_MAIN,   GUMBO_TAG_FIELDSET,   GUMBO_TAG_ADDRESS};

constexpr std::array kLines = {
    GUMBO_TAG_LI,      GUMBO_TAG_DT,         GUMBO_TAG_DD,     GUMBO_TAG_TR, GUMBO_TAG_CAPTION,
    GUMBO_TAG_SUMMARY, GUMBO_TAG_FIGCAPTION, GUMBO_TAG_LEGEND, GUMBO_TAG_TD, GUMBO_TAG_TH};

// What makes a table a layout, read block by block, and not rows of data.
constexpr std::array kTooBigForACell = {
    GUMBO_TAG_TABLE, GUMBO_TAG_PRE, GUMBO_TAG_H1, GUMBO_TAG_H2, GUMBO_TAG_H3,        GUMBO_TAG_H4,
    GUMBO_TAG_H5,    GUMBO_TAG_UL,  GUMBO_TAG_OL, GUMBO_TAG_DL, GUMBO_TAG_BLOCKQUOTE};

// Boxes beside the text, whose heading ("Note") names the box and nothing that follows it.
constexpr std::array<std::string_view, 9> kBoxes = {
    "note", "tip", "warning", "caution", "important", "admonition", "danger", "hint", "callout"};

template <std::size_t n>
bool is_one_of(GumboTag tag, const std::array<GumboTag, n>& tags) {
  return std::ranges::count(tags, tag) != 0;
}

int heading_level(GumboTag tag) {
  constexpr std::array kHeadings = {GUMBO_TAG_H1, GUMBO_TAG_H2, GUMBO_TAG_H3,
                                    GUMBO_TAG_H4, GUMBO_TAG_H5, GUMBO_TAG_H6};
  auto found = std::ranges::find(kHeadings, tag);
  return found == kHeadings.end() ? 0 : static_cast<int>(found - kHeadings.begin()) + 1;
}

bool is_aside(const HtmlNode& node, GumboTag tag) {
  if (tag == GUMBO_TAG_ASIDE || tag == GUMBO_TAG_BLOCKQUOTE) return true;
  if (tag != GUMBO_TAG_DIV && tag != GUMBO_TAG_SECTION) return false;
  std::string_view names = node.attribute("class");
  return std::ranges::any_of(kBoxes, [&](std::string_view box) {
    return names == box || names.starts_with(std::string(box) + ' ') ||
           names.find(' ' + std::string(box)) != names.npos;
  });
}

bool is_number(std::string_view text) { return parse_int64(text).has_value(); }

class Renderer {
 public:
  Renderer(const HtmlTree& tree, const std::vector<bool>& dropped)
      : nodes_(tree.nodes()), dropped_(dropped) {}

  HtmlText run() {
    for (std::uint32_t i = 0; i < nodes_.size();) {
      while (!open_.empty() && nodes_[open_.back()].end <= i) close();
      if (dropped_[i]) {
        i = nodes_[i].end;
        continue;
      }
      if (nodes_[i].is_text()) {
        preformatted_ > 0 ? writer_.add_exact(nodes_[i].text()) : writer_.add(nodes_[i].text());
      } else {
        open(i);
      }
      ++i;
    }
    while (!open_.empty()) close();
    return {writer_.take(), std::move(headings_)};
  }

 private:
  GumboTag tag_of(std::uint32_t i) const {
    return nodes_[i].is_html() ? nodes_[i].tag() : GUMBO_TAG_UNKNOWN;
  }

  void break_around(GumboTag tag) {
    if (is_one_of(tag, kParagraphs)) writer_.break_line(lists_.empty() ? 2 : 1);
    if (is_one_of(tag, kLines)) writer_.break_line(1);
  }

  void open(std::uint32_t i) {
    GumboTag tag = tag_of(i);
    open_.push_back(i);
    break_around(tag);
    if (is_aside(nodes_[i], tag)) ++asides_;
    open_list(i, tag);
    open_table(i, tag);
    if (tag == GUMBO_TAG_BR) preformatted_ > 0 ? writer_.add_exact("\n") : writer_.end_line();
    if (tag == GUMBO_TAG_PRE) ++preformatted_;
    if (tag == GUMBO_TAG_SUP && writer_.follows_word() && is_number(first_text(i))) {
      writer_.add_exact("^");  // 2<sup>32</sup> is not 232
    }
    if (heading_level(tag) > 0 && asides_ == 0 && lists_.empty() &&
        open_headings_.size() < kMostNestedHeadings) {
      open_headings_.push_back({i, headings_.size()});
      headings_.push_back({heading_level(tag), {}, writer_.begin_text()});
    }
  }

  void close() {
    std::uint32_t i = open_.back();
    GumboTag tag = tag_of(i);
    open_.pop_back();
    if (!open_headings_.empty() && open_headings_.back().element == i) end_heading();
    if (is_aside(nodes_[i], tag)) --asides_;
    if (tag == GUMBO_TAG_PRE) --preformatted_;
    if (tag == GUMBO_TAG_LI || tag == GUMBO_TAG_DD) writer_.drop_mark();
    if (tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL) lists_.pop_back();
    if (tag == GUMBO_TAG_TR) writer_.end_row();
    if (tag == GUMBO_TAG_TABLE) data_tables_.pop_back();
    break_around(tag);
  }

  std::string_view first_text(std::uint32_t element) const {
    std::uint32_t i = element + 1;
    while (i < nodes_[element].end && !nodes_[i].is_text()) ++i;
    return i < nodes_[element].end ? nodes_[i].text() : std::string_view();
  }

  // The innermost that is open: <h1>One <x><h2>two</h2></x></h1> are two.
  void end_heading() {
    const auto ended = headings_.begin() + static_cast<std::ptrdiff_t>(open_headings_.back().at);
    open_headings_.pop_back();
    ended->title = writer_.line_since(ended->begin);
    if (ended->title.empty() || ended->title.size() > kMaxTitleBytes) headings_.erase(ended);
  }

  void open_list(std::uint32_t i, GumboTag tag) {
    if (tag == GUMBO_TAG_UL) lists_.push_back(kUnordered);
    if (tag == GUMBO_TAG_OL)
      lists_.push_back(parse_int64(nodes_[i].attribute("start")).value_or(1));
    if (tag == GUMBO_TAG_DD) writer_.mark_line({});
    if (tag != GUMBO_TAG_LI) return;
    bool numbered = !lists_.empty() && lists_.back() != kUnordered;
    writer_.mark_line(numbered ? std::to_string(lists_.back()++) + ". " : "- ");
  }

  void open_table(std::uint32_t i, GumboTag tag) {
    if (tag == GUMBO_TAG_TABLE) data_tables_.push_back(holds_data(i));
    if (data_tables_.empty() || !data_tables_.back()) return;
    if (tag == GUMBO_TAG_TR) {
      writer_.begin_row();
      row_cells_ = 0;
    }
    if ((tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH) && row_cells_++ > 0) writer_.separate_cell();
  }

  // Stops at the first sign of a layout, an inner table above all: linear over any nesting.
  bool holds_data(std::uint32_t table) const {
    int paragraphs = 0;
    for (std::uint32_t i = table + 1; i < nodes_[table].end; ++i) {
      GumboTag tag = tag_of(i);
      if (is_one_of(tag, kTooBigForACell)) return false;
      if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH) paragraphs = 0;
      if (tag == GUMBO_TAG_P && ++paragraphs > 1) return false;
    }
    return true;
  }

  struct OpenHeading {
    std::uint32_t element;
    std::size_t at;  // of `headings_`
  };
  static constexpr std::int64_t kUnordered = INT64_MIN;
  static constexpr std::size_t kMostNestedHeadings =
      6;  // any deeper are text: their titles overlap

  const std::vector<HtmlNode>& nodes_;
  const std::vector<bool>& dropped_;
  TextWriter writer_;
  std::vector<Heading> headings_;
  std::vector<OpenHeading> open_headings_;  // each inside the one before
  std::vector<std::uint32_t> open_;         // elements around the current node
  std::vector<std::int64_t> lists_;         // next item's number, or kUnordered
  std::vector<bool> data_tables_;           // of each open table: rows of data, not a layout
  int row_cells_ = 0;
  int preformatted_ = 0;
  int asides_ = 0;
};

}  // namespace

HtmlText write_html_text(const HtmlTree& tree, const std::vector<bool>& dropped) {
  return Renderer(tree, dropped).run();
}

}  // namespace vecstore
