// A Parquet file as rows of JSON, with one row group in memory at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

// Of one row group; a cell takes about 10 bytes of memory.
struct ParquetGroupLimits {
  std::size_t cells = 200'000'000;
  std::uint64_t unpacked_bytes = std::uint64_t{2} << 30;
};

// For one thread.
class ParquetTable {
 public:
  // The bytes outlive the table. kInvalidArgument for a schema that cannot be, two columns of one
  // name among them; kDataLoss for damage.
  static Result<ParquetTable> open(std::string_view file, const ParquetGroupLimits& limits = {});

  ParquetTable(ParquetTable&&) noexcept;
  ParquetTable& operator=(ParquetTable&&) noexcept;
  ~ParquetTable();

  // The topmost ones; what lies in groups and lists is within their JSON.
  const std::vector<std::string>& columns() const;
  std::uint64_t rows() const;  // as the file claims

  // One cell of JSON for each column, "null" where there is nothing; false at the end.
  // kInvalidArgument, with the column, concerns this row alone; any other error is the end.
  Result<bool> next(std::vector<std::string>& cells);

 private:
  struct State;
  explicit ParquetTable(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vecstore
