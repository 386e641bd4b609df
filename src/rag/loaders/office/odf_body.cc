#include "rag/loaders/office/odf_body.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/number.h"
#include "rag/loaders/office/data_table.h"
#include "rag/loaders/office/docx_numbering.h"

namespace vecstore {
namespace {

constexpr std::array<std::string_view, 20> kUnread = {"tracked-changes",
                                                      "table-of-content",
                                                      "alphabetical-index",
                                                      "illustration-index",
                                                      "table-index",
                                                      "object-index",
                                                      "user-index",
                                                      "forms",
                                                      "sequence-decls",
                                                      "variable-decls",
                                                      "user-field-decls",
                                                      "ruby-text",
                                                      "binary-data",
                                                      "hidden-text",
                                                      "object",
                                                      "object-ole",
                                                      "event-listeners",
                                                      "script",
                                                      "footer-decl",
                                                      "date-time-decl"};

constexpr std::array<std::string_view, 4> kSlideFrame = {"footer", "header", "date-time",
                                                         "page-number"};

template <std::size_t n>
bool is_one_of(std::string_view name, const std::array<std::string_view, n>& names) {
  return std::ranges::count(names, name) != 0;
}

bool is_paragraph(std::string_view name) { return name == "p" || name == "h"; }

// Of a picture: a field of that name shows the document's title and stands in a paragraph.
bool names_a_picture(XmlNode node) {
  const std::string_view name = node.name(), within = node.parent().name();
  return (name == "title" || name == "desc") && (within == "frame" || within == "g");
}

bool has_title(XmlNode page) {
  XmlNode frame = page.child("frame");
  while (frame && frame.attribute("class") != "title") frame = frame.next("frame");
  return static_cast<bool>(frame);
}

}  // namespace

void OdfBody::write(XmlNode body) {
  walk(body, *this);
  write_due_notes();
}

void OdfBody::refer(XmlNode note) {
  if (in_note_) return;
  const bool endnote = note.attribute("note-class") == "endnote";
  std::string mark =
      "[" + (endnote ? format_number(++endnote_, "lowerRoman") : std::to_string(++footnote_)) + "]";
  text_.add(mark);
  due_notes_.push_back({note.child("note-body"), std::move(mark)});
}

void OdfBody::write_due_notes() {
  if (paragraphs_ > 0 || rows_ > 0 || in_note_) return;
  in_note_ = true;
  for (const Note& note : std::exchange(due_notes_, {})) {
    text_.begin_paragraph({.mark = note.mark + " "});
    walk(note.body, *this);
    text_.end_paragraph();
  }
  in_note_ = false;
}

// "2.3 ": as the outline numbers headings, which many files do not.
std::string OdfBody::heading_mark(int level) {
  const auto at = static_cast<std::size_t>(level - 1);
  const OdfListLevel& entry = styles_.outline()[at];
  if (!entry.numbered) return {};
  chapters_[at] = chapters_[at] == 0 ? entry.start : chapters_[at] + 1;
  std::fill(chapters_.begin() + level, chapters_.end(), 0);
  std::string out = entry.prefix;
  for (std::size_t i = at + 1 - static_cast<std::size_t>(entry.display); i <= at; ++i) {
    const OdfListLevel& shown = styles_.outline()[i];
    if (!shown.numbered) continue;
    out += format_number(std::max(chapters_[i], shown.start), shown.format) + (i < at ? "." : "");
  }
  return out + entry.suffix + " ";
}

std::string OdfBody::item_mark() const {
  const std::size_t level = std::min<std::size_t>(lists_.size(), kOdfListLevels) - 1;
  const std::string indent(level * 2, ' ');
  const OdfList* style = lists_.back().style;
  if (!style || !(*style)[level].numbered) return indent + "- ";
  const OdfListLevel& entry = (*style)[level];
  const std::int64_t number = entry.start + lists_.back().count - 1;
  return indent + entry.prefix + format_number(number, entry.format) + entry.suffix + " ";
}

void OdfBody::begin_paragraph(XmlNode node) {
  ++paragraphs_;
  ParagraphForm form;
  if (node.name() == "h") {
    const std::int64_t level = parse_int64(node.attribute("outline-level")).value_or(1);
    form.heading = static_cast<int>(std::clamp<std::int64_t>(level, 1, kOdfListLevels));
    if (!in_note_ && rows_ == 0) form.mark = heading_mark(form.heading);
  } else if (heading_due_ || styles_.is_title(node.attribute("style-name"))) {
    form.heading = 1;
  }
  if (in_note_) form.heading = 0;
  in_title_ = form.heading == 1 && node.name() == "p" && !title_done_;
  if (std::exchange(notes_due_, false)) {
    form = {.mark = "Notes: "};
  } else if (!in_note_ && !lists_.empty() && form.heading == 0) {
    form.item = true;
    if (std::exchange(mark_due_, false)) form.mark = item_mark();
  }
  text_.begin_paragraph(form);
}

void OdfBody::leave_paragraph() {
  --paragraphs_;
  if (in_title_ && !title_.empty()) title_done_ = true;
  in_title_ = false;
  text_.end_paragraph();
  if (!due_notes_.empty()) write_due_notes();
}

bool OdfBody::enter_list(XmlNode node) {
  const std::string_view name = node.name();
  if (name == "list") {
    const OdfList* own = styles_.list(node.attribute("style-name"));
    auto before = counts_.find(node.attribute("continue-list"));
    std::int64_t count = before != counts_.end() ? before->second : 0;
    if (node.attribute("continue-numbering") == "true") count = last_count_;
    lists_.push_back({own || lists_.empty() ? own : lists_.back().style, count,
                      std::string(node.attribute("id"))});
  } else if (name == "list-item" && !lists_.empty()) {
    const auto said = parse_int64(node.attribute("start-value"));
    std::int64_t& count = lists_.back().count;
    count = said ? std::clamp<std::int64_t>(*said, 0, 1'000'000'000) : count + 1;
    mark_due_ = true;
  }
  return true;
}

bool OdfBody::enter_inline(XmlNode node) {
  const std::string_view name = node.name();
  if (name == "s" || name == "tab") return text_.add(" "), false;
  if (name == "line-break") return text_.end_line(), false;
  if (name == "note") return refer(node), false;
  if (name == "annotation") return ++annotations_, false;
  return true;
}

bool OdfBody::enter_table(XmlNode node) {
  const std::string_view name = node.name();
  if (name == "table") {
    ++tables_;
    if (rows_ == 0 && is_data_table(node, {"table", "table-row", "table-cell"})) {
      rows_ = tables_;
      text_.begin_table();
    }
  }
  if (rows_ > 0 && name == "table-row") text_.begin_row();
  if (rows_ > 0 && (name == "table-cell" || name == "covered-table-cell")) text_.begin_cell();
  return true;
}

bool OdfBody::enter_slide_part(XmlNode node) {
  const std::string_view name = node.name();
  if (name == "page") {
    text_.begin_place(++slide_);
    heading_due_ = !has_title(node);
  }
  if (name == "notes") {
    heading_due_ = false;
    notes_due_ = true;
  }
  if (name == "frame") {
    const std::string_view kind = node.attribute("class");
    if (is_one_of(kind, kSlideFrame)) return false;
    if (kind == "title") heading_due_ = true;
  }
  return true;
}

bool OdfBody::enter(XmlNode node) {
  if (node.is_text()) {
    if (paragraphs_ == 0) return false;
    if (node.text().find_first_not_of(" \t\r\n") != std::string_view::npos) heading_due_ = false;
    if (in_title_ && title_.size() <= kMaxTitleBytes) title_ += node.text();
    return text_.add(node.text()), false;
  }
  const std::string_view name = node.name();
  if (is_one_of(name, kUnread) || names_a_picture(node)) return false;
  if (name == "section" && node.attribute("display") == "none") return false;
  if (is_paragraph(name)) return begin_paragraph(node), true;
  if (name.starts_with("list")) return enter_list(node);
  if (name.find("table") != name.npos) return enter_table(node);
  if (slide_ > 0 || name == "page") return enter_slide_part(node) && enter_inline(node);
  return enter_inline(node);
}

void OdfBody::leave(XmlNode node) {
  if (node.is_text()) return;
  const std::string_view name = node.name();
  if (is_paragraph(name)) leave_paragraph();
  if (name == "list") {
    last_count_ = lists_.back().count;
    if (!lists_.back().id.empty()) counts_[lists_.back().id] = last_count_;
    lists_.pop_back();
  }
  if (rows_ > 0 && name == "table-row") text_.end_row();
  if (name == "table") {
    if (rows_ == tables_) {
      rows_ = 0;
      text_.end_table();
      write_due_notes();
    }
    --tables_;
  }
}

}  // namespace vecstore
