#include "rag/loaders/office/docx_body.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/number.h"
#include "base/utf8.h"
#include "rag/loaders/office/data_table.h"
#include "rag/loaders/office/opc_package.h"

namespace vecstore {
namespace {

template <std::size_t n>
bool is_one_of(std::string_view name, const std::array<std::string_view, n>& names) {
  return std::ranges::count(names, name) != 0;
}

// Properties, what was deleted, what only a program reads.
constexpr std::array<std::string_view, 19> kUnread = {
    "pPr",     "rPr",         "tblPr", "tblPrEx",  "trPr",     "tcPr",    "tblGrid",
    "sdtPr",   "sectPr",      "del",   "moveFrom", "Fallback", "delText", "instrText",
    "fldData", "pictureData", "rt",    "binData",  "object"};

bool is_contents(XmlNode control) {
  const XmlNode gallery = control.child("sdtPr").child("docPartObj").child("docPartGallery");
  return gallery.attribute("val") == "Table of Contents";
}

struct RunText {
  std::string text = {};
  bool enter(XmlNode node) {
    if (node.name() == "t") text += node.own_text();
    return node.name() != "t" && node.name() != "pPr";
  }
  void leave(XmlNode) {}
};

std::string text_of(XmlNode paragraph) {
  RunText out;
  walk(paragraph, out);
  return out.text;
}

// Fonts of symbols keep theirs where no letters are; what they mean is in the font alone.
std::string symbol(XmlNode node) {
  std::uint32_t value = 0;
  for (char c : node.attribute("char").substr(0, 6)) {
    const bool digit = c >= '0' && c <= '9', big = c >= 'A' && c <= 'F',
               small = c >= 'a' && c <= 'f';
    if (!digit && !big && !small) return {};
    value = value * 16 + static_cast<std::uint32_t>(digit ? c - '0'
                                                    : big ? c - 'A' + 10
                                                          : c - 'a' + 10);
  }
  const bool is_private = value >= 0xE000 && value < 0xF900,
             half = value >= 0xD800 && value < 0xE000;
  std::string out;
  if (value >= 0x20 && value <= 0x10FFFF && !is_private && !half) append_utf8(out, value);
  return out;
}

}  // namespace

void DocxBody::add_notes(XmlNode root, bool endnotes) {
  auto& notes = endnotes ? endnotes_ : footnotes_;
  for (XmlNode node = root.first_child(); node; node = node.next()) {
    const std::string_view type = node.attribute("type");  // of separators
    if (type.empty() || type == "normal") {
      notes.try_emplace(std::string(node.attribute("id")), Note{node});
    }
  }
}

void DocxBody::write(XmlNode body) {
  walk(body, *this);
  write_due_notes();
}

// A note is written once: the text cannot outgrow the file.
void DocxBody::refer(XmlNode reference, std::map<std::string, Note, std::less<>>& notes,
                     bool endnotes) {
  auto found = notes.find(reference.attribute("id"));
  if (in_note_ || found == notes.end()) return;
  Note& note = found->second;
  if (note.mark.empty()) {
    note.mark = "[" +
                (endnotes ? format_number(++endnote_, "lowerRoman") : std::to_string(++footnote_)) +
                "]";
    due_notes_.push_back(&note);
  }
  text_.add(note.mark);
}

void DocxBody::write_due_notes() {
  if (paragraphs_ > 0 || rows_ > 0 || in_note_) return;
  in_note_ = true;
  for (const Note* note : std::exchange(due_notes_, {})) {
    text_.begin_paragraph({.mark = note->mark + " "});
    walk(note->node, *this);
    text_.end_paragraph();
  }
  in_note_ = false;
}

void DocxBody::begin_paragraph(XmlNode node) {
  const XmlNode properties = node.child("pPr");
  const DocxStyle style = styles_.style(properties.child("pStyle").attribute("val"));
  ParagraphForm form;
  form.heading = in_note_ ? 0 : outline_level(properties, style.heading);
  std::string_view list = style.list;
  std::int64_t level = style.list_level;
  if (XmlNode own = properties.child("numPr")) {
    if (XmlNode id = own.child("numId")) list = id.attribute("val");
    level = parse_int64(own.child("ilvl").attribute("val")).value_or(level);
  }
  if (!in_note_ && level >= 0 && level < 9)
    form.mark = numbering_.next(list, static_cast<int>(level));
  form.item = form.heading == 0 && !form.mark.empty();
  if (form.item) form.mark.insert(0, static_cast<std::size_t>(level) * 2, ' ');
  if (form.heading > 0 && form.mark == "- ") form.mark.clear();
  text_.begin_paragraph(form);
  if (style.is_title && !title_seen_) title_ = text_of(node);
  title_seen_ |= style.is_title;
}

bool DocxBody::enter_run_part(XmlNode node) {
  const std::string_view name = node.name();
  if (name == "t") return text_.add(node.own_text()), false;
  if (name == "tab" || name == "ptab") return text_.add(" "), false;
  if (name == "br" || name == "cr") return text_.end_line(), false;
  if (name == "noBreakHyphen") return text_.add("-"), false;
  if (name == "sym") return text_.add(symbol(node)), false;
  if (name == "footnoteReference") return refer(node, footnotes_, false), false;
  if (name == "endnoteReference") return refer(node, endnotes_, true), false;
  return true;
}

bool DocxBody::enter_table_part(XmlNode node) {
  const std::string_view name = node.name();
  if (name == "tbl") {
    ++tables_;
    if (rows_ == 0 && is_data_table(node, {"tbl", "tr", "tc"})) {
      rows_ = tables_;
      text_.begin_table();
    }
  }
  if (name == "tr" && node.child("trPr").child("del")) return false;
  if (rows_ > 0 && name == "tr") text_.begin_row();
  if (rows_ > 0 && name == "tc") text_.begin_cell();
  return true;
}

bool DocxBody::enter(XmlNode node) {
  const std::string_view name = node.name();
  if (node.is_text() || is_one_of(name, kUnread)) return false;
  if (name == "r" && is_on(node.child("rPr").child("vanish"))) return false;
  if (name == "sdt" && is_contents(node)) return false;
  if (name == "p") {
    const XmlNode style = node.child("pPr").child("pStyle");
    if (styles_.style(style.attribute("val")).is_contents) return false;
    ++paragraphs_;
    begin_paragraph(node);
    return true;
  }
  if (name == "tbl" || name == "tr" || name == "tc") return enter_table_part(node);
  return enter_run_part(node);
}

void DocxBody::leave(XmlNode node) {
  const std::string_view name = node.name();
  if (name == "p") {
    --paragraphs_;
    text_.end_paragraph();
    if (!due_notes_.empty()) write_due_notes();
  }
  if (rows_ > 0 && name == "tr") text_.end_row();
  if (name == "tbl") {
    if (rows_ == tables_) {
      rows_ = 0;
      text_.end_table();
      write_due_notes();
    }
    --tables_;
  }
}

}  // namespace vecstore
