#include "rag/loaders/jsonl_loader.h"

#include <algorithm>
#include <array>

#include "rag/loaders/encoding.h"
#include "rag/loaders/json_document.h"

namespace vecstore {

std::span<const std::string_view> JsonlLoader::extensions() const {
  static constexpr std::array<std::string_view, 2> kExtensions = {"jsonl", "ndjson"};
  return kExtensions;
}

Result<std::vector<Document>> JsonlLoader::load(const LoadInput& input) const {
  VECSTORE_ASSIGN(DecodedText decoded, decode_text(input.bytes, "utf-8"));
  std::vector<Document> documents;
  std::string_view rest = decoded.text;
  for (std::int64_t number = 1; !rest.empty(); ++number) {
    std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    Result<Value> value = Value::parse_json(line);
    if (!value.ok()) return value.status().with_context("line " + std::to_string(number));
    if (documents.size() == kMaxDocumentsPerFile) {
      return resource_exhausted("line " + std::to_string(number) + ": more than " +
                                std::to_string(kMaxDocumentsPerFile) + " documents in one file");
    }
    documents.push_back(json_document(*std::move(value)));
    documents.back().kind = name();
    documents.back().metadata["line"] = number;
  }
  if (!documents.empty()) note_encoding(decoded, documents.front());
  return documents;
}

}  // namespace vecstore
