// PowerPoint presentations (PPTX, ECMA-376): slide by slide in their order, each title a heading,
// with tables, diagrams and speaker notes; places count slides.
//
// Left out without a remark: dates, footers, slide numbers, what only masters and layouts show;
// with one: comments, charts and embedded files. Offsets refer to the extracted text.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class PptxLoader : public Loader {
 public:
  std::string_view name() const override { return "pptx"; }
  std::span<const std::string_view> extensions() const override;
  bool recognises(std::string_view bytes) const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
