// Any bytes are either refused or give a tokenizer whose ids stay below its limit. What follows a
// NUL is a text for it.
#include <algorithm>
#include <cstdlib>

#include "base/utf8.h"
#include "embed/tokenizer/tiktoken_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\0'), size);
  const auto tokenizer = vecstore::parse_tiktoken_json(input.substr(0, end));
  if (!tokenizer.ok()) return 0;
  const std::string_view text = end < size ? input.substr(end + 1) : "aab \xC3\xA9 123\n\n 'll";
  if (!vecstore::is_valid_utf8(text)) return 0;
  for (std::uint32_t id : tokenizer->encode(text)) {
    if (id >= tokenizer->id_limit()) std::abort();
  }
  return 0;
}
