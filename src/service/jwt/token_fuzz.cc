#include <cstdint>
#include <string_view>

#include "service/jwt/token.h"

// What is accepted names an algorithm and a key, and its parts are those of the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecstore;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto token = parse_token(text);
  if (!token.ok()) return 0;
  if (!looks_like_token(text) || !text.starts_with(token->signed_text)) __builtin_trap();
  if (!token->signed_text.ends_with(token->payload) || token->kid.empty()) __builtin_trap();
  (void)parse_payload(*token);
  return 0;
}
