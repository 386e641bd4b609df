// Excel workbooks (XLSX, ECMA-376): a document for each sheet with its name in the metadata key
// "sheet", row by row; places count rows.
//
// Dates are ISO 8601, formulas their last value. Hidden sheets, comments and charts are left out
// with a remark. Offsets refer to the extracted text.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class XlsxLoader : public Loader {
 public:
  std::string_view name() const override { return "xlsx"; }
  std::span<const std::string_view> extensions() const override;
  bool recognises(std::string_view bytes) const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
