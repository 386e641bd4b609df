#include "rag/loaders/office/office_text.h"

#include <algorithm>

namespace vecstore {
namespace {

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

template <typename Item>
void drop_beyond(std::vector<Item>& items, std::size_t size) {
  while (!items.empty() && items.back().begin >= size) items.pop_back();
}

}  // namespace

void OfficeText::begin_paragraph(const ParagraphForm& form) {
  if (in_heading_) end_heading();
  writer_.break_line(form.item && after_item_ ? 1 : 2);
  after_item_ = form.item;
  heading_due_ = in_table_ ? 0 : form.heading;
  if (heading_due_ == 0) {
    if (!form.mark.empty()) writer_.mark_line(form.mark);
  } else if (!is_blank(form.mark)) {
    add(form.mark);
  }
}

void OfficeText::end_paragraph() {
  if (in_heading_) end_heading();
  heading_due_ = 0;
  writer_.drop_mark();
  writer_.break_line(after_item_ ? 1 : 2);
}

void OfficeText::end_heading() {
  in_heading_ = false;
  Heading& heading = headings_.back();
  heading.title = writer_.line_since(heading.begin);
  if (heading.title.empty() || heading.title.size() > kMaxTitleBytes) headings_.pop_back();
}

void OfficeText::add(std::string_view text) {
  if (!is_blank(text)) {
    if (place_due_) places_.push_back({writer_.begin_text(), next_place_});
    place_due_ = false;
    if (heading_due_ > 0) headings_.push_back({heading_due_, {}, writer_.begin_text()});
    in_heading_ |= heading_due_ > 0;
    heading_due_ = 0;
  }
  writer_.add(text);
}

void OfficeText::begin_table() {
  writer_.break_line(2);
  in_table_ = true;
  after_item_ = false;
}

void OfficeText::begin_row() {
  writer_.break_line(1);
  writer_.begin_row();
  cells_ = 0;
}

void OfficeText::begin_cell() {
  if (cells_++ > 0) writer_.separate_cell();
}

void OfficeText::end_row() {
  writer_.end_row();
  writer_.break_line(1);
}

void OfficeText::end_table() {
  in_table_ = false;
  writer_.break_line(2);
}

void OfficeText::begin_place(std::int64_t number) {
  next_place_ = number;
  place_due_ = true;
}

Status OfficeText::finish(Document& document) {
  if (headings_.size() > kMaxHeadings) {
    return resource_exhausted(std::to_string(headings_.size()) + " headings; the limit is " +
                              std::to_string(kMaxHeadings));
  }
  if (in_heading_) end_heading();
  document.text = writer_.take();
  drop_beyond(headings_, document.text.size());
  drop_beyond(places_, document.text.size());
  document.headings = std::move(headings_);
  document.places = std::move(places_);
  if (document.places.empty()) document.place.clear();
  return {};
}

void keep_property(Metadata& metadata, std::string_view key, std::string_view value) {
  TextWriter line;
  line.add(value);
  std::string text = line.take();
  if (!text.empty() && text.size() <= kMaxTitleBytes) metadata[key] = std::move(text);
}

}  // namespace vecstore
