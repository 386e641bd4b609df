// Markdown (CommonMark): the text stays the file itself, so offsets are the file's own; only its
// headings are read out.
//
// Headings count at document level, not inside quotes, lists or code. The title is that of a `---`
// front matter block, else the first heading of level 1. Structure comes from md4c.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class MarkdownLoader : public Loader {
 public:
  std::string_view name() const override { return "markdown"; }
  std::span<const std::string_view> extensions() const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
