#include "rag/loaders/markup/latex_loader.h"

#include <array>

#include "rag/loaders/encoding.h"
#include "rag/loaders/markup/latex_text.h"

namespace vecstore {

std::span<const std::string_view> LatexLoader::extensions() const {
  static constexpr std::array<std::string_view, 3> kExtensions = {"tex", "latex", "ltx"};
  return kExtensions;
}

bool LatexLoader::recognises(std::string_view bytes) const {
  return first_text(bytes).starts_with("\\documentclass");
}

Result<std::vector<Document>> LatexLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(DecodedText decoded, decode_text(input.bytes));
  Document document;
  document.kind = name();
  note_encoding(decoded, document);
  read_latex(decoded.text, document);
  return std::vector<Document>{std::move(document)};
}

}  // namespace vecstore
