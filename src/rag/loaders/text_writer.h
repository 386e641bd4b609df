// Builds the text of a page: runs of white space become one space, blocks become lines or
// paragraphs, preformatted text stays as it is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vecstore {

class TextWriter {
 public:
  // The next text begins on a new line; with `lines` 2, after an empty line. Several requests make
  // one break, the largest.
  void break_line(int lines);
  // As <br>: two in a row make an empty line.
  void end_line();

  // White space at either end joins to one space; none is written at the start of a line.
  void add(std::string_view text);
  // Written exactly, after what breaks are due.
  void add_exact(std::string_view text);

  // `mark` ("- ") opens the line of the next text, and no further break comes between; a mark that
  // no text has followed is replaced.
  void mark_line(std::string_view mark);
  // Forgets a mark that no text has followed.
  void drop_mark();

  // Within a table row breaks become spaces until end_row(), and separate_cell() puts " | " before
  // the next text; empty cells at the end of a row leave nothing.
  void begin_row();
  void separate_cell();
  void end_row();

  // Writes the breaks that are due and returns where the next text begins: with its mark and the
  // bars of empty cells before it, when it opens a line.
  std::size_t begin_text();
  // What was written since `begin`, on one line, without white space at its end.
  std::string line_since(std::size_t begin) const;
  // True when the next text would follow a letter or digit without a space.
  bool follows_word() const;

  // The text without white space at its end; the writer is spent.
  std::string take();

 private:
  bool at_line_start() const;
  void settle_breaks();
  void settle();

  std::string out_;
  std::string mark_;
  int due_breaks_ = 0;
  std::size_t begun_at_ = 0;      // where begin_text() left off,
  std::size_t begun_breaks_ = 0;  // and how many line breaks stand before it
  int due_cells_ = 0;
  bool due_space_ = false;
  bool hold_breaks_ = false;
  bool in_row_ = false;
};

}  // namespace vecstore
