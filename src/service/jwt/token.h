// A JSON Web Token in its three parts (RFC 7515, compact; RFC 7519), from bytes nobody vouches for.
//
// What is read before the signature is known to be right is the header alone, and of it only what
// finds the key: no address, certificate or key that a token brings along is looked at.
#pragma once

#include <string>
#include <string_view>

#include "service/jwt/verify_key.h"
#include "vecstore/value.h"

namespace vecstore {

inline constexpr std::size_t kMaxTokenBytes = 8'192;

struct Token {
  JwtAlgorithm algorithm = JwtAlgorithm::kEdDsa;
  std::string kid = {};
  std::string_view signed_text = {};  // of the text that was parsed
  std::string_view payload = {};      // as it was sent
  Bytes signature = {};
};

// Whether it is meant to be one: an API key never is.
bool looks_like_token(std::string_view text);

// kUnauthenticated says what is wrong. "none" and every algorithm that is not known, "crit" and
// tokens of another type are refused; so are members that are given twice.
Result<Token> parse_token(std::string_view text);

// The claims: only of a token whose signature is right.
Result<Object> parse_payload(const Token& token);

}  // namespace vecstore
