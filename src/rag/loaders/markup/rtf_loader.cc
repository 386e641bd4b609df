#include "rag/loaders/markup/rtf_loader.h"

#include <array>

#include "rag/loaders/encoding.h"
#include "rag/loaders/markup/rtf_text.h"

namespace vecstore {

std::span<const std::string_view> RtfLoader::extensions() const {
  static constexpr std::array<std::string_view, 1> kExtensions = {"rtf"};
  return kExtensions;
}

Result<std::vector<Document>> RtfLoader::load(const LoadInput& input) const {
  const std::string_view bytes = first_text(input.bytes);
  VECSTORE_TRY(check_no_binary(bytes));
  if (!recognises(bytes)) return invalid_argument("no RTF: it does not begin with {\\rtf");
  Document document;
  document.kind = name();
  VECSTORE_TRY(read_rtf(bytes, document));
  return std::vector<Document>{std::move(document)};
}

}  // namespace vecstore
