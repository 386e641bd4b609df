// A text file line by line, of any size.
#pragma once

#include <cstdint>
#include <string>

#include "cli/in_file.h"

namespace vecstore {

class LineReader {
 public:
  // "-" is standard input.
  static Result<LineReader> open(const std::string& path);

  // The next line without its end; false at the end of the file. A byte order mark at the start is
  // left out; one of UTF-16 is an error that says so. A line of more than 64 MiB is
  // kInvalidArgument, and the next call gives the one after it.
  Result<bool> next(std::string& line);

  // Of the line that next() gave last, from 1.
  std::uint64_t line() const { return line_; }

 private:
  explicit LineReader(InFile file) : file_(std::move(file)) {}

  Result<bool> next_raw(std::string& line, std::size_t& bytes);

  InFile file_;
  std::uint64_t line_ = 0;
};

}  // namespace vecstore
