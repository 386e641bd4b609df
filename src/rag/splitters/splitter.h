// A Splitter cuts a document into chunks: contiguous runs of its text that are embedded and found
// as one.
//
// To add one: derive from Splitter in splitters/NAME_splitter.{h,cc}, add it to make_splitter, test
// it beside the code. Chunks may overlap; text that is in no chunk is white space.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rag/loaders/document.h"
#include "vecstore/status.h"

namespace vecstore {

struct Chunk {
  std::size_t begin = 0;  // bytes into document.text; the chunk is text.substr(begin, end - begin)
  std::size_t end = 0;
  std::size_t begin_char = 0;  // the same in code points
  std::size_t end_char = 0;
  std::vector<std::string> headings =
      {};  // titles from the outermost heading to that of the chunk's section
};

// Sizes are code points, for "token" tokens.
struct SplitterOptions {
  std::size_t chunk_size = 1000;    // at least 1
  std::size_t chunk_overlap = 150;  // of neighbouring chunks; at most chunk_size
  std::string tokenizer = {};       // the file of "token"; no other splitter takes one
};

// Safe from many threads.
class Splitter {
 public:
  virtual ~Splitter() = default;

  virtual std::string_view name() const = 0;

  // Chunks by ascending `begin`, none empty. An error when the document's text is not UTF-8 or its
  // headings lie outside it.
  virtual Result<std::vector<Chunk>> split(const Document& document) const = 0;
};

}  // namespace vecstore
