// JSON Lines: a document per line, blank lines skipped. How a value is read: json_document.h.
//
// Metadata "line" is the line's number from 1, and an error names it. Offsets refer to the
// extracted text.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class JsonlLoader : public Loader {
 public:
  std::string_view name() const override { return "jsonl"; }
  std::span<const std::string_view> extensions() const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
