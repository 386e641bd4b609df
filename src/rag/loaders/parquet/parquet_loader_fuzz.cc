// Any bytes as a Parquet file: what comes out is text within the budget.
#include <cstdint>

#include "rag/loaders/parquet/parquet_loader.h"
#include "rag/loaders/test_documents.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  vecstore::require_documents(vecstore::ParquetLoader(), bytes, 1);
  return 0;
}
