// Cuts Markdown into the sections of its headings ("# Title" lines outside of code fences),
// whatever their length up to the chunk size; longer ones as RecursiveSplitter does.
//
// The sections are those of LangChain's MarkdownHeaderTextSplitter: the same lines below the same
// headings. What differs: a chunk is the document's own text, where LangChain strips each line,
// drops characters that cannot be printed and joins blocks by "  \n"; two sections in a row with
// the same headings stay two where the headings are stripped; a heading of more than kMaxTitleBytes
// is text; headings stay in the chunks unless told otherwise. A line of nothing but characters that
// cannot be printed counts as empty.
#pragma once

#include "rag/splitters/sections.h"

namespace vecstore {

class MarkdownSplitter : public Splitter {
 public:
  // kInvalidArgument for sizes out of range and for levels that are none.
  static Result<MarkdownSplitter> create(const SplitterOptions& options = {});

  std::string_view name() const override { return "markdown"; }
  Result<std::vector<Chunk>> split(const Document& document) const override;

 private:
  MarkdownSplitter(const SplitterOptions& options, SectionLevels levels, RecursiveSplitter inside);

  SplitterOptions options_;
  SectionLevels levels_;
  RecursiveSplitter inside_;
};

}  // namespace vecstore
