// LaTeX (.tex): the text with its sections as headings; "title" and "author" of the preamble.
//
// Formulas and verbatim text stay as they are written; commands that nobody here knows leave the
// text of their arguments. Files that are included are not followed, which is a remark; pictures
// and drawings are counted in one. Offsets refer to the text.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class LatexLoader : public Loader {
 public:
  std::string_view name() const override { return "latex"; }
  std::span<const std::string_view> extensions() const override;
  bool recognises(std::string_view bytes) const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
