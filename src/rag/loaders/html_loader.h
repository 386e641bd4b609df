// HTML pages: the reading text without menus and the like, with title, headings, author and
// language.
//
// Offsets refer to the extracted text. Limits of memory and time for one page: HtmlLimits.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class HtmlLoader : public Loader {
 public:
  std::string_view name() const override { return "html"; }
  std::span<const std::string_view> extensions() const override;
  bool recognises(std::string_view bytes) const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
