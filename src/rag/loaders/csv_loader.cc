#include "rag/loaders/csv_loader.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/number.h"
#include "rag/loaders/csv_reader.h"
#include "rag/loaders/encoding.h"
#include "rag/loaders/json_document.h"

namespace vecstore {
namespace {

// From the narrowest to the widest: a column starts at the first and widens as its cells demand.
enum class ColumnType { kInt, kDouble, kBool, kString };

struct Table {
  std::vector<std::string> columns;
  std::vector<ColumnType> types;
  std::vector<std::vector<std::string>> rows;
};

// Digits that come out again as they went in: "007" is a string.
bool is_plain_int(std::string_view cell) {
  auto value = parse_int64(cell);
  return value && std::to_string(*value) == cell;
}

bool is_plain_number(std::string_view cell) {
  bool leading_zero = cell.size() > 1 && cell[0] == '0' && cell[1] != '.';
  return !leading_zero && parse_double(cell).has_value();
}

bool fits(std::string_view cell, ColumnType type) {
  switch (type) {
    case ColumnType::kInt:
      return is_plain_int(cell);
    case ColumnType::kDouble:
      return is_plain_number(cell);
    case ColumnType::kBool:
      return cell == "true" || cell == "false";
    case ColumnType::kString:
      return true;
  }
  return true;
}

ColumnType type_of_column(const Table& table, std::size_t column) {
  for (ColumnType type : {ColumnType::kInt, ColumnType::kDouble, ColumnType::kBool}) {
    bool all = std::ranges::all_of(table.rows, [&](const std::vector<std::string>& row) {
      return row[column].empty() || fits(row[column], type);
    });
    if (all) return type;
  }
  return ColumnType::kString;
}

Value typed(const std::string& cell, ColumnType type) {
  switch (type) {
    case ColumnType::kInt:
      return *parse_int64(cell);
    case ColumnType::kDouble:
      return *parse_double(cell);
    case ColumnType::kBool:
      return cell == "true";
    case ColumnType::kString:
      break;
  }
  return cell;
}

// Nameless columns are numbered, and a name that comes again gets its column's number.
std::vector<std::string> name_columns(std::vector<std::string> header) {
  std::set<std::string> taken;
  for (std::size_t i = 0; i < header.size(); ++i) {
    std::string number = std::to_string(i + 1);
    if (header[i].empty()) header[i] = "column_" + number;
    while (!taken.insert(header[i]).second) header[i] += "_" + number;
  }
  return header;
}

Status check_row(const Table& table, std::size_t cells, const CsvReader& reader) {
  std::size_t columns = table.columns.size(), rows = table.rows.size();
  if (cells != columns) {
    return invalid_argument(reader.place() + " has " + std::to_string(cells) +
                            " cells, the header has " + std::to_string(columns));
  }
  if (rows == kMaxDocumentsPerFile || (rows + 1) * columns > kMaxCsvCells) {
    return resource_exhausted("more than " + std::to_string(rows) + " rows of " +
                              std::to_string(columns) + " columns in one file");
  }
  return {};
}

Result<Table> read_table(std::string_view text) {
  CsvReader reader(text, sniff_csv_delimiter(text));
  VECSTORE_ASSIGN(std::vector<std::string> header, reader.next());
  if (header.size() > kMaxCsvColumns) {
    return resource_exhausted(std::to_string(header.size()) + " columns; the limit is " +
                              std::to_string(kMaxCsvColumns));
  }
  Table table{name_columns(std::move(header)), {}, {}};
  for (;;) {
    VECSTORE_ASSIGN(std::vector<std::string> row, reader.next());
    if (row.empty()) break;
    VECSTORE_TRY(check_row(table, row.size(), reader));
    table.rows.push_back(std::move(row));
  }
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    table.types.push_back(type_of_column(table, i));
  }
  return table;
}

Document row_document(const Table& table, std::size_t row) {
  Document document;
  document.kind = "csv";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::string& cell = table.rows[row][i];
    if (cell.empty()) continue;
    if (!document.text.empty()) document.text += '\n';
    document.text += table.columns[i] + ": " + cell;
    if (cell.size() <= kMaxMetadataBytesEach) {
      document.metadata[table.columns[i]] = typed(cell, table.types[i]);
    }
  }
  document.metadata["row"] = static_cast<std::int64_t>(row + 2);
  return document;
}

}  // namespace

std::span<const std::string_view> CsvLoader::extensions() const {
  static constexpr std::array<std::string_view, 2> kExtensions = {"csv", "tsv"};
  return kExtensions;
}

Result<std::vector<Document>> CsvLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(DecodedText decoded, decode_text(input.bytes));
  VECSTORE_ASSIGN(Table table, read_table(decoded.text));
  std::vector<Document> documents;
  documents.reserve(table.rows.size());
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    documents.push_back(row_document(table, i));
    VECSTORE_TRY(input.budget->unpack(documents.back().text.size()));  // long names are in each
  }
  if (!documents.empty()) note_encoding(decoded, documents.front());
  return documents;
}

}  // namespace vecstore
