#include "cli/judgements.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>
#include <vector>

#include "base/number.h"
#include "base/utf8.h"
#include "cli/line_reader.h"

namespace vecstore {
namespace {

constexpr std::size_t kNdcgDepth = 10, kMrrDepth = 10, kRecallDepth = 100;
constexpr std::int64_t kMaxGrade = 1000;

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

double discount(std::size_t rank) { return std::log2(static_cast<double>(rank) + 1); }

// The best that any ranking can reach.
double ideal_gain(const Grades& grades) {
  std::vector<int> best;
  for (const auto& [document, grade] : grades)
    if (grade > 0) best.push_back(grade);
  std::sort(best.begin(), best.end(), std::greater<>());
  best.resize(std::min(best.size(), kNdcgDepth));
  double gain = 0;
  for (std::size_t i = 0; i < best.size(); ++i) gain += best[i] / discount(i + 1);
  return gain;
}

}  // namespace

Result<Judgements> read_judgements(const std::string& path) {
  VECSTORE_ASSIGN(LineReader lines, LineReader::open(path));
  JudgementReader reader;
  std::string line;
  for (;;) {
    VECSTORE_ASSIGN(const bool more, lines.next(line));
    if (!more) break;
    const Status status = reader.add(line);
    if (!status.ok()) return status.with_context(path + ": line " + std::to_string(lines.line()));
  }
  if (reader.read().empty()) return Status(Code::kUnknown, path + " judges nothing");
  return std::move(reader.read());
}

Measures& Measures::operator+=(const Measures& other) {
  ndcg_at_10 += other.ndcg_at_10;
  mrr_at_10 += other.mrr_at_10;
  map += other.map;
  recall_at_100 += other.recall_at_100;
  return *this;
}

Measures measure(std::span<const std::string> ranking, const Grades& grades) {
  const auto relevant = static_cast<double>(
      std::ranges::count_if(grades, [](const auto& judged) { return judged.second > 0; }));
  Measures result;
  if (relevant == 0) return result;
  double found = 0;
  for (std::size_t rank = 1; rank <= ranking.size(); ++rank) {
    const auto judged = grades.find(ranking[rank - 1]);
    if (judged == grades.end() || judged->second <= 0) continue;
    ++found;
    result.map += found / static_cast<double>(rank);
    if (found == 1 && rank <= kMrrDepth) result.mrr_at_10 = 1 / static_cast<double>(rank);
    if (rank <= kNdcgDepth) result.ndcg_at_10 += judged->second / discount(rank);
    if (rank <= kRecallDepth) ++result.recall_at_100;
  }
  result.ndcg_at_10 /= ideal_gain(grades);
  result.map /= relevant;
  result.recall_at_100 /= relevant;
  return result;
}

}  // namespace vecstore
