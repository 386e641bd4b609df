#include "rag/splitters/token_splitter.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "embed/model_bytes.h"
#include "embed/tokenizer/tiktoken_json.h"
#include "embed/tokenizer/tokenizer_json.h"

namespace vecstore {
namespace {

Result<ModelTokenizer> parse_tokenizer(std::string_view json) {
  const bool tiktoken =
      json.find("\"bpe_ranks\"") != json.npos && json.find("\"pat_str\"") != json.npos;
  return tiktoken ? parse_tiktoken_json(json) : parse_tokenizer_json(json);
}

// Where each token ends: the first byte behind the character that has its last one. What a
// tokenizer leaves out before a token (white space) goes with it.
std::vector<std::size_t> ends_of(std::string_view text, const Encoding& tokens) {
  std::vector<std::size_t> ends;
  ends.reserve(tokens.spans.size());
  std::size_t last = 0;
  for (const Place& span : tokens.spans) {
    std::size_t end = std::max<std::size_t>(span.end, last);
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
    ends.push_back(last = end);
  }
  if (!ends.empty()) ends.back() = text.size();
  return ends;
}

}  // namespace

TokenSplitter::TokenSplitter(const SplitterOptions& options, ModelTokenizer tokenizer,
                             std::string name)
    : options_(options),
      tokenizer_(std::make_shared<const ModelTokenizer>(std::move(tokenizer))),
      name_(std::move(name)) {}

Result<TokenSplitter> TokenSplitter::create(const SplitterOptions& options) {
  VECSTORE_TRY(check_options(options));
  if (options.chunk_overlap == options.chunk_size) {
    return invalid_argument("chunk_overlap is chunk_size, " + std::to_string(options.chunk_size) +
                            ": no chunk would get further than the one before");
  }
  if (options.tokenizer.empty()) {
    return invalid_argument(
        "the splitter token needs a tokenizer: the file tokenizer.json of a model, or an encoding "
        "of tiktoken");
  }
  VECSTORE_ASSIGN(const Bytes json, read_model_file(options.tokenizer));
  auto tokenizer = parse_tokenizer(as_text(json));
  if (!tokenizer.ok()) return tokenizer.status().with_context(options.tokenizer);
  return TokenSplitter(options, *std::move(tokenizer), "token:" + hex_of(hash64(json)));
}

Result<std::vector<Chunk>> TokenSplitter::split(const Document& document) const {
  VECSTORE_TRY(check_document(document));
  const std::string_view text = document.text;
  VECSTORE_ASSIGN(const Encoding tokens,
                  tokenizer_->encode_with_spans(text, {.special = SpecialTokens::kOmit}));
  const std::vector<std::size_t> ends = ends_of(text, tokens);
  std::vector<TextSpan> spans;
  for (std::size_t first = 0; first < ends.size();
       first += options_.chunk_size - options_.chunk_overlap) {
    const std::size_t behind = std::min(first + options_.chunk_size, ends.size());
    const TextSpan span = {first == 0 ? 0 : ends[first - 1], ends[behind - 1]};
    if (!strip(text, span).empty()) spans.push_back(span);
    if (behind == ends.size()) break;
  }
  return make_chunks(document, spans);
}

}  // namespace vecstore
