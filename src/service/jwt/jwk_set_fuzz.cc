#include <cstdint>
#include <string_view>

#include "service/jwt/jwk_set.h"

// A key of an accepted set never takes a signature of zeros.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecstore;
  const auto set = parse_jwk_set({reinterpret_cast<const char*>(data), size});
  if (!set.ok()) return 0;
  if (set->empty()) __builtin_trap();
  for (const auto& [kid, key] : *set)
    if (!is_key_id(kid) || key.verifies("a.b", Bytes(64))) __builtin_trap();
  return 0;
}
