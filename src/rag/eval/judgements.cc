#include "rag/eval/judgements.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/number.h"
#include "base/utf8.h"

namespace vecstore {
namespace {

using Columns = std::vector<std::string_view>;

Columns columns_of(std::string_view line) {
  const std::string_view between = line.find('\t') == line.npos ? " " : "\t";
  Columns columns;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find_first_of(between), line.size());
    std::string_view column = line.substr(0, end);
    while (column.starts_with(' ')) column.remove_prefix(1);
    while (column.ends_with(' ') || column.ends_with('\r')) column.remove_suffix(1);
    if (!column.empty()) columns.push_back(column);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return columns;
}

// Of a file so far: how many columns its first line has, and what was read.
class JudgementReader {
 public:
  Status add(std::string_view line) {
    if (!is_valid_utf8(line)) return wrong("is not UTF-8");
    const Columns columns = columns_of(line);
    if (columns.empty()) return {};
    const bool first = width_ == 0;
    if (columns.size() != 3 && columns.size() != 4)
      return wrong("has " + std::to_string(columns.size()) +
                   " columns, expected query, document, grade or query, 0, document, grade");
    if (!first && columns.size() != width_)
      return wrong("has " + std::to_string(columns.size()) + " columns, the lines before have " +
                   std::to_string(width_));
    width_ = columns.size();
    const auto grade = parse_int64(columns.back());
    if (!grade && first && width_ == 3) return {};  // the head
    if (!grade || *grade < -kMaxGrade || *grade > kMaxGrade)
      return wrong("has the grade '" + shorten(columns.back()) + "', expected -1000 to 1000");
    Grades& grades = read_[std::string(columns[0])];
    const std::string document(columns[width_ - 2]);
    if (!grades.emplace(document, static_cast<int>(*grade)).second)
      return wrong("judges '" + shorten(document) + "' for query '" + shorten(columns[0]) +
                   "' a second time");
    return {};
  }

  Judgements& read() { return read_; }

 private:
  static Status wrong(const std::string& what) { return Status(Code::kUnknown, what); }

  std::size_t width_ = 0;
  Judgements read_;
};

}  // namespace

Status take_lines(const NextLine& next,
                  const std::function<Status(const std::string&, std::size_t)>& take) {
  std::string line;
  for (std::size_t number = 1;; ++number) {
    VECSTORE_ASSIGN(const bool more, next(line));
    if (!more) return {};
    const Status status = take(line, number);
    if (!status.ok()) return status.with_context("line " + std::to_string(number));
  }
}

Result<Judgements> read_judgements(const NextLine& next) {
  JudgementReader reader;
  VECSTORE_TRY(
      take_lines(next, [&](const std::string& line, std::size_t) { return reader.add(line); }));
  if (reader.read().empty()) return Status(Code::kUnknown, "nothing is judged");
  return std::move(reader.read());
}

std::size_t relevant_count(const Grades& grades) {
  return static_cast<std::size_t>(
      std::ranges::count_if(grades, [](const auto& judged) { return judged.second > 0; }));
}

}  // namespace vecstore
