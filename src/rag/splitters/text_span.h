// Runs of bytes in UTF-8 text, counted in code points: what all splitters are made of.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "rag/splitters/splitter.h"

namespace vecstore {

struct TextSpan {
  std::size_t begin = 0;
  std::size_t end = 0;

  bool empty() const { return begin == end; }
  std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
  bool operator==(const TextSpan&) const = default;
};

// `text` is valid UTF-8.
std::size_t count_code_points(std::string_view text);

// White space as Python's str.isspace() has it.
bool is_space(char32_t c);

// The span without white space at either end.
TextSpan strip(std::string_view text, TextSpan span);

// The titles of the headings that are open at a place: moves forward through a document.
class HeadingPath {
 public:
  explicit HeadingPath(const Document& document) : document_(document) {}

  // Places must not descend. A heading closes those of its own and deeper levels.
  const std::vector<std::string>& at(std::size_t place);

 private:
  const Document& document_;
  std::size_t next_ = 0;
  std::vector<int> levels_;
  std::vector<std::string> titles_;
};

// Chunks of the spans, whose begins do not descend: with character offsets and the heading path at
// each begin.
std::vector<Chunk> make_chunks(const Document& document, const std::vector<TextSpan>& spans);

// Refuses a document that no splitter can work on.
Status check_document(const Document& document);

Status check_options(const SplitterOptions& options);

}  // namespace vecstore
