#include "rag/loaders/parquet/parquet_loader.h"

#include <array>

#include "rag/loaders/json_document.h"
#include "rag/loaders/parquet/parquet_column.h"
#include "rag/loaders/parquet/parquet_footer.h"
#include "rag/loaders/parquet/parquet_rows.h"
#include "rag/loaders/parquet/parquet_schema.h"

namespace vecstore {
namespace {

class RowGroups {
 public:
  RowGroups(std::string_view file, const ParquetSchema& schema, LoadBudget& budget)
      : file_(file), schema_(schema), budget_(budget) {}

  Status read(const ParquetRowGroup& group, ParquetRowWriter& writer) {
    if (group.chunks.size() != schema_.leaves.size()) {
      return data_loss("it has " + std::to_string(group.chunks.size()) + " columns, the schema " +
                       std::to_string(schema_.leaves.size()));
    }
    std::vector<ParquetColumn> columns;
    for (std::size_t i = 0; i < group.chunks.size(); ++i) {
      const std::string context = "column '" + schema_.leaf_paths[i] + "'";
      Status counted = count(group.chunks[i]);
      if (!counted.ok()) return counted.with_context(context);
      Result<ParquetColumn> column = read_parquet_column(
          {file_, schema_.nodes[schema_.leaves[i]], group.chunks[i], cells_left_, budget_});
      if (!column.ok()) return column.status().with_context(context);
      cells_left_ -= column->definitions.size();
      columns.push_back(*std::move(column));
    }
    // Without columns there is nothing to count rows by, and nothing to write.
    const std::size_t rows = columns.empty() ? 0 : columns.front().rows;
    if (group.rows < 0 || static_cast<std::uint64_t>(group.rows) != rows) {
      return data_loss("it has " + std::to_string(rows) + " rows and claims " +
                       std::to_string(group.rows));
    }
    return writer.write(columns, rows);
  }

 private:
  // Columns that overlap would be read again and again.
  Status count(const ParquetChunk& chunk) {
    const std::uint64_t left = file_.size() - taken_;
    if (chunk.packed_bytes < 0 || static_cast<std::uint64_t>(chunk.packed_bytes) > left) {
      return data_loss("the columns are longer than the file");
    }
    taken_ += static_cast<std::uint64_t>(chunk.packed_bytes);
    return {};
  }

  std::string_view file_;
  const ParquetSchema& schema_;
  LoadBudget& budget_;
  std::size_t cells_left_ = kMaxParquetCells;
  std::uint64_t taken_ = 0;
};

Value column_names(const ParquetSchema& schema) {
  List names;
  std::size_t bytes = 0;
  for (const ParquetField& field : schema.fields) {
    names.emplace_back(field.path);
    bytes += field.path.size();
  }
  if (bytes > kMaxMetadataBytesEach) return static_cast<std::int64_t>(names.size());
  return names;
}

Metadata metadata_of(const ParquetFooter& footer, const ParquetSchema& schema) {
  Metadata metadata;
  for (const auto& [key, value] : footer.key_values) metadata[key] = value;
  metadata["columns"] = column_names(schema);
  if (!footer.created_by.empty() && footer.created_by.size() <= kMaxMetadataBytesEach) {
    metadata["created_by"] = footer.created_by;
  }
  return metadata;
}

std::vector<std::string> remarks_of(const ParquetRowWriter& writer, const ParquetSchema& schema) {
  std::vector<std::string> remarks;
  for (std::size_t leaf = 0; leaf < writer.not_text.size(); ++leaf) {
    const std::size_t values = writer.not_text[leaf];
    if (values == 0) continue;
    remarks.push_back("column '" + schema.leaf_paths[leaf] + "': " + std::to_string(values) +
                      (values == 1 ? " value that is" : " values that are") + " no text left out");
  }
  return remarks;
}

}  // namespace

std::span<const std::string_view> ParquetLoader::extensions() const {
  static constexpr std::array<std::string_view, 2> kExtensions = {"parquet", "parq"};
  return kExtensions;
}

bool ParquetLoader::recognises(std::string_view bytes) const {
  return bytes.starts_with("PAR1") || bytes.starts_with("PARE");
}

Result<std::vector<Document>> ParquetLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(ParquetFooter footer, read_parquet_footer(input.bytes));
  VECSTORE_ASSIGN(const ParquetSchema schema, build_parquet_schema(std::move(footer.schema)));
  ParquetRowWriter writer(schema, *input.budget);
  RowGroups groups(input.bytes, schema, *input.budget);
  for (std::size_t i = 0; i < footer.row_groups.size(); ++i) {
    Status status = groups.read(footer.row_groups[i], writer);
    if (!status.ok()) return status.with_context("row group " + std::to_string(i + 1));
  }
  Document document;
  document.kind = name();
  document.metadata = metadata_of(footer, schema);
  document.metadata["rows"] = writer.rows();
  document.remarks = remarks_of(writer, schema);
  document.replaced = writer.replaced;
  document.text = std::move(writer.text);
  for (const auto& [begin, row] : writer.begins) document.places.push_back({begin, row});
  if (!document.places.empty()) document.place = "row";
  std::vector<Document> documents;
  documents.push_back(std::move(document));
  return documents;
}

}  // namespace vecstore
