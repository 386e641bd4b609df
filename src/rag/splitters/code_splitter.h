// Cuts programs where their syntax or their language does. The language is that of the document's
// metadata ("language") where its loader is that of programs, else options.language.
//
// With a grammar of it in options.grammars, a chunk is a run of neighbours in the syntax tree as
// long as they fit; what is larger is entered, as in LlamaIndex's CodeSplitter, down to leaves,
// which are cut as RecursiveSplitter does. Without one, and where the program cannot be parsed,
// chunks are those of RecursiveSplitter with the language's separators; a document of another
// language, or of none, is cut at lines. Overlap is between chunks that separators make.
#pragma once

#include <map>
#include <memory>

#include "rag/splitters/grammar.h"
#include "rag/splitters/splitter.h"

namespace vecstore {

class CodeSplitter : public Splitter {
 public:
  // Opens every grammar that is in the folder. kInvalidArgument for sizes out of range and for a
  // language that is not known; kNotFound for the grammar of options.language where
  // options.require_grammar and there is none.
  static Result<CodeSplitter> create(const SplitterOptions& options = {});

  // "code" and the grammars that were there, so that files are split again with others.
  std::string_view name() const override { return name_; }
  Result<std::vector<Chunk>> split(const Document& document) const override;

 private:
  CodeSplitter(const SplitterOptions& options,
               std::map<std::string, std::shared_ptr<const Grammar>> grammars);

  Result<std::shared_ptr<const Grammar>> grammar_of(const std::string& language) const;

  SplitterOptions options_;
  std::map<std::string, std::shared_ptr<const Grammar>> grammars_;
  std::string name_;
};

}  // namespace vecstore
