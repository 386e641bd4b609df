// JSON files: an array is a document per element, anything else one document. How a value is read:
// json_document.h.
//
// Metadata "element" counts an array's elements from 0. Offsets refer to the extracted text.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class JsonLoader : public Loader {
 public:
  std::string_view name() const override { return "json"; }
  std::span<const std::string_view> extensions() const override;
  bool recognises(std::string_view bytes) const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
