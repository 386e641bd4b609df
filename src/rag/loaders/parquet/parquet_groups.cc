#include "rag/loaders/parquet/parquet_groups.h"

#include <string>

namespace vecstore {

Result<ParquetGroup> ParquetGroupReader::read(const ParquetRowGroup& group, LoadBudget& budget) {
  if (group.chunks.size() != schema_.leaves.size()) {
    return data_loss("it has " + std::to_string(group.chunks.size()) + " columns, the schema " +
                     std::to_string(schema_.leaves.size()));
  }
  ParquetGroup read;
  for (std::size_t i = 0; i < group.chunks.size(); ++i) {
    const std::string context = "column '" + schema_.leaf_paths[i] + "'";
    Status counted = count(group.chunks[i]);
    if (!counted.ok()) return counted.with_context(context);
    Result<ParquetColumn> column =
        read_parquet_column({file_, schema_.nodes[schema_.leaves[i]], group.chunks[i], budget});
    if (!column.ok()) return column.status().with_context(context);
    cells_ += column->definitions.size();
    read.columns.push_back(*std::move(column));
  }
  // Without columns there is nothing to count rows by, and nothing to write.
  read.rows = read.columns.empty() ? 0 : read.columns.front().rows;
  if (group.rows < 0 || static_cast<std::uint64_t>(group.rows) != read.rows) {
    return data_loss("it has " + std::to_string(read.rows) + " rows and claims " +
                     std::to_string(group.rows));
  }
  return read;
}

// Columns that overlap would be read again and again.
Status ParquetGroupReader::count(const ParquetChunk& chunk) {
  const std::uint64_t left = file_.size() - taken_;
  if (chunk.packed_bytes < 0 || static_cast<std::uint64_t>(chunk.packed_bytes) > left) {
    return data_loss("the columns are longer than the file");
  }
  taken_ += static_cast<std::uint64_t>(chunk.packed_bytes);
  if (chunk.values > 0 && static_cast<std::uint64_t>(chunk.values) > most_cells_ - cells_) {
    return resource_exhausted("more than " + std::to_string(most_cells_) + " cells in " + what_);
  }
  return {};
}

}  // namespace vecstore
