// TOML (.toml): the text is the file itself; tables are headings, by the number of their names.
//
// Nothing is checked. Offsets are the file's own when it is UTF-8.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class TomlLoader : public Loader {
 public:
  std::string_view name() const override { return "toml"; }
  std::span<const std::string_view> extensions() const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
