// Word documents (DOCX, ECMA-376): text in reading order with headings by style and outline level,
// numbered as Word shows them, lists, tables row by row, foot- and endnotes after the paragraph
// that refers to them; title, author, dates and the like from the core properties.
//
// Left out without a remark: headers and footers, the table of contents, deleted and hidden text;
// with one: comments and embedded files. Offsets refer to the extracted text.
#pragma once

#include "rag/loaders/loader.h"

namespace vecstore {

class DocxLoader : public Loader {
 public:
  std::string_view name() const override { return "docx"; }
  std::span<const std::string_view> extensions() const override;
  bool recognises(std::string_view bytes) const override;
  Result<std::vector<Document>> load(const LoadInput& input) const override;
};

}  // namespace vecstore
