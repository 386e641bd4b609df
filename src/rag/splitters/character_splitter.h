// Cuts at one separator and joins neighbouring pieces up to the chunk size; a piece without a
// separator stays whole, however long.
//
// The chunks are those of LangChain's CharacterTextSplitter, byte for byte, where the separator is
// kept with a piece, and where it is literal text that never stands twice in a row. Elsewhere the
// chunks hold the same pieces, with the document's own text between them: LangChain joins them with
// one separator, for an expression with its source, which a chunk of the document cannot. The size
// counts as LangChain's does.
#pragma once

#include "rag/splitters/separator.h"
#include "rag/splitters/splitter.h"

namespace vecstore {

class CharacterSplitter : public Splitter {
 public:
  // At options.separators, of which there may be one ("\n\n" where there is none), kept by no piece
  // unless options.keep_separator says otherwise.
  static Result<CharacterSplitter> create(const SplitterOptions& options = {});

  std::string_view name() const override { return "character"; }
  Result<std::vector<Chunk>> split(const Document& document) const override;

 private:
  CharacterSplitter(const SplitterOptions& options, Separator separator);

  SplitterOptions options_;
  Separator separator_;
  KeepSeparator keep_;
  std::size_t between_;  // what a separator that is left out counts
};

}  // namespace vecstore
