// For fuzz targets: what every loader promises of its documents, whatever the bytes.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "base/utf8.h"
#include "rag/loaders/loader.h"

namespace vecstore {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "a loader broke its promise: %s\n", what);
  std::abort();
}

template <typename Item>
void require_ascending(const std::vector<Item>& items, std::size_t size, const char* what) {
  std::size_t last = 0;
  for (const Item& item : items) {
    require(item.begin >= last && item.begin < size, what);
    last = item.begin;
  }
}

inline void require_document(const Document& document) {
  require(is_valid_utf8(document.text), "the text is UTF-8");
  require(document.place.empty() == document.places.empty(), "places have a name");
  require_ascending(document.headings, document.text.size(), "headings ascend within the text");
  require_ascending(document.places, document.text.size(), "places ascend within the text");
  for (const Heading& heading : document.headings) {
    require(heading.level >= 1 && !heading.title.empty(), "headings have a level and a title");
    require(is_valid_utf8(heading.title), "headings are UTF-8");
  }
  require(is_valid_utf8(Value(document.metadata).to_json()), "metadata are UTF-8");
  for (const std::string& remark : document.remarks) require(is_valid_utf8(remark), "remarks too");
}

// `factor` bytes of text at most come from a byte of the file or a byte unpacked.
inline void require_documents(const Loader& loader, std::string_view bytes,
                              std::size_t factor = 8) {
  constexpr std::uint64_t kUnpacked = 1 << 20;
  LoadInput input{bytes};
  input.budget = std::make_shared<LoadBudget>(
      LoadLimits{.unpacked_bytes = kUnpacked, .members = 100, .depth = 3});
  Result<std::vector<Document>> documents = loader.load(input);
  if (!documents.ok()) {
    return require(is_valid_utf8(documents.status().message()), "errors too");
  }
  std::size_t text = 0;
  for (const Document& document : *documents) {
    require_document(document);
    text += document.text.size();
  }
  require(text <= factor * (bytes.size() + kUnpacked), "the text is within the budget");
}

}  // namespace vecstore
