// Parquet files, read here: one document with a row's "column: value" lines after the other, and
// each row a place.
//
// Fields of structs are columns of their own, named "a.b"; lists, maps and what lies in them are
// JSON. Nulls and empty strings are left out. Bytes that are no text are left out with a remark
// that names the column. Reads what is packed by Snappy, gzip or zstd or not at all; files that are
// encrypted and other codecs are errors by name. At most kMaxParquetColumns columns and
// kMaxParquetCells cells. The metadata are "rows", "columns" (names, where they are short),
// "created_by" and the short ones of the file's own keys.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

inline constexpr std::size_t kMaxParquetCells = 10'000'000;

class ParquetLoader : public Loader {
 public:
  std::string_view name() const override { return "parquet"; }
  std::span<const std::string_view> extensions() const override;
  bool recognises(std::string_view bytes) const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
