// Packs whole sentences into chunks; the overlap is whole sentences too. A sentence longer than a
// chunk is cut as by RecursiveSplitter.
#pragma once

#include "rag/splitters/recursive_splitter.h"

namespace vecstore {

class SentenceSplitter : public Splitter {
 public:
  static Result<SentenceSplitter> create(const SplitterOptions& options = {});

  std::string_view name() const override { return "sentence"; }
  Result<std::vector<Chunk>> split(const Document& document) const override;

 private:
  SentenceSplitter(const SplitterOptions& options, RecursiveSplitter inside)
      : options_(options), inside_(std::move(inside)) {}

  SplitterOptions options_;
  RecursiveSplitter inside_;
};

}  // namespace vecstore
