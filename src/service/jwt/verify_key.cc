#include "service/jwt/verify_key.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string>

#include "base/nearest.h"

namespace vecstore {
namespace {

constexpr std::array<std::string_view, 4> kAlgorithms = {"EdDSA", "ES256", "RS256", "HS256"};
constexpr std::size_t kNumberBytes = 32;  // of a coordinate, and of each half of a signature
constexpr std::size_t kHmacBytes = 32;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* what) const {
    Free(what);
  }
};
using Pkey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;

const unsigned char* raw(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// The key of these parameters, checked to be one; none where OpenSSL says that it cannot be.
Pkey key_of(const char* kind, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* made = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    made = nullptr;
  Pkey key(made);
  if (!key) return key;
  const PkeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  if (!check || EVP_PKEY_public_check(check.get()) != 1) key.reset();
  return key;
}

// A number of that many bytes as DER has it: the shortest that is not negative.
void append_der_integer(std::string& out, ByteView number) {
  while (number.size() > 1 && number.front() == std::byte{0}) number = number.subspan(1);
  const bool high = (number.front() & std::byte{0x80}) != std::byte{0};
  out += '\x02';
  out += static_cast<char>(number.size() + (high ? 1 : 0));
  if (high) out += '\0';
  out += as_text(number);
}

bool is_zero(ByteView number) {
  return std::all_of(number.begin(), number.end(), [](std::byte b) { return b == std::byte{0}; });
}

// Tokens have r and s side by side, OpenSSL wants them in DER. Zeros are no signature of anything.
std::string der_of(ByteView signature) {
  const ByteView r = signature.first(kNumberBytes), s = signature.subspan(kNumberBytes);
  if (is_zero(r) || is_zero(s)) return {};
  std::string numbers;
  append_der_integer(numbers, r);
  append_der_integer(numbers, s);
  return std::string("\x30") + static_cast<char>(numbers.size()) + numbers;
}

}  // namespace

std::string_view algorithm_name(JwtAlgorithm algorithm) {
  return kAlgorithms[static_cast<std::size_t>(algorithm)];
}

Result<JwtAlgorithm> parse_algorithm(std::string_view name) {
  const auto at = std::find(kAlgorithms.begin(), kAlgorithms.end(), name);
  if (at != kAlgorithms.end()) return static_cast<JwtAlgorithm>(at - kAlgorithms.begin());
  return invalid_argument("unknown algorithm '" + std::string(name.substr(0, 40)) +
                          "': " + nearest_or_known(name, kAlgorithms));
}

struct VerifyKey::Parts {
  Parts(JwtAlgorithm is, Pkey of, std::string known = {})
      : algorithm(is), key(std::move(of)), secret(std::move(known)) {}
  ~Parts() { OPENSSL_cleanse(secret.data(), secret.size()); }
  Parts(const Parts&) = delete;

  bool verifies_by_key(std::string_view text, ByteView signature) const;
  bool verifies_by_secret(std::string_view text, ByteView signature) const;

  const JwtAlgorithm algorithm;
  const Pkey key;  // none: `secret`
  std::string secret;
};

bool VerifyKey::Parts::verifies_by_key(std::string_view text, ByteView signature) const {
  const EVP_MD* digest = algorithm == JwtAlgorithm::kEdDsa ? nullptr : EVP_sha256();
  const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  const bool right =
      context && EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(text), text.size()) ==
          1;
  ERR_clear_error();  // a refusal leaves its reasons on this thread, which TLS would read
  return right;
}

bool VerifyKey::Parts::verifies_by_secret(std::string_view text, ByteView signature) const {
  std::array<unsigned char, kHmacBytes> is;
  unsigned size = is.size();
  return signature.size() == is.size() &&
         HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), raw(text), text.size(),
              is.data(), &size) != nullptr &&
         CRYPTO_memcmp(is.data(), signature.data(), is.size()) == 0;
}

Result<VerifyKey> VerifyKey::ed25519(ByteView x) {
  if (x.size() != kNumberBytes)
    return invalid_argument("x has " + std::to_string(x.size()) + " bytes, an Ed25519 key has 32");
  Pkey key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(x), x.size()));
  if (!key) return invalid_argument("x is no Ed25519 key");
  return VerifyKey(std::make_shared<const Parts>(JwtAlgorithm::kEdDsa, std::move(key)));
}

Result<VerifyKey> VerifyKey::p256(ByteView x, ByteView y) {
  if (x.size() != kNumberBytes || y.size() != kNumberBytes)
    return invalid_argument("x and y have " + std::to_string(x.size()) + " and " +
                            std::to_string(y.size()) + " bytes, on P-256 both have 32");
  std::string point = "\x04";  // not compressed
  point += as_text(x);
  point += as_text(y);
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      !OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) ||
      !OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                        point.size()))
    return resource_exhausted("no memory for a key");
  Pkey key = key_of("EC", builder.get());
  ERR_clear_error();
  if (!key) return invalid_argument("x and y are no point on the curve P-256");
  return VerifyKey(std::make_shared<const Parts>(JwtAlgorithm::kEs256, std::move(key)));
}

// A large exponent makes every verification dear, a small one forgeries cheap where padding is
// checked carelessly; nobody uses either.
Result<VerifyKey> VerifyKey::rsa(ByteView n, ByteView e) {
  if (n.empty() || e.empty() || n.front() == std::byte{0} || e.front() == std::byte{0})
    return invalid_argument("n and e must be numbers without leading zeros");
  const std::size_t bits =
      8 * n.size() -
      static_cast<std::size_t>(std::countl_zero(std::to_integer<std::uint8_t>(n[0])));
  if (bits < kLeastRsaBits || bits > kMostRsaBits)
    return invalid_argument("n has " + std::to_string(bits) + " bits, it must have " +
                            std::to_string(kLeastRsaBits) + " to " + std::to_string(kMostRsaBits));
  std::uint64_t exponent = 0;
  for (const std::byte b : e.first(std::min<std::size_t>(e.size(), 4)))
    exponent = exponent << 8 | std::to_integer<std::uint64_t>(b);
  if (e.size() > 4 || exponent < 65'537 || exponent % 2 == 0)
    return invalid_argument("e must be an odd number from 65537 to 4294967295");
  const Number modulus(BN_bin2bn(raw(n), static_cast<int>(n.size()), nullptr));
  const Number power(BN_bin2bn(raw(e), static_cast<int>(e.size()), nullptr));
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!modulus || !power || !builder ||
      !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) ||
      !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, power.get()))
    return resource_exhausted("no memory for a key");
  Pkey key = key_of("RSA", builder.get());
  ERR_clear_error();
  if (!key) return invalid_argument("n and e are no RSA key");
  return VerifyKey(std::make_shared<const Parts>(JwtAlgorithm::kRs256, std::move(key)));
}

Result<VerifyKey> VerifyKey::secret(ByteView k) {
  if (k.size() < kLeastSecretBytes || k.size() > kMostSecretBytes)
    return invalid_argument("the secret has " + std::to_string(k.size()) + " bytes, it must have " +
                            std::to_string(kLeastSecretBytes) + " to " +
                            std::to_string(kMostSecretBytes));
  return VerifyKey(
      std::make_shared<const Parts>(JwtAlgorithm::kHs256, nullptr, std::string(as_text(k))));
}

JwtAlgorithm VerifyKey::algorithm() const { return parts_->algorithm; }

bool VerifyKey::verifies(std::string_view signed_text, ByteView signature) const {
  if (!parts_->key) return parts_->verifies_by_secret(signed_text, signature);
  if (parts_->algorithm == JwtAlgorithm::kRs256)
    return parts_->verifies_by_key(signed_text, signature);  // which knows the length of n
  if (signature.size() != 2 * kNumberBytes) return false;
  if (parts_->algorithm == JwtAlgorithm::kEdDsa)
    return parts_->verifies_by_key(signed_text, signature);
  const std::string der = der_of(signature);
  return !der.empty() && parts_->verifies_by_key(signed_text, as_bytes(der));
}

}  // namespace vecstore
