// A key that tells whether somebody signed something: one key for one algorithm, for good.
//
// That is what stops the classic trick of having a public RSA key taken for the secret of an HMAC:
// a token cannot say how a key is used. The one file of tokens that knows OpenSSL is
// verify_key.cc. Immutable, cheap to copy, safe from many threads.
#pragma once

#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "vecstore/status.h"

namespace vecstore {

// RFC 8037, and RFC 7518: ECDSA on P-256 with SHA-256, RSA PKCS #1 1.5 with SHA-256, HMAC-SHA-256.
enum class JwtAlgorithm : unsigned char { kEdDsa, kEs256, kRs256, kHs256 };
std::string_view algorithm_name(JwtAlgorithm algorithm);  // "EdDSA", "ES256"
Result<JwtAlgorithm> parse_algorithm(std::string_view name);

class VerifyKey {
 public:
  static constexpr std::size_t kLeastSecretBytes = 32, kMostSecretBytes = 512;
  static constexpr std::size_t kLeastRsaBits = 2'048, kMostRsaBits = 8'192;

  // kInvalidArgument says what is wrong with the numbers, which are big-endian.
  static Result<VerifyKey> ed25519(ByteView x);           // 32 bytes
  static Result<VerifyKey> p256(ByteView x, ByteView y);  // 32 bytes each, a point on the curve
  static Result<VerifyKey> rsa(ByteView n, ByteView e);   // no leading zeros; e 65,537 to 2^32 - 1
  static Result<VerifyKey> secret(ByteView k);            // the bytes that both sides know

  JwtAlgorithm algorithm() const;
  // 0.5 µs with a secret, else 20 to 100 µs.
  bool verifies(std::string_view signed_text, ByteView signature) const;

  struct Parts;

 private:
  explicit VerifyKey(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}
  std::shared_ptr<const Parts> parts_;
};

}  // namespace vecstore
