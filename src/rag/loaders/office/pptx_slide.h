// The text of one slide of a PPTX file, or of its speaker notes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rag/loaders/office/office_text.h"
#include "rag/loaders/xml/xml_tree.h"

namespace vecstore {

// Shapes are written in the order in which they are drawn, the title first and as a heading; on a
// slide without one the first paragraph is the heading. Dates, footers and slide numbers are left
// out. Paragraphs of content placeholders are list items, as their layouts show them.
class PptxSlide {
 public:
  explicit PptxSlide(OfficeText& text) : text_(text) {}

  // `root` of a slide's part. Returns the title, empty when there is none.
  std::string write(XmlNode root);
  // `root` of a part of notes: what the speaker wrote, after "Notes: ".
  void write_notes(XmlNode root);
  // Paragraphs of another part that the slide shows, such as a diagram's.
  void write_paragraphs(XmlNode root);

  bool enter(XmlNode node);  // for walk()
  void leave(XmlNode node);

 private:
  enum class Part { kSlide, kNotes, kOther };
  enum class Shape { kText, kContent, kTitle, kUnread };

  Shape shape_of(XmlNode shape) const;
  void write_title(XmlNode shape);
  void begin_paragraph(XmlNode node);
  std::string mark(XmlNode properties, std::size_t level);

  OfficeText& text_;
  Part part_ = Part::kSlide;
  Shape shape_ = Shape::kText;
  XmlNode title_ = {};
  bool heading_due_ = false;  // of a slide without a title
  bool notes_due_ = false;
  std::vector<std::int64_t> counts_ = {};  // of numbered items, by level
};

}  // namespace vecstore
