// The text of an OpenDocument text or presentation.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rag/loaders/office/odf_styles.h"
#include "rag/loaders/office/office_text.h"
#include "rag/loaders/xml/xml_tree.h"

namespace vecstore {

// Written paragraph by paragraph; notes follow the paragraph or table that refers to them, speaker
// notes their slide. Left out: indexes, annotations, what was deleted, footers of slides.
class OdfBody {
 public:
  explicit OdfBody(const OdfStyles& styles) : styles_(styles) {}

  // Of office:text or office:presentation, parsed with XmlSpace::kKeep.
  void write(XmlNode body);

  OfficeText& text() { return text_; }
  const std::string& title() const { return title_; }
  std::size_t annotations() const { return annotations_; }
  std::int64_t slides() const { return slide_; }

  bool enter(XmlNode node);  // for walk()
  void leave(XmlNode node);

 private:
  struct List {
    const OdfList* style = nullptr;
    std::int64_t count = 0;
    std::string id = {};
  };
  struct Note {
    XmlNode body = {};
    std::string mark = {};
  };
  bool enter_list(XmlNode node);
  bool enter_inline(XmlNode node);
  bool enter_table(XmlNode node);
  bool enter_slide_part(XmlNode node);
  void begin_paragraph(XmlNode node);
  void leave_paragraph();
  void refer(XmlNode note);
  void write_due_notes();
  std::string item_mark() const;
  std::string heading_mark(int level);

  const OdfStyles& styles_;
  OfficeText text_ = {};
  std::string title_ = {};
  bool in_title_ = false;  // a paragraph of the document's title
  bool title_done_ = false;
  std::vector<List> lists_ = {};
  std::map<std::string, std::int64_t, std::less<>> counts_ = {};  // of lists, by their ids
  std::int64_t last_count_ = 0;                                   // of the list that ended last
  std::array<std::int64_t, kOdfListLevels> chapters_ = {};        // headings so far, by level
  bool mark_due_ = false;  // of a list item whose paragraph has not begun
  std::vector<Note> due_notes_ = {};
  std::int64_t footnote_ = 0;
  std::int64_t endnote_ = 0;
  bool in_note_ = false;
  std::size_t annotations_ = 0;
  int paragraphs_ = 0;
  int tables_ = 0;
  int rows_ = 0;  // as in DocxBody
  std::int64_t slide_ = 0;
  bool heading_due_ = false;  // the next paragraph of the slide heads it
  bool notes_due_ = false;    // of the speaker
};

}  // namespace vecstore
