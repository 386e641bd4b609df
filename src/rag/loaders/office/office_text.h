// Builds the text of an office document from paragraphs, tables and places, with its headings.
//
// Paragraphs are separated by an empty line, list items by a line break, a row of a table is a
// line with " | " between its cells; white space within a paragraph becomes one space.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rag/loaders/document.h"
#include "rag/loaders/text_writer.h"
#include "vecstore/status.h"

namespace vecstore {

struct ParagraphForm {
  int heading = 0;        // level, 0 for text
  std::string mark = {};  // "- ", "2. ": opens the first line; of a heading, part of its title
  bool item = false;      // of a list: no empty line between it and the next
};

class OfficeText {
 public:
  // Paragraphs may lie in paragraphs (text boxes); a heading ends where another begins.
  void begin_paragraph(const ParagraphForm& form = {});
  void end_paragraph();

  void add(std::string_view text);
  void end_line() { writer_.end_line(); }

  // Rows of cells until end_table(); headings within are text. Tables do not nest: what is laid out
  // by tables in tables is read as paragraphs, without these calls.
  void begin_table();
  void begin_row();
  void begin_cell();
  void end_row();
  void end_table();
  bool in_table() const { return in_table_; }

  // The next text is the first of page (slide, row) `number`.
  void begin_place(std::int64_t number);

  // Puts text, headings and places into the document; an error when there are too many headings.
  Status finish(Document& document);

 private:
  void end_heading();

  TextWriter writer_;
  std::vector<Heading> headings_;
  std::vector<PlaceBegin> places_;
  std::int64_t next_place_ = 0;
  bool place_due_ = false;
  int heading_due_ = 0;  // level of the heading whose text comes next
  bool in_heading_ = false;
  bool after_item_ = false;
  bool in_table_ = false;
  int cells_ = 0;
};

// Keeps `value` on one line as metadata; an empty or overlong one is left out.
void keep_property(Metadata& metadata, std::string_view key, std::string_view value);

}  // namespace vecstore
