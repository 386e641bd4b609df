#include <cstdint>
#include <string_view>

#include "service/jwt/claims.h"

// Who is let in has a name, and what a claim confines stays confined.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecstore;
  const auto json = Value::parse_json({reinterpret_cast<const char*>(data), size});
  if (!json.ok() || !json->as_object()) return 0;
  const JwtOptions options{.algorithms = {JwtAlgorithm::kEdDsa}, .issuer = "i", .audience = "a"};
  const auto read = read_claims(*json->as_object(), options, 1'000'000);
  if (!read.ok()) return 0;
  const auto has = [&](const char* claim) { return json->as_object()->find(claim) != nullptr; };
  if (read->principal.name.empty() || read->ends_at <= 1'000'000) __builtin_trap();
  if (has("vecstore:namespace") && read->principal.space.empty()) __builtin_trap();
  if (has("vecstore:collections") && read->principal.collections.empty()) __builtin_trap();
  return 0;
}
