// For tests: keys of who makes tokens, drawn anew, and tokens that they sign.
#pragma once

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/base64.h"
#include "service/jwt/verify_key.h"
#include "vecstore/value.h"

namespace vecstore {

inline std::string base64url_of(std::string_view bytes) {
  std::string text = base64_encode(as_bytes(bytes));
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

class TestSigner {
 public:
  explicit TestSigner(JwtAlgorithm algorithm, std::string kid = "k1", unsigned rsa_bits = 2'048)
      : algorithm_(algorithm), kid_(std::move(kid)) {
    if (algorithm == JwtAlgorithm::kEdDsa) hold(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    if (algorithm == JwtAlgorithm::kEs256)
      hold(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", const_cast<char*>("P-256")));
    if (algorithm == JwtAlgorithm::kRs256)
      hold(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{rsa_bits}));
  }

  const std::string& secret() const { return secret_; }

  // The public key; of a secret, the secret.
  Object jwk() const {
    Object jwk{{"kid", kid_}, {"alg", algorithm_name(algorithm_)}, {"use", "sig"}};
    switch (algorithm_) {
      case JwtAlgorithm::kEdDsa: {
        std::array<unsigned char, 32> x;
        std::size_t size = x.size();
        EVP_PKEY_get_raw_public_key(key_.get(), x.data(), &size);
        jwk["kty"] = "OKP";
        jwk["crv"] = "Ed25519";
        jwk["x"] = base64url_of({reinterpret_cast<const char*>(x.data()), size});
        break;
      }
      case JwtAlgorithm::kEs256:
        jwk["kty"] = "EC";
        jwk["crv"] = "P-256";
        jwk["x"] = base64url_of(number(OSSL_PKEY_PARAM_EC_PUB_X, 32));
        jwk["y"] = base64url_of(number(OSSL_PKEY_PARAM_EC_PUB_Y, 32));
        break;
      case JwtAlgorithm::kRs256:
        jwk["kty"] = "RSA";
        jwk["n"] = base64url_of(number(OSSL_PKEY_PARAM_RSA_N, 0));
        jwk["e"] = base64url_of(number(OSSL_PKEY_PARAM_RSA_E, 0));
        break;
      case JwtAlgorithm::kHs256:
        jwk["kty"] = "oct";
        jwk["k"] = base64url_of(secret_);
    }
    return jwk;
  }
  static std::string set_of(const List& jwks) { return Value(Object{{"keys", jwks}}).to_json(); }
  std::string set() const { return set_of({jwk()}); }

  Object header() const {
    return {{"alg", algorithm_name(algorithm_)}, {"kid", kid_}, {"typ", "JWT"}};
  }
  std::string token(const Object& claims) const { return token(header(), claims); }
  std::string token(const Object& header, const Object& claims) const {
    return signed_text(base64url_of(Value(header).to_json()) + "." +
                       base64url_of(Value(claims).to_json()));
  }
  std::string signed_text(const std::string& text) const {
    return text + "." + base64url_of(signature(text));
  }

  std::string signature(std::string_view text) const {
    if (algorithm_ == JwtAlgorithm::kHs256) return hmac(secret_, text);
    const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    const EVP_MD* digest = algorithm_ == JwtAlgorithm::kEdDsa ? nullptr : EVP_sha256();
    EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get());
    std::size_t size = 1'024;
    std::string made(size, '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(made.data()), &size,
                   reinterpret_cast<const unsigned char*>(text.data()), text.size());
    made.resize(size);
    return algorithm_ == JwtAlgorithm::kEs256 ? side_by_side(made) : made;
  }
  static std::string hmac(std::string_view secret, std::string_view text) {
    std::string made(32, '\0');
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(made.data()), nullptr);
    return made;
  }

 private:
  template <auto Free>
  struct Freed {
    template <class T>
    void operator()(T* what) const {
      Free(what);
    }
  };

  void hold(EVP_PKEY* made) { key_ = std::shared_ptr<EVP_PKEY>(made, EVP_PKEY_free); }

  // `bytes` 0: as many as it has.
  static std::string text_of(const BIGNUM* number, int bytes) {
    std::string text(static_cast<std::size_t>(bytes > 0 ? bytes : BN_num_bytes(number)), '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(text.data()),
                 static_cast<int>(text.size()));
    return text;
  }
  std::string number(const char* name, int bytes) const {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &number);
    const std::unique_ptr<BIGNUM, Freed<BN_free>> held(number);
    return text_of(number, bytes);
  }
  static std::string side_by_side(const std::string& der) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>> both(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    return text_of(ECDSA_SIG_get0_r(both.get()), 32) + text_of(ECDSA_SIG_get0_s(both.get()), 32);
  }

  JwtAlgorithm algorithm_;
  std::string kid_;
  std::string secret_ = "thirty-two bytes that nobody knows";
  std::shared_ptr<EVP_PKEY> key_ = {};
};

}  // namespace vecstore
