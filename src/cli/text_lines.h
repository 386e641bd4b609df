// Texts from the command line, from a file with one a line, or from the member "text" of objects in
// a file of JSON lines.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/line_reader.h"
#include "vecstore/value.h"

namespace vecstore {

struct TextLine {
  std::optional<std::string> id = {};  // of an object that has one
  std::string text = {};
};

class TextLines {
 public:
  // `file` is "-" for standard input; its name says what is in it: JSON lines in .jsonl and .ndjson
  // (also .gz), else texts.
  static Result<TextLines> open(const std::string& file);
  explicit TextLines(std::vector<std::string> texts) : texts_(std::move(texts)) {}

  // False at the end. Every line is a text, a blank one too, so that rows stay those of the file. A
  // text that is not UTF-8 is an error that names its place; so is an object without "text".
  Result<bool> next(TextLine& line);

 private:
  Result<bool> next_of_file(TextLine& line);

  std::vector<std::string> texts_ = {};
  std::size_t at_ = 0;
  std::string path_ = {};
  std::optional<LineReader> lines_ = {};
  bool json_ = false;
};

}  // namespace vecstore
