// Plain text: the document is the file, and offsets are the file's own.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class TextLoader : public Loader {
 public:
  std::string_view name() const override { return "text"; }
  std::span<const std::string_view> extensions() const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
