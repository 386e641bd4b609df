// Rich Text Format (.rtf): paragraphs, tables with a row per line, headings by the outline level of
// their style, title, author, created and modified.
//
// Pictures and embedded objects are left out with a remark; headers, footers and hidden text are
// left out. A footnote stands in brackets where it is called. Offsets refer to the text.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class RtfLoader : public Loader {
 public:
  std::string_view name() const override { return "rtf"; }
  std::span<const std::string_view> extensions() const override;
  bool recognises(std::string_view bytes) const override { return bytes.starts_with("{\\rtf"); }
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
