#include "rag/loaders/office/pptx_slide.h"

#include <algorithm>

#include "base/number.h"

namespace vecstore {
namespace {

constexpr std::size_t kLevels = 9;

// What the layout keeps the shape for: "title", "body", …; "obj" when it does not say, and nothing
// when the shape is no placeholder.
std::string_view placeholder(XmlNode shape) {
  XmlNode outer = shape.child("nvSpPr");
  if (!outer) outer = shape.child("nvGraphicFramePr");
  const XmlNode found = outer.child("nvPr").child("ph");
  if (!found) return {};
  const std::string_view type = found.attribute("type");
  return type.empty() ? "obj" : type;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

struct TitleShape {
  XmlNode found = {};
  bool enter(XmlNode node) {
    const std::string_view type = node.name() == "sp" ? placeholder(node) : std::string_view();
    if (!found && (type == "title" || type == "ctrTitle")) found = node;
    return !found;
  }
  void leave(XmlNode) {}
};

struct Words {
  std::string text = {};
  bool enter(XmlNode node) {
    if (node.name() == "t") text += node.own_text();
    if (node.name() == "br" || node.name() == "p") text += ' ';
    return node.name() != "t" && node.name() != "rPr";
  }
  void leave(XmlNode) {}
};

}  // namespace

PptxSlide::Shape PptxSlide::shape_of(XmlNode shape) const {
  const std::string_view type = placeholder(shape);
  if (type == "dt" || type == "ftr" || type == "sldNum" || type == "hdr") return Shape::kUnread;
  if (part_ == Part::kNotes) return type == "body" ? Shape::kText : Shape::kUnread;
  if (type == "title" || type == "ctrTitle") return Shape::kTitle;
  return type == "obj" ? Shape::kContent : Shape::kText;
}

std::string PptxSlide::write(XmlNode root) {
  part_ = Part::kSlide;
  TitleShape title;
  walk(root, title);
  title_ = title.found;
  Words words;
  if (title_) walk(title_, words);
  heading_due_ = is_blank(words.text);
  if (!heading_due_) {
    text_.begin_paragraph({.heading = 1});
    text_.add(words.text);
    text_.end_paragraph();
  }
  walk(root.child("cSld"), *this);
  return words.text;
}

void PptxSlide::write_notes(XmlNode root) {
  part_ = Part::kNotes;
  notes_due_ = true;
  walk(root.child("cSld"), *this);
}

void PptxSlide::write_paragraphs(XmlNode root) {
  part_ = Part::kOther;
  shape_ = Shape::kText;
  walk(root, *this);
}

std::string PptxSlide::mark(XmlNode properties, std::size_t level) {
  counts_.resize(kLevels);
  std::fill(counts_.begin() + static_cast<std::ptrdiff_t>(level) + 1, counts_.end(), 0);
  const std::string indent(level * 2, ' ');
  if (properties.child("buAutoNum")) return indent + std::to_string(++counts_[level]) + ". ";
  counts_[level] = 0;
  if (properties.child("buNone")) return {};
  const bool bullet = properties.child("buChar") || properties.child("buBlip");
  return bullet || shape_ == Shape::kContent ? indent + "- " : std::string();
}

void PptxSlide::begin_paragraph(XmlNode node) {
  const XmlNode properties = node.child("pPr");
  const std::int64_t said = parse_int64(properties.attribute("lvl")).value_or(0);
  const auto level = static_cast<std::size_t>(std::clamp<std::int64_t>(said, 0, kLevels - 1));
  ParagraphForm form;
  if (heading_due_ && part_ == Part::kSlide && !text_.in_table()) {
    form.heading = 1;
  } else if (!text_.in_table()) {
    form.mark = mark(properties, level);
    form.item = !form.mark.empty();
  }
  if (notes_due_ && part_ == Part::kNotes) {
    form = {.mark = "Notes: "};
    notes_due_ = false;
  }
  text_.begin_paragraph(form);
}

bool PptxSlide::enter(XmlNode node) {
  const std::string_view name = node.name();
  if (node.is_text() || name == "pPr" || name == "rPr" || name == "Fallback") return false;
  if (name == "sp" || name == "graphicFrame") {
    shape_ = shape_of(node);
    counts_.clear();
    return shape_ != Shape::kUnread && !(node == title_);
  }
  if (name == "tbl") text_.begin_table();
  if (name == "tr") text_.begin_row();
  if (name == "tc") text_.begin_cell();
  if (name == "p") begin_paragraph(node);
  if (name == "br") text_.end_line();
  if (name == "t" && node.parent().name() != "pt") {
    const std::string words = node.own_text();
    heading_due_ = heading_due_ && is_blank(words);
    text_.add(words);
    return false;
  }
  return true;
}

void PptxSlide::leave(XmlNode node) {
  const std::string_view name = node.name();
  if (name == "p") text_.end_paragraph();
  if (name == "tr") text_.end_row();
  if (name == "tbl") text_.end_table();
}

}  // namespace vecstore
