// Files of queries, a JSON object per line: {"id", "text" | "vector", "filter"?}.
#pragma once

#include <string>

#include "cli/line_reader.h"
#include "cli/question.h"

namespace vecstore {

struct FileQuestion {
  Value id = {};
  Question question = {};
};

// One line. "text" and "vector" may both stand there.
Result<FileQuestion> parse_question_line(const std::string& line);

// kInvalidArgument for a text that is blank or not UTF-8.
Status check_text(const std::string& text);

class QuestionFile {
 public:
  static Result<QuestionFile> open(const std::string& path);

  // The next query; false at the end. Blank lines are passed over; an error names file and line. A
  // file without a query is kInvalidArgument.
  Result<bool> next(FileQuestion& question);

  // The error, with the place of the query that next() gave last.
  Status at_line(const Status& status) const;

 private:
  QuestionFile(std::string path, LineReader lines)
      : path_(std::move(path)), lines_(std::move(lines)) {}

  std::string path_;
  LineReader lines_;
  bool any_ = false;
};

}  // namespace vecstore
