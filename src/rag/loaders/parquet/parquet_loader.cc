#include "rag/loaders/parquet/parquet_loader.h"

#include <array>

#include "rag/loaders/json_document.h"
#include "rag/loaders/parquet/parquet_footer.h"
#include "rag/loaders/parquet/parquet_groups.h"
#include "rag/loaders/parquet/parquet_rows.h"
#include "rag/loaders/parquet/parquet_schema.h"

namespace vecstore {
namespace {

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
  ParquetGroupReader groups(input.bytes, schema, kMaxParquetCells, "one file");
  for (std::size_t i = 0; i < footer.row_groups.size(); ++i) {
    const Result<ParquetGroup> group = groups.read(footer.row_groups[i], *input.budget);
    const Status status = group.ok() ? writer.write(*group) : group.status();
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
