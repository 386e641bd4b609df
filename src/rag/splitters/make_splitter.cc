#include "rag/splitters/make_splitter.h"

#include <utility>

#include "rag/splitters/heading_splitter.h"
#include "rag/splitters/recursive_splitter.h"
#include "rag/splitters/sentence_splitter.h"
#include "rag/splitters/token_splitter.h"

namespace vecstore {
namespace {

template <typename T, typename Options>
Result<std::unique_ptr<Splitter>> make(Options options) {
  VECSTORE_ASSIGN(T splitter, T::create(std::move(options)));
  return std::unique_ptr<Splitter>(std::make_unique<T>(std::move(splitter)));
}

}  // namespace

Result<std::unique_ptr<Splitter>> make_splitter(std::string_view name,
                                                const SplitterOptions& options) {
  if (name == "token") return make<TokenSplitter>(options);
  if (!options.tokenizer.empty()) {
    return invalid_argument("a tokenizer is for the splitter token, not for '" + std::string(name) +
                            "'");
  }
  if (name == "heading") return make<HeadingSplitter>(options);
  if (name == "sentence") return make<SentenceSplitter>(options);
  if (name == "recursive") {
    RecursiveOptions recursive;
    static_cast<SplitterOptions&>(recursive) = options;
    return make<RecursiveSplitter>(std::move(recursive));
  }
  return invalid_argument("unknown splitter '" + std::string(name) +
                          "'; known are heading, recursive, sentence and token");
}

}  // namespace vecstore
