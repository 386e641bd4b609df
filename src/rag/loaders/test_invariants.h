// What holds of every document of every loader, whatever the bytes; for tests and fuzz targets.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/utf8.h"
#include "rag/loaders/loader.h"

namespace vecstore {

// "" when all is well, else what is wrong.
inline std::string broken_invariant(const Document& document) {
  const std::size_t size = document.text.size();
  if (!is_valid_utf8(document.text)) return "text is not UTF-8";
  if (!is_valid_utf8(Value(document.metadata).to_json())) return "metadata are not UTF-8";
  std::size_t before = 0;
  for (const Heading& heading : document.headings) {
    if (heading.begin < before || heading.begin >= size) return "a heading is out of place";
    if (heading.level < 1 || heading.title.empty() || heading.title.size() > kMaxTitleBytes) {
      return "a heading is out of measure";
    }
    if (!is_valid_utf8(heading.title)) return "a heading is not UTF-8";
    if (heading.title.find('\n') != heading.title.npos) return "a heading is no line";
    before = heading.begin;
  }
  before = 0;
  for (const PlaceBegin& place : document.places) {
    if (place.begin < before || place.begin >= size) return "a place is out of place";
    before = place.begin;
  }
  if (document.place.empty() != document.places.empty()) return "places without a name";
  if (document.headings.size() > kMaxHeadings) return "too many headings";
  for (const std::string& remark : document.remarks) {
    if (!is_valid_utf8(remark)) return "a remark is not UTF-8";
  }
  return {};
}

// Loads `bytes` and ends the program when an invariant breaks. For fuzz targets.
inline void check_load(const Loader& loader, std::string_view bytes, std::string_view path = {}) {
  LoadInput input{bytes, path, {}};
  input.budget = std::make_shared<LoadBudget>(LoadLimits{1 << 20, 100, 2});
  auto documents = loader.load(input);
  if (!documents.ok() && !is_valid_utf8(documents.status().message())) std::abort();
  if (!documents.ok()) return;
  for (const Document& document : *documents) {
    std::string broken = broken_invariant(document);
    if (document.file_offset && bytes.substr(std::min(*document.file_offset, bytes.size()),
                                             document.text.size()) != document.text) {
      broken = "file_offset does not hold";
    }
    if (broken.empty()) continue;
    std::fprintf(stderr, "%s\n", broken.c_str());
    std::abort();
  }
}

}  // namespace vecstore
