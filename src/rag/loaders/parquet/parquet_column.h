// The values of one column in one row group, read out of its pages.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rag/loaders/load_budget.h"
#include "rag/loaders/parquet/parquet_schema.h"

namespace vecstore {

inline constexpr std::size_t kMaxParquetDictionary = 10'000'000;  // values

struct ParquetColumn {
  // One of each for every cell, and nulls and empty lists are cells as well; repetitions only where
  // the column lies in a list.
  std::vector<std::uint8_t> definitions = {}, repetitions = {};

  // One for every cell that is not null, by the column's type: integers, and floats as their bits.
  std::vector<std::int64_t> numbers = {};
  std::vector<std::string_view> bytes = {};

  // What `bytes` points into, where that is not the file.
  std::vector<std::unique_ptr<std::string>> owned = {};
  std::size_t rows = 0;
};

struct ParquetColumnInput {
  std::string_view file = {};
  const ParquetNode& leaf;
  const ParquetChunk& chunk;
  LoadBudget& budget;
};

// Views point into the file and into the column. Each cell counts as a byte of the budget beside
// what is unpacked.
Result<ParquetColumn> read_parquet_column(const ParquetColumnInput& input);

}  // namespace vecstore
