// Books (EPUB 2 and 3): a document for each chapter, in the order of the book, with the reading
// text, headings and tables that HtmlLoader gives; the metadata are the book's title, author,
// language and the like, and the chapter's own title as "chapter".
//
// Chapters that cannot be read, or that rights management has encrypted, are remarks; when none can
// be read, an error. Offsets refer to the extracted text.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class EpubLoader : public Loader {
 public:
  std::string_view name() const override { return "epub"; }
  std::span<const std::string_view> extensions() const override;
  bool recognises(std::string_view bytes) const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
