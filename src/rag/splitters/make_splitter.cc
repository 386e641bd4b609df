#include "rag/splitters/make_splitter.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rag/splitters/character_splitter.h"
#include "rag/splitters/code_splitter.h"
#include "rag/splitters/heading_splitter.h"
#include "rag/splitters/html_splitter.h"
#include "rag/splitters/json_splitter.h"
#include "rag/splitters/markdown_splitter.h"
#include "rag/splitters/recursive_splitter.h"
#include "rag/splitters/semantic_splitter.h"
#include "rag/splitters/sentence_splitter.h"
#include "rag/splitters/splitter_options.h"
#include "rag/splitters/token_splitter.h"

namespace vecstore {
namespace {

template <typename T>
Result<std::unique_ptr<Splitter>> make(const SplitterOptions& options) {
  VECSTORE_ASSIGN(T splitter, T::create(options));
  return std::unique_ptr<Splitter>(std::make_unique<T>(std::move(splitter)));
}

}  // namespace

Result<std::unique_ptr<Splitter>> make_splitter(std::string_view name,
                                                const SplitterOptions& options) {
  struct Row {
    std::string_view name;
    Result<std::unique_ptr<Splitter>> (*make)(const SplitterOptions&);
  };
  static constexpr std::array<Row, 10> kSplitters = {{{"character", make<CharacterSplitter>},
                                                      {"code", make<CodeSplitter>},
                                                      {"heading", make<HeadingSplitter>},
                                                      {"html", make<HtmlSplitter>},
                                                      {"json", make<JsonSplitter>},
                                                      {"markdown", make<MarkdownSplitter>},
                                                      {"recursive", make<RecursiveSplitter>},
                                                      {"semantic", make<SemanticSplitter>},
                                                      {"sentence", make<SentenceSplitter>},
                                                      {"token", make<TokenSplitter>}}};
  const auto row = std::ranges::find(kSplitters, name, &Row::name);
  if (row == kSplitters.end()) {
    std::string known;
    for (const Row& one : kSplitters) {
      known += std::string(known.empty()                        ? ""
                           : one.name == kSplitters.back().name ? " and "
                                                                : ", ")
                   .append(one.name);
    }
    return invalid_argument("unknown splitter '" + std::string(name) + "'; known are " + known);
  }
  VECSTORE_TRY(check_options_of(name, options));
  return row->make(options);
}

}  // namespace vecstore
