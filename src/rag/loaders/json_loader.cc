#include "rag/loaders/json_loader.h"

#include <array>

#include "rag/loaders/encoding.h"
#include "rag/loaders/json_document.h"

namespace vecstore {

std::span<const std::string_view> JsonLoader::extensions() const {
  static constexpr std::array<std::string_view, 1> kExtensions = {"json"};
  return kExtensions;
}

// Text may begin with a brace too: JSON only when it is.
bool JsonLoader::recognises(std::string_view bytes) const {
  const std::string_view text = first_text(bytes);
  const bool likely =
      text.starts_with("{\"") || text.starts_with("[{\"") || text.starts_with("{\n");
  return likely && Value::parse_json(text).ok();
}

Result<std::vector<Document>> JsonLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(DecodedText decoded, decode_text(input.bytes, "utf-8"));
  VECSTORE_ASSIGN(Value root, Value::parse_json(decoded.text));
  std::vector<Document> documents;
  List* elements = root.as_list();
  if (!elements) {
    documents.push_back(json_document(std::move(root)));
  } else if (elements->size() > kMaxDocumentsPerFile) {
    return resource_exhausted("an array of " + std::to_string(elements->size()) +
                              " elements; the limit is " + std::to_string(kMaxDocumentsPerFile));
  } else {
    for (std::size_t i = 0; i < elements->size(); ++i) {
      documents.push_back(json_document(std::move((*elements)[i])));
      documents.back().metadata["element"] = static_cast<std::int64_t>(i);
    }
  }
  for (Document& document : documents) document.kind = name();
  if (!documents.empty()) note_encoding(decoded, documents.front());
  return documents;
}

}  // namespace vecstore
