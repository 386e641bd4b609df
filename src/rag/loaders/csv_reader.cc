#include "rag/loaders/csv_reader.h"

#include <algorithm>

namespace vecstore {

// After the opening quote, up to and with the closing one.
Result<std::string> CsvReader::quoted_cell() {
  std::string cell;
  for (;;) {
    std::size_t quote = rest_.find('"');
    if (quote == rest_.npos) {
      return invalid_argument(place() + ": a quote is not closed");
    }
    cell += rest_.substr(0, quote);
    rest_.remove_prefix(quote + 1);
    if (!rest_.starts_with('"')) break;
    cell += '"';
    rest_.remove_prefix(1);
  }
  bool ends = rest_.empty() || rest_[0] == delimiter_ || rest_[0] == '\n' || rest_[0] == '\r';
  if (!ends) {
    return invalid_argument(place() + ": text after a closing quote");
  }
  return cell;
}

std::string CsvReader::place() const {
  const auto lines = std::ranges::count(text_.substr(0, begin_), '\n');
  return "row " + std::to_string(row_) + " (line " + std::to_string(lines + 1) + ")";
}

Result<std::vector<std::string>> CsvReader::next() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of("\r\n"), rest_.size()));
  std::vector<std::string> cells;
  if (rest_.empty()) return cells;
  ++row_;
  begin_ = text_.size() - rest_.size();
  const char ends[] = {delimiter_, '\r', '\n'};
  for (;;) {
    if (rest_.starts_with('"')) {
      rest_.remove_prefix(1);
      VECSTORE_ASSIGN(std::string cell, quoted_cell());
      cells.push_back(std::move(cell));
    } else {
      std::size_t end = std::min(rest_.find_first_of({ends, 3}), rest_.size());
      cells.emplace_back(rest_.substr(0, end));
      rest_.remove_prefix(end);
    }
    if (rest_.empty() || rest_[0] != delimiter_) return cells;
    rest_.remove_prefix(1);
  }
}

char sniff_csv_delimiter(std::string_view text) {
  constexpr int kRows = 20;
  char best = ',';
  double best_share =
      0;  // of rows as long as the first: a few wrong rows must not hide the delimiter
  std::size_t most = 1;
  for (char delimiter : {',', ';', '\t', '|'}) {
    CsvReader reader(text, delimiter);
    std::size_t columns = 0;
    int rows = 0;
    int even = 0;
    for (; rows < kRows; ++rows) {
      Result<std::vector<std::string>> row = reader.next();
      if (row.ok() && row->empty()) break;
      if (!row.ok()) {  // its quotes make no sense: not this delimiter
        even = 0;
        break;
      }
      if (rows == 0) columns = row->size();
      if (row->size() == columns) ++even;
    }
    const double share = rows == 0 ? 0 : static_cast<double>(even) / rows;
    if (columns < 2 || share <= 0.5 || share < best_share ||
        (share == best_share && columns <= most))
      continue;
    best = delimiter;
    best_share = share;
    most = columns;
  }
  return best;
}

}  // namespace vecstore
