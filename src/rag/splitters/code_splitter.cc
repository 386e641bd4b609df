#include "rag/splitters/code_splitter.h"

#include <utility>

#include "rag/splitters/language_separators.h"
#include "rag/splitters/recursive_splitter.h"

namespace vecstore {

Result<CodeSplitter> CodeSplitter::create(const SplitterOptions& options) {
  VECSTORE_TRY(RecursiveSplitter::create(options).status());
  return CodeSplitter(options);
}

Result<std::vector<Chunk>> CodeSplitter::split(const Document& document) const {
  SplitterOptions options = options_;
  const Value* language = document.metadata.find("language");
  if (language && language->as_string()) {
    const bool known = !language_separators(*language->as_string()).empty();
    options.language = known ? *language->as_string() : "";
  }
  VECSTORE_ASSIGN(const RecursiveSplitter inside, RecursiveSplitter::create(std::move(options)));
  return inside.split(document);
}

}  // namespace vecstore
