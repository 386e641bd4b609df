// For fuzz targets of loaders that unpack: what holds of every document, and that the text stays
// within the budget.
#pragma once

#include "rag/loaders/test_invariants.h"

namespace vecstore {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "a loader broke its promise: %s\n", what);
  std::abort();
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
    return require(is_valid_utf8(documents.status().message()), "errors are UTF-8");
  }
  std::size_t text = 0;
  for (const Document& document : *documents) {
    require(broken_invariant(document).empty(), broken_invariant(document).c_str());
    text += document.text.size();
  }
  require(text <= factor * (bytes.size() + kUnpacked), "the text is within the budget");
}

}  // namespace vecstore
