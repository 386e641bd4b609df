// PDF files: the text layer in reading order, with headings, pages and what the file says about
// itself. One document for a file. Pages that are pictures alone have no text; a remark counts
// them.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class PdfLoader : public Loader {
 public:
  std::string_view name() const override { return "pdf"; }
  std::span<const std::string_view> extensions() const override;
  bool recognises(std::string_view bytes) const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
