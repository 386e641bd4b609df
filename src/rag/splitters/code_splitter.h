// Cuts programs where their language begins something: at the separators of the language that the
// document's metadata names ("language"), else of options.language, as RecursiveSplitter does. A
// document of another language, or of none, is cut at lines.
#pragma once

#include "rag/splitters/splitter.h"

namespace vecstore {

class CodeSplitter : public Splitter {
 public:
  // kInvalidArgument for sizes out of range and for a language that is not known.
  static Result<CodeSplitter> create(const SplitterOptions& options = {});

  std::string_view name() const override { return "code"; }
  Result<std::vector<Chunk>> split(const Document& document) const override;

 private:
  explicit CodeSplitter(const SplitterOptions& options) : options_(options) {}

  SplitterOptions options_;
};

}  // namespace vecstore
