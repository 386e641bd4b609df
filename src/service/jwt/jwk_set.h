// The keys of who makes tokens, as a JSON Web Key Set has them (RFC 7517), from bytes nobody
// vouches for.
//
// Used are OKP keys of Ed25519 (EdDSA), EC keys of P-256 (ES256), RSA keys (RS256) and secrets
// (oct, HS256): the kind of a key alone says for what it is used, and its "alg" must agree. Keys
// of other kinds, or for other uses, are left aside: a set often has some.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "service/jwt/verify_key.h"
#include "vecstore/value.h"

namespace vecstore {

inline constexpr std::size_t kMaxJwkSetBytes = 1u << 20;
inline constexpr std::size_t kMaxJwkSetKeys = 100;

using JwkSet = std::map<std::string, VerifyKey, std::less<>>;  // by "kid"

// "kid" of a key and of a token: 1 to 128 characters of printable ASCII.
bool is_key_id(std::string_view kid);

// kInvalidArgument names the key and what is wrong: with one wrong key the whole set is refused.
// So it is with the private part of a key, which has no place on the side that only checks.
Result<JwkSet> parse_jwk_set(std::string_view text);

}  // namespace vecstore
