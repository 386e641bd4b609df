// Windows of so many tokens of a model, for models and bills that count tokens; neighbours share
// chunk_overlap of them.
//
// The chunks are those of LangChain's TokenTextSplitter, byte for byte, but for two: a character
// whose bytes lie in two tokens is whole, in the chunk of the first, and white space alone is no
// chunk.
#pragma once

#include <memory>
#include <string>

#include "embed/tokenizer/model_tokenizer.h"
#include "rag/splitters/splitter.h"
#include "rag/splitters/text_span.h"

namespace vecstore {

class TokenSplitter : public Splitter {
 public:
  // With the tokenizer in the file options.tokenizer: a tokenizer.json, or an encoding of OpenAI's
  // models as the npm package tiktoken has it. Sizes are tokens. kInvalidArgument for sizes out of
  // range, such as an overlap of whole chunks, and where no file is named.
  static Result<TokenSplitter> create(const SplitterOptions& options);

  // "token" and what tells the tokenizer from others, so that files are split again with another.
  std::string_view name() const override { return name_; }

  // Refuses documents of more than kMaxTextBytes.
  Result<std::vector<Chunk>> split(const Document& document) const override;

 private:
  TokenSplitter(const SplitterOptions& options, ModelTokenizer tokenizer, std::string name);

  SplitterOptions options_;
  std::shared_ptr<const ModelTokenizer> tokenizer_;
  std::string name_;
};

}  // namespace vecstore
