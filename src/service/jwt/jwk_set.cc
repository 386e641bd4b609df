#include "service/jwt/jwk_set.h"

#include <algorithm>
#include <optional>

#include "base/utf8.h"
#include "service/jwt/base64url.h"

namespace vecstore {
namespace {

constexpr std::size_t kMaxKidBytes = 128;
constexpr std::size_t kMaxParameterText = 2'048;  // of the longest RSA modulus, with room

Result<std::string> text_of(const Object& jwk, std::string_view member) {
  const Value* value = jwk.find(member);
  if (value && value->as_string()) return *value->as_string();
  return invalid_argument("'" + std::string(member) + "' is no text");
}

// The text of a member that may be absent.
Result<std::optional<std::string>> text_if_any(const Object& jwk, std::string_view member) {
  if (!jwk.find(member)) return std::optional<std::string>();
  VECSTORE_ASSIGN(std::string text, text_of(jwk, member));
  return std::optional(std::move(text));
}

Result<Bytes> bytes_of(const Object& jwk, std::string_view member) {
  VECSTORE_ASSIGN(const std::string text, text_of(jwk, member));
  const std::string context = "'" + std::string(member) + "'";
  if (text.size() > kMaxParameterText)
    return invalid_argument(context + " has " + std::to_string(text.size()) + " characters");
  Result<Bytes> bytes = base64url_decode(text);
  if (!bytes.ok()) return bytes.status().with_context(context);
  return bytes;
}

std::optional<JwtAlgorithm> algorithm_of(std::string_view kty, std::string_view curve) {
  if (kty == "OKP" && curve == "Ed25519") return JwtAlgorithm::kEdDsa;
  if (kty == "EC" && curve == "P-256") return JwtAlgorithm::kEs256;
  if (kty == "RSA") return JwtAlgorithm::kRs256;
  if (kty == "oct") return JwtAlgorithm::kHs256;
  return std::nullopt;
}

// For signing, and where the key says what it may do, for verifying signatures.
Result<bool> is_for_signatures(const Object& jwk) {
  VECSTORE_ASSIGN(const auto use, text_if_any(jwk, "use"));
  if (use && *use != "sig") return false;
  const Value* operations = jwk.find("key_ops");
  if (!operations) return true;
  const List* list = operations->as_list();
  if (!list) return invalid_argument("'key_ops' is no list");
  return std::any_of(list->begin(), list->end(), [](const Value& one) {
    return one.as_string() && *one.as_string() == "verify";
  });
}

Result<VerifyKey> make_key(const Object& jwk, JwtAlgorithm algorithm) {
  if (algorithm == JwtAlgorithm::kHs256) {
    VECSTORE_ASSIGN(const Bytes k, bytes_of(jwk, "k"));
    return VerifyKey::secret(k);
  }
  for (const char* part : {"d", "p", "q", "k"})
    if (jwk.find(part))
      return invalid_argument(std::string("it has '") + part +
                              "', a private part: here is a place for public keys alone");
  if (algorithm == JwtAlgorithm::kRs256) {
    VECSTORE_ASSIGN(const Bytes n, bytes_of(jwk, "n"));
    VECSTORE_ASSIGN(const Bytes e, bytes_of(jwk, "e"));
    return VerifyKey::rsa(n, e);
  }
  VECSTORE_ASSIGN(const Bytes x, bytes_of(jwk, "x"));
  if (algorithm == JwtAlgorithm::kEdDsa) return VerifyKey::ed25519(x);
  VECSTORE_ASSIGN(const Bytes y, bytes_of(jwk, "y"));
  return VerifyKey::p256(x, y);
}

// None for a key that is left aside.
Result<std::optional<VerifyKey>> key_of(const Object& jwk) {
  VECSTORE_ASSIGN(const std::string kty, text_of(jwk, "kty"));
  VECSTORE_ASSIGN(const auto curve, text_if_any(jwk, "crv"));
  VECSTORE_ASSIGN(const auto alg, text_if_any(jwk, "alg"));
  VECSTORE_ASSIGN(const bool signatures, is_for_signatures(jwk));
  const auto algorithm = algorithm_of(kty, curve.value_or(""));
  if (!algorithm || !signatures) return std::optional<VerifyKey>();
  if (alg && *alg != algorithm_name(*algorithm)) {
    // RS512, PS256: the same kind of key, for what is not done here.
    if (!parse_algorithm(*alg).ok()) return std::optional<VerifyKey>();
    return invalid_argument("its 'alg' is " + *alg + ", its kind is for " +
                            std::string(algorithm_name(*algorithm)));
  }
  VECSTORE_ASSIGN(VerifyKey key, make_key(jwk, *algorithm));
  return std::optional(std::move(key));
}

Status add_key(const Object& jwk, JwkSet& set) {
  VECSTORE_ASSIGN(auto key, key_of(jwk));
  if (!key) return {};
  VECSTORE_ASSIGN(const std::string kid, text_of(jwk, "kid"));
  if (!is_key_id(kid)) return invalid_argument("'kid' must be 1 to 128 characters of ASCII");
  if (!set.emplace(kid, *std::move(key)).second)
    return invalid_argument("kid '" + shorten(kid) + "' is there twice");
  return {};
}

}  // namespace

bool is_key_id(std::string_view kid) {
  return !kid.empty() && kid.size() <= kMaxKidBytes &&
         std::all_of(kid.begin(), kid.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

Result<JwkSet> parse_jwk_set(std::string_view text) {
  VECSTORE_ASSIGN(const Value json, Value::parse_json(text));
  const Object* file = json.as_object();
  const Value* keys = file ? file->find("keys") : nullptr;
  if (!keys || !keys->as_list())
    return invalid_argument("a key set is an object with the list 'keys'");
  if (keys->as_list()->size() > kMaxJwkSetKeys)
    return invalid_argument("there are " + std::to_string(keys->as_list()->size()) +
                            " keys, at most " + std::to_string(kMaxJwkSetKeys) + " are read");
  JwkSet set;
  std::size_t number = 0;
  for (const Value& jwk : *keys->as_list()) {
    const Status status =
        jwk.as_object() ? add_key(*jwk.as_object(), set) : invalid_argument("it is no object");
    if (!status.ok()) return status.with_context("key " + std::to_string(number));
    ++number;
  }
  if (set.empty()) return invalid_argument("there is no key that could verify a token");
  return set;
}

}  // namespace vecstore
