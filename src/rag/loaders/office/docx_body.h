// The text of a DOCX file's body, with what its styles, lists and notes add to it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rag/loaders/office/docx_numbering.h"
#include "rag/loaders/office/docx_styles.h"
#include "rag/loaders/office/office_text.h"
#include "rag/loaders/xml/xml_tree.h"

namespace vecstore {

// Written paragraph by paragraph; a foot- or endnote follows the paragraph or table that refers to
// it first. Left out: what was deleted or hidden, field codes, the table of contents, and the older
// of two forms that a part has for older readers.
class DocxBody {
 public:
  DocxBody(const DocxStyles& styles, DocxNumbering numbering)
      : styles_(styles), numbering_(std::move(numbering)) {}

  // Of footnotes.xml or endnotes.xml, whose tree outlives this. Before write().
  void add_notes(XmlNode root, bool endnotes);

  void write(XmlNode body);

  OfficeText& text() { return text_; }
  // Of the first paragraph that has the style of a document's title.
  const std::string& title() const { return title_; }

  bool enter(XmlNode node);  // for walk()
  void leave(XmlNode node);

 private:
  struct Note {
    XmlNode node = {};
    std::string mark = {};  // empty until it is referred to
  };

  bool enter_run_part(XmlNode node);
  bool enter_table_part(XmlNode node);
  void begin_paragraph(XmlNode node);
  void refer(XmlNode reference, std::map<std::string, Note, std::less<>>& notes, bool endnotes);
  void write_due_notes();

  const DocxStyles& styles_;
  DocxNumbering numbering_;
  OfficeText text_ = {};
  std::string title_ = {};
  bool title_seen_ = false;
  std::map<std::string, Note, std::less<>> footnotes_ = {};
  std::map<std::string, Note, std::less<>> endnotes_ = {};
  std::int64_t footnote_ = 0;
  std::int64_t endnote_ = 0;
  std::vector<const Note*> due_notes_ = {};
  bool in_note_ = false;
  int tables_ = 0;      // around the current node
  int paragraphs_ = 0;  // around the current node
  int rows_ = 0;        // the table around which is written as rows: its depth, 0 for none
};

}  // namespace vecstore
