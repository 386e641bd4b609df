// Cuts where the meaning turns: between two sentences whose embeddings, each taken with its
// neighbours, are farther apart than a threshold found from all such distances in the document.
//
// The breaks are those of LangChain's SemanticChunker (langchain_experimental) given the same
// embedder: sentences end behind . ? ! before white space. What differs: a chunk is the document's
// own text, where LangChain joins sentences by one space; and one longer than the chunk size is cut
// as RecursiveSplitter does. Overlap is of such cuts only. Every sentence is embedded, in a dry run
// too.
#pragma once

#include "rag/splitters/recursive_splitter.h"
#include "vecstore/embedder.h"

namespace vecstore {

class SemanticSplitter : public Splitter {
 public:
  // With options.embedder, which outlives it. kInvalidArgument for options out of range.
  static Result<SemanticSplitter> create(const SplitterOptions& options);

  // "semantic" and the model, so that files are split again with another.
  std::string_view name() const override { return name_; }

  // Fails when the embedder does, and with kCancelled when options.cancel is.
  Result<std::vector<Chunk>> split(const Document& document) const override;

 private:
  SemanticSplitter(const SplitterOptions& options, RecursiveSplitter inside, Separator between);

  Result<std::vector<double>> distances(std::string_view text,
                                        const std::vector<TextSpan>& sentences) const;

  SplitterOptions options_;
  RecursiveSplitter inside_;
  Separator between_;
  std::string name_;
};

}  // namespace vecstore
