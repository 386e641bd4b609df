// Cuts at the coarsest separator that is there, and pieces that are still too long at the next
// finer one; neighbouring pieces are joined up to the chunk size.
//
// The chunks are those of LangChain's RecursiveCharacterTextSplitter (Python, length in code
// points, white space stripped), byte for byte, where the separator is kept with a piece, at its
// start unless told otherwise; else they differ as those of CharacterSplitter do.
#pragma once

#include "rag/splitters/separator.h"
#include "rag/splitters/splitter.h"
#include "rag/splitters/text_span.h"

namespace vecstore {

// More are refused: a text may be looked through for each.
inline constexpr std::size_t kMaxSeparators = 100;

class RecursiveSplitter : public Splitter {
 public:
  // Without options.separators and options.language at empty lines, lines, spaces and anywhere.
  // kInvalidArgument for sizes out of range and for expressions that are not understood.
  static Result<RecursiveSplitter> create(SplitterOptions options = {});

  std::string_view name() const override { return "recursive"; }
  Result<std::vector<Chunk>> split(const Document& document) const override;

  // Appends the chunks of one run of valid UTF-8, by begins that do not descend. An error where an
  // expression takes too long.
  Status split_span(std::string_view text, TextSpan span, std::vector<TextSpan>& out) const;

 private:
  RecursiveSplitter(SplitterOptions options, std::vector<Separator> separators);

  Status split_at(std::string_view text, TextSpan span, std::size_t separator,
                  std::vector<TextSpan>& out) const;

  SplitterOptions options_;
  std::vector<Separator> separators_;
  KeepSeparator keep_;
};

}  // namespace vecstore
