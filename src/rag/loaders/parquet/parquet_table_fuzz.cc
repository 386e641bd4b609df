// Any bytes as a Parquet file of records: every cell is JSON, every error says something, and it
// ends.
#include <cstdint>
#include <cstdlib>

#include "rag/loaders/parquet/parquet_table.h"
#include "vecstore/value.h"

namespace {

constexpr vecstore::ParquetGroupLimits kSmall = {.cells = 100'000, .unpacked_bytes = 1 << 20};
constexpr std::size_t kMostRows = 10'000;

void read_all(vecstore::ParquetTable& table) {
  std::vector<std::string> cells;
  for (std::size_t rows = 0; rows < kMostRows; ++rows) {
    const vecstore::Result<bool> more = table.next(cells);
    if (!more.ok() && more.status().message().empty()) std::abort();
    if (!more.ok() && more.status().code() != vecstore::Code::kInvalidArgument) return;
    if (!more.ok()) continue;
    if (!*more) return;
    if (cells.size() != table.columns().size()) std::abort();
    for (const std::string& cell : cells)
      if (!vecstore::Value::parse_json(cell).ok()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto table = vecstore::ParquetTable::open(bytes, kSmall);
  if (table.ok()) read_all(*table);
  return 0;
}
