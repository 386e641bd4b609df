// Any bytes are either refused or give a tokenizer whose ids stay below its limit.
#include <cstdlib>

#include "embed/tokenizer_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto tokenizer =
      vecstore::parse_tokenizer_json({reinterpret_cast<const char*>(data), size});
  if (!tokenizer.ok()) return 0;
  for (const char* text : {"a b<s>ab ▁▁é\xF0\x9F\xA4\x96", "aaabbb aab"}) {
    for (std::uint32_t id : tokenizer->encode(text, vecstore::SpecialTokens::kAdd)) {
      if (id >= tokenizer->id_limit()) std::abort();
    }
  }
  return 0;
}
