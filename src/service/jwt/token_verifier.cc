#include "service/jwt/token_verifier.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "service/digest.h"
#include "service/jwt/token.h"

namespace vecstore {
namespace {

Status refuse(const std::string& why) { return Status(Code::kUnauthenticated, why); }

}  // namespace

TokenVerifier::TokenVerifier(JwtOptions options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      keys_(options_.keys, kMaxJwkSetBytes, parse_jwk_set) {}

Result<std::unique_ptr<TokenVerifier>> TokenVerifier::open(const JwtOptions& options,
                                                           const Clock& clock) {
  VECSTORE_TRY(check_jwt_options(options));
  std::unique_ptr<TokenVerifier> verifier(new TokenVerifier(options, clock));
  VECSTORE_TRY(verifier->keys_.current()->fault);
  return verifier;
}

Result<Claims> TokenVerifier::check(std::string_view text, const FileState<JwkSet>& keys) const {
  VECSTORE_ASSIGN(const Token token, parse_token(text));
  const std::string name(algorithm_name(token.algorithm));
  const auto& allowed = options_.algorithms;
  if (std::find(allowed.begin(), allowed.end(), token.algorithm) == allowed.end())
    return refuse("the token's algorithm " + name + " is none of those allowed");
  if (!keys.fault.ok())
    return refuse("the keys for tokens cannot be used: " + keys.fault.message());
  const auto key = keys.content.find(token.kid);
  if (key == keys.content.end())
    return refuse("the token's key '" + shorten(token.kid) + "' is not known");
  if (key->second.algorithm() != token.algorithm)
    return refuse("the token's key '" + shorten(token.kid) + "' is not for " + name);
  if (!key->second.verifies(token.signed_text, token.signature))
    return refuse("the token's signature is wrong");
  VECSTORE_ASSIGN(const Object claims, parse_payload(token));
  return read_claims(claims, options_, clock_.now_ms());
}

Result<Principal> TokenVerifier::recall(const std::string& hash, std::uint64_t generation) {
  MutexLock lock(mutex_);
  if (generation > generation_) {
    young_.clear();
    old_.clear();
    generation_ = generation;
  }
  if (generation != generation_) return not_found("");  // the file changed a moment ago
  for (Known* known : {&young_, &old_}) {
    const auto found = known->find(hash);
    if (found == known->end()) continue;
    if (found->second.ends_at > clock_.now_ms()) return found->second.principal;
    known->erase(found);
    return refuse("the token has expired");
  }
  return not_found("");
}

void TokenVerifier::remember(const std::string& hash, std::uint64_t generation,
                             const Claims& claims) {
  MutexLock lock(mutex_);
  if (generation != generation_) return;
  if (young_.size() >= kRemembered / 2) old_ = std::exchange(young_, {});
  young_.emplace(hash, claims);
}

Result<Principal> TokenVerifier::verify(std::string_view token) {
  if (token.size() > kMaxTokenBytes) return parse_token(token).status();  // before it is hashed
  const auto keys = keys_.current();
  const std::string hash = sha256_hex(token);
  Result<Principal> known = recall(hash, keys->generation);
  if (known.status().code() != Code::kNotFound) return known;
  VECSTORE_ASSIGN(Claims claims, check(token, *keys));
  remember(hash, keys->generation, claims);
  return std::move(claims.principal);
}

std::size_t TokenVerifier::remembered() const {
  MutexLock lock(mutex_);
  return young_.size() + old_.size();
}

}  // namespace vecstore
