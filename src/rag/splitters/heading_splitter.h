// Cuts at the document's headings, whatever format they came from, and long sections as
// RecursiveSplitter does; every chunk keeps the path of headings above it.
//
// A section that is nothing but its heading goes with the section that follows when that one lies
// deeper. The first chunk of a section begins with its heading, whose line does not count towards
// the chunk's size. Chunks overlap only within a section.
#pragma once

#include "rag/splitters/recursive_splitter.h"

namespace vecstore {

class HeadingSplitter : public Splitter {
 public:
  static Result<HeadingSplitter> create(const SplitterOptions& options = {});

  std::string_view name() const override { return "heading"; }
  Result<std::vector<Chunk>> split(const Document& document) const override;

 private:
  explicit HeadingSplitter(RecursiveSplitter inside) : inside_(std::move(inside)) {}

  RecursiveSplitter inside_;
};

}  // namespace vecstore
