#include "rag/eval/trec_run.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>

#include "base/number.h"
#include "base/utf8.h"

namespace vecstore {
namespace {

constexpr std::size_t kColumns = 6;
constexpr std::string_view kBlanks = " \t\r";

Status wrong(const std::string& what) { return Status(Code::kUnknown, what); }

// How many columns there are; the first six of them.
std::size_t cut(std::string_view line, std::array<std::string_view, kColumns>& columns) {
  std::size_t count = 0;
  for (std::size_t at = line.find_first_not_of(kBlanks); at < line.size();) {
    const std::size_t end = std::min(line.find_first_of(kBlanks, at), line.size());
    if (count < kColumns) columns[count] = line.substr(at, end - at);
    ++count;
    at = line.find_first_not_of(kBlanks, end);
  }
  return count;
}

// "1e3", "12", "0.5", also with a plus, as programs write scores.
std::optional<double> read_score(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  return parse_double(text);
}

class RunReader {
 public:
  Status add(std::string_view line) {
    std::array<std::string_view, kColumns> columns;
    if (!is_valid_utf8(line)) return wrong("is not UTF-8");
    const std::size_t count = cut(line, columns);
    if (count == 0) return {};
    if (count != kColumns)
      return wrong("has " + std::to_string(count) +
                   " columns, expected query, Q0, document, rank, score, name");
    const std::optional<double> score = read_score(columns[4]);
    if (!score || !std::isfinite(static_cast<float>(*score)))
      return wrong("has the score '" + shorten(columns[4]) + "', expected a number");
    const std::string query(columns[0]), document(columns[2]);
    if (!seen_.emplace(query, document).second)
      return wrong("has '" + shorten(document) + "' for query '" + shorten(query) +
                   "' a second time");
    run_[query].push_back({document, static_cast<double>(static_cast<float>(*score))});
    return {};
  }

  TrecRun finish() {
    for (auto& [query, hits] : run_)
      std::sort(hits.begin(), hits.end(), [](const RankedHit& a, const RankedHit& b) {
        return a.score != b.score ? a.score > b.score : a.id > b.id;
      });
    return std::move(run_);
  }

 private:
  TrecRun run_;
  std::set<std::pair<std::string, std::string>> seen_;
};

}  // namespace

Result<TrecRun> read_trec_run(const NextLine& next) {
  RunReader reader;
  VECSTORE_TRY(
      take_lines(next, [&](const std::string& line, std::size_t) { return reader.add(line); }));
  TrecRun run = reader.finish();
  if (run.empty()) return wrong("it ranks nothing");
  return run;
}

}  // namespace vecstore
