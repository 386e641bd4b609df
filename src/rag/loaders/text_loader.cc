#include "rag/loaders/text_loader.h"

#include <array>

#include "rag/loaders/encoding.h"

namespace vecstore {

std::span<const std::string_view> TextLoader::extensions() const {
  static constexpr std::array<std::string_view, 3> kExtensions = {"txt", "text", "log"};
  return kExtensions;
}

Result<std::vector<Document>> TextLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(Document document, decode_document(input, name()));
  return std::vector<Document>{std::move(document)};
}

}  // namespace vecstore
