// CSV and TSV with a header row: every row is a document of "column: value" lines.
//
// The columns are metadata too, typed by the whole column: integers, numbers or true/false when
// every cell that is not empty is one, else strings (up to kMaxMetadataBytesEach). Empty cells are
// left out. Rows are counted with the header as row 1, empty lines left out: so in metadata "row"
// and in errors. A row with another number of cells than the header is an error. Offsets refer to
// the document's text. At most kMaxCsvColumns columns and kMaxCsvCells cells.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

inline constexpr std::size_t kMaxCsvColumns = 1'000;
inline constexpr std::size_t kMaxCsvCells = 10'000'000;

class CsvLoader : public Loader {
 public:
  std::string_view name() const override { return "csv"; }
  std::span<const std::string_view> extensions() const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
