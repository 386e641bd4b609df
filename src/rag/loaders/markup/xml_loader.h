// XML (.xml, DocBook and the like): the text of the elements in their order, elements as lines
// unless they stand within text.
//
// Titles of sections are headings, by depth; the first is the "title"; also "author", "language".
// Namespaces are ignored, attributes left out, entities of the file's own never expanded (a
// remark). Offsets refer to the text.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class XmlLoader : public Loader {
 public:
  std::string_view name() const override { return "xml"; }
  std::span<const std::string_view> extensions() const override;
  bool recognises(std::string_view bytes) const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
