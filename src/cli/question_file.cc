#include "cli/question_file.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/utf8.h"

namespace vecstore {

Status check_text(const std::string& text) {
  const std::size_t bad = invalid_utf8_at(text);
  if (bad != text.npos) {
    return invalid_argument("the text to look for is not valid UTF-8 at byte " +
                            std::to_string(bad));
  }
  if (text.find_first_not_of(" \t\r\n") != text.npos) return {};
  return invalid_argument("the text to look for is empty");
}

Result<FileQuestion> parse_question_line(const std::string& line) {
  constexpr std::string_view kKnown[] = {"id", "text", "vector", "filter"};
  VECSTORE_ASSIGN(const Value json, Value::parse_json(line));
  const Object* object = json.as_object();
  if (!object) return invalid_argument("a query must be an object");
  FileQuestion read;
  for (const auto& [key, value] : *object) {
    if (std::find(std::begin(kKnown), std::end(kKnown), key) == std::end(kKnown)) {
      return invalid_argument("unknown member '" + shorten(key) +
                              "': id, text, vector and filter are known");
    }
    if (key != "id" && key != "vector" && !value.as_string()) {
      return invalid_argument("'" + key + "' must be a string");
    }
  }
  if (const Value* id = object->find("id")) read.id = *id;
  if (const Value* text = object->find("text")) {
    VECSTORE_TRY(check_text(*text->as_string()));
    read.question.text = *text->as_string();
  }
  if (const Value* vector = object->find("vector")) {
    VECSTORE_ASSIGN(read.question.vector, vector_of_json(*vector));
  }
  if (const Value* filter = object->find("filter")) {
    VECSTORE_ASSIGN(read.question.filter, Filter::parse(*filter->as_string()));
  }
  if (!read.question.text && !read.question.vector) {
    return invalid_argument("a query needs 'text' or 'vector'");
  }
  return read;
}

Result<QuestionFile> QuestionFile::open(const std::string& path) {
  VECSTORE_ASSIGN(LineReader lines, LineReader::open(path));
  return QuestionFile(path, std::move(lines));
}

Result<bool> QuestionFile::next(FileQuestion& question) {
  std::string line;
  do {
    VECSTORE_ASSIGN(const bool more, lines_.next(line));
    if (!more && !any_) return invalid_argument(path_ + " has no query in it");
    if (!more) return false;
  } while (line.find_first_not_of(" \t\r") == line.npos);
  any_ = true;
  Result<FileQuestion> read = parse_question_line(line);
  if (!read.ok()) return at_line(read.status());
  question = *std::move(read);
  return true;
}

Status QuestionFile::at_line(const Status& status) const {
  return status.with_context(path_ + ": line " + std::to_string(lines_.line()));
}

}  // namespace vecstore
