// Cuts at the coarsest separator that is there, and pieces that are still too long at the next
// finer one; neighbouring pieces are joined up to the chunk size.
//
// The chunks are those of LangChain's RecursiveCharacterTextSplitter (Python, length in code
// points, separators kept at the start of the piece they precede, white space stripped), byte for
// byte.
#pragma once

#include "rag/splitters/splitter.h"
#include "rag/splitters/text_span.h"

namespace vecstore {

struct RecursiveOptions : SplitterOptions {
  // Coarsest first; "" cuts between any two characters. Without "" at the end a piece that holds no
  // separator stays whole, however long.
  std::vector<std::string> separators = {"\n\n", "\n", " ", ""};
};

class RecursiveSplitter : public Splitter {
 public:
  // kInvalidArgument for sizes out of range or no separators.
  static Result<RecursiveSplitter> create(RecursiveOptions options = {});

  std::string_view name() const override { return "recursive"; }
  Result<std::vector<Chunk>> split(const Document& document) const override;

  // The chunks of one run of valid UTF-8, by begins that do not descend.
  std::vector<TextSpan> split_span(std::string_view text, TextSpan span) const;

 private:
  explicit RecursiveSplitter(RecursiveOptions options) : options_(std::move(options)) {}

  void split_at(std::string_view text, TextSpan span, std::size_t separator,
                std::vector<TextSpan>& out) const;

  RecursiveOptions options_;
};

}  // namespace vecstore
