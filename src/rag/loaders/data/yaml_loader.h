// YAML (.yaml, .yml): the text is the file itself, a document for each `---` document; keys at the
// outermost level whose value is a block are headings.
//
// Nothing is expanded or checked. Offsets are the file's own when it is UTF-8.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class YamlLoader : public Loader {
 public:
  std::string_view name() const override { return "yaml"; }
  std::span<const std::string_view> extensions() const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
