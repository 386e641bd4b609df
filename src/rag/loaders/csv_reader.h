// Comma separated values as RFC 4180 has them, with the delimiter found out: rows of cells with
// quotes undone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

class CsvReader {
 public:
  CsvReader(std::string_view text, char delimiter)
      : text_(text), rest_(text), delimiter_(delimiter) {}

  // The next row that is not an empty line; no cells at the end. An error names the row (from 1,
  // empty lines not counted).
  Result<std::vector<std::string>> next();

  // Of the row that next() returned last.
  std::size_t row() const { return row_; }
  // The same for an error: "row 3 (line 5)". Counts the lines of all that was read.
  std::string place() const;

 private:
  Result<std::string> quoted_cell();

  std::string_view text_;
  std::string_view rest_;
  char delimiter_;
  std::size_t row_ = 0;
  std::size_t begin_ = 0;  // of the row, in text_
};

// Of comma, semicolon, tab and bar the one that cuts the first rows into the most columns, the same
// number in each; comma when none does.
char sniff_csv_delimiter(std::string_view text);

}  // namespace vecstore
