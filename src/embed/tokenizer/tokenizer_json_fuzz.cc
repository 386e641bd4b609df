// Any bytes are either refused or give a tokenizer whose ids stay below its limit and whose spans
// stay inside the text. What follows a NUL is a text for it.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "base/utf8.h"
#include "embed/tokenizer/tokenizer_json.h"

namespace {

void check(const vecstore::ModelTokenizer& tokenizer, std::string_view text) {
  for (const std::size_t most : {std::size_t{0}, std::size_t{5}}) {
    const auto encoding = tokenizer.encode_with_spans(text, {.max_tokens = most});
    if (!encoding.ok()) continue;
    for (std::size_t i = 0; i < encoding->ids.size(); ++i) {
      const vecstore::Place span = encoding->spans[i];
      if (encoding->ids[i] >= tokenizer.id_limit()) std::abort();
      if (span.begin > span.end || span.end > text.size()) std::abort();
    }
    if (most == 0 && encoding->ids != tokenizer.encode(text, vecstore::SpecialTokens::kAdd)) {
      std::abort();
    }
  }
  (void)tokenizer.encode_pair(text, "a b", {.max_tokens = 7});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\0'), size);
  const auto tokenizer = vecstore::parse_tokenizer_json(input.substr(0, end));
  if (!tokenizer.ok()) return 0;
  check(*tokenizer, "a b<s>ab ▁▁é\xF0\x9F\xA4\x96 Ġ中e\u0301 'll 123\n\n ");
  check(*tokenizer, "aaabbb aab");
  if (end < size && vecstore::is_valid_utf8(input.substr(end + 1))) {
    check(*tokenizer, input.substr(end + 1));
  }
  return 0;
}
