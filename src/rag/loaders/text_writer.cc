#include "rag/loaders/text_writer.h"

#include <algorithm>

namespace vecstore {
namespace {

constexpr std::string_view kSpace = " \t\n\r\f\v";
constexpr std::string_view kNoBreakSpace = "\u00a0";

std::size_t text_end(std::string_view text) {
  const std::size_t last = text.find_last_not_of(kSpace);
  return last == text.npos ? 0 : last + 1;
}

void trim_end(std::string& text) { text.resize(text_end(text)); }

}  // namespace

void TextWriter::break_line(int lines) {
  if (in_row_) {
    due_space_ = true;
  } else if (!hold_breaks_) {
    due_breaks_ = std::max(due_breaks_, lines);
  }
}

void TextWriter::end_line() { break_line(std::min(due_breaks_ + 1, 2)); }

bool TextWriter::at_line_start() const { return out_.empty() || out_.back() == '\n'; }

void TextWriter::settle_breaks() {
  if (due_breaks_ > 0 && !out_.empty()) {
    std::size_t breaks = static_cast<std::size_t>(due_breaks_);
    const std::size_t end = text_end(out_);
    out_.resize(std::max(end, begun_at_));  // else what begins there would move
    if (end < begun_at_) breaks -= std::min(breaks, begun_breaks_);
    out_.append(breaks, '\n');
  }
  due_breaks_ = 0;
}

// Writes what stands between the text so far and the text to come.
void TextWriter::settle() {
  settle_breaks();
  bool space = due_space_ || due_cells_ > 0;
  if (space && !at_line_start() && out_.back() != ' ') out_ += ' ';
  for (; due_cells_ > 0; --due_cells_) out_ += "| ";
  out_ += mark_;
  mark_.clear();
  due_space_ = false;
  hold_breaks_ = false;
}

void TextWriter::add(std::string_view text) {
  while (!text.empty()) {
    std::size_t space = std::min(text.find_first_of(kSpace), text.size());
    std::size_t no_break = std::min(text.find(kNoBreakSpace), text.size());
    std::size_t word = std::min(space, no_break);
    if (word > 0) {
      settle();
      out_ += text.substr(0, word);
      text.remove_prefix(word);
    } else {
      due_space_ = true;
      text.remove_prefix(no_break == 0 ? kNoBreakSpace.size() : 1);
    }
  }
}

void TextWriter::add_exact(std::string_view text) {
  if (text.empty()) return;
  settle();
  out_ += text;
}

void TextWriter::mark_line(std::string_view mark) {
  if (in_row_) return;
  mark_ = mark;
  hold_breaks_ = true;
}

void TextWriter::drop_mark() {
  mark_.clear();
  hold_breaks_ = false;
}

void TextWriter::begin_row() { in_row_ = true; }

void TextWriter::separate_cell() {
  if (in_row_) ++due_cells_;
}

void TextWriter::end_row() {
  in_row_ = false;
  due_space_ = false;
  due_cells_ = 0;
}

std::size_t TextWriter::begin_text() {
  settle_breaks();
  const std::size_t line = out_.size();
  const bool opens_line = at_line_start();
  settle();
  begun_at_ = out_.size();
  begun_breaks_ = begun_at_ - (out_.find_last_not_of('\n') + 1);  // npos + 1 is 0
  return opens_line ? line : out_.size();
}

std::string TextWriter::line_since(std::size_t begin) const {
  std::string line = out_.substr(begin);
  trim_end(line);
  std::ranges::replace(line, '\n', ' ');
  return line;
}

bool TextWriter::follows_word() const {
  if (due_breaks_ > 0 || due_space_ || due_cells_ > 0 || out_.empty()) return false;
  char c = out_.back();
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string TextWriter::take() {
  trim_end(out_);
  return std::move(out_);
}

}  // namespace vecstore
