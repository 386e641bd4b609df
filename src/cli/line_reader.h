// A text file line by line, of any size.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "vecstore/status.h"

namespace vecstore {

class LineReader {
 public:
  // "-" is standard input.
  static Result<LineReader> open(const std::string& path);

  // The next line without its end; false at the end of the file. A byte order mark at the start is
  // left out. A line of more than 64 MiB is an error.
  Result<bool> next(std::string& line);

  // Of the line that next() gave last, from 1.
  std::uint64_t line() const { return line_; }
  // Bytes read so far.
  std::uint64_t offset() const { return offset_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const {
      if (file != stdin) std::fclose(file);
    }
  };
  LineReader(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::uint64_t line_ = 0;
  std::uint64_t offset_ = 0;
};

}  // namespace vecstore
