// Cuts a page, or any document whose loader found headings, into the sections below headings of
// chosen levels; those that are longer than the chunk size as RecursiveSplitter does.
//
// The sections are those of LangChain's HTMLHeaderTextSplitter: the same text below the same
// headings, where the page has it in paragraphs, lists and the like. What differs: the text is the
// loader's, which leaves out menus and the like and knows tables; a heading is part of its section,
// or in no chunk with strip_headings, and no chunk by itself.
#pragma once

#include "rag/splitters/sections.h"

namespace vecstore {

class HtmlSplitter : public Splitter {
 public:
  // kInvalidArgument for sizes out of range and for levels that are none.
  static Result<HtmlSplitter> create(const SplitterOptions& options = {});

  std::string_view name() const override { return "html"; }
  Result<std::vector<Chunk>> split(const Document& document) const override;

 private:
  HtmlSplitter(const SplitterOptions& options, SectionLevels levels, RecursiveSplitter inside);

  SplitterOptions options_;
  SectionLevels levels_;
  RecursiveSplitter inside_;
};

}  // namespace vecstore
