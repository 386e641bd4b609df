// The row groups of a Parquet file, read one at a time and checked against each other.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rag/loaders/parquet/parquet_column.h"

namespace vecstore {

struct ParquetGroup {
  std::vector<ParquetColumn> columns = {};  // of the schema's leaves
  std::size_t rows = 0;
};

class ParquetGroupReader {
 public:
  // `what` of the file may have `most_cells`, for messages: "one file". Nulls and empty lists are
  // cells as well. The file and the schema outlive this.
  ParquetGroupReader(std::string_view file, const ParquetSchema& schema, std::size_t most_cells,
                     const char* what)
      : file_(file), schema_(schema), most_cells_(most_cells), what_(what) {}

  // Cells and what is unpacked are counted; kResourceExhausted when it is too much, another error,
  // with the column, where a column cannot be read or columns do not go together.
  Result<ParquetGroup> read(const ParquetRowGroup& group, LoadBudget& budget);

  // The cells are counted from the beginning.
  void forget_cells() { cells_ = 0; }

 private:
  Status count(const ParquetChunk& chunk);

  std::string_view file_;
  const ParquetSchema& schema_;
  const std::size_t most_cells_;
  const char* what_;
  std::size_t cells_ = 0;
  std::uint64_t taken_ = 0;  // bytes of the file
};

}  // namespace vecstore
