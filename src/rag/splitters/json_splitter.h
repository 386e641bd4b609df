// Cuts JSON (one value, or one per line) into runs of whole members of an object, or elements of a
// list, as large as fit; what is larger than a chunk is entered, down to values that have no
// members and stay whole. A chunk in braces (of elements: in brackets) is valid JSON, and one that
// is a whole document is so by itself; its headings are the keys from the outermost object to the
// members.
//
// It holds what LangChain's RecursiveJsonSplitter puts into a chunk, sizes counted as json.dumps
// writes them, but that a chunk has members of one object: LangChain writes a new object with
// members from several depths, which are two or more chunks here. A list at the top is always
// entered. What is in no chunk are brackets, commas and keys of what was entered. A document that
// is no JSON is cut as RecursiveSplitter does.
#pragma once

#include "rag/splitters/recursive_splitter.h"

namespace vecstore {

class JsonSplitter : public Splitter {
 public:
  static Result<JsonSplitter> create(const SplitterOptions& options = {});

  std::string_view name() const override { return "json"; }
  bool takes_source(std::string_view loader) const override;
  Result<std::vector<Chunk>> split(const Document& document) const override;

 private:
  JsonSplitter(const SplitterOptions& options, RecursiveSplitter inside);

  SplitterOptions options_;
  RecursiveSplitter inside_;
};

}  // namespace vecstore
