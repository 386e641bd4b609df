#include "service/jwt/verify_key.h"

#include <gtest/gtest.h>

#include "service/jwt/base64url.h"
#include "service/jwt/test_signer.h"

namespace vecstore {
namespace {

constexpr JwtAlgorithm kAll[] = {JwtAlgorithm::kEdDsa, JwtAlgorithm::kEs256, JwtAlgorithm::kRs256,
                                 JwtAlgorithm::kHs256};

Bytes decoded(std::string_view text) { return base64url_decode(text).value(); }

Bytes member(const TestSigner& signer, std::string_view name) {
  return decoded(*signer.jwk().find(name)->as_string());
}

VerifyKey key_of(const TestSigner& signer, JwtAlgorithm algorithm) {
  switch (algorithm) {
    case JwtAlgorithm::kEdDsa:
      return VerifyKey::ed25519(member(signer, "x")).value();
    case JwtAlgorithm::kEs256:
      return VerifyKey::p256(member(signer, "x"), member(signer, "y")).value();
    case JwtAlgorithm::kRs256:
      return VerifyKey::rsa(member(signer, "n"), member(signer, "e")).value();
    case JwtAlgorithm::kHs256:
      break;
  }
  return VerifyKey::secret(member(signer, "k")).value();
}

// RFC 7515, appendix A.1 and A.3, and RFC 8037, appendix A.4.
TEST(VerifyKey, verifies_the_examples_of_the_standards) {
  constexpr std::string_view kClaims =
      ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cn"
      "VlfQ";
  const auto secret = VerifyKey::secret(decoded(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"));
  EXPECT_TRUE(secret->verifies("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9" + std::string(kClaims),
                               decoded("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")));
  const auto curve = VerifyKey::p256(decoded("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                                     decoded("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"));
  EXPECT_TRUE(curve->verifies("eyJhbGciOiJFUzI1NiJ9" + std::string(kClaims),
                              decoded("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8I"
                                      "SlSApmWQxfKTUJqPP3-Kg6NU1Q")));
  const auto edwards = VerifyKey::ed25519(decoded("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"));
  EXPECT_TRUE(edwards->verifies("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
                                decoded("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iy"
                                        "lGjg5BhVsPt9g7sVvpAr_MuM0KAg")));
}

TEST(VerifyKey, any_bit_of_a_signature_or_of_the_text_that_is_other_is_wrong) {
  for (const JwtAlgorithm algorithm : kAll) {
    const TestSigner signer(algorithm);
    const VerifyKey key = key_of(signer, algorithm);
    EXPECT_EQ(key.algorithm(), algorithm);
    const std::string text = "a.b", made = signer.signature(text);
    ASSERT_TRUE(key.verifies(text, as_bytes(made))) << algorithm_name(algorithm);
    EXPECT_FALSE(key.verifies("a.c", as_bytes(made)));
    EXPECT_FALSE(key.verifies("", as_bytes(made)));
    for (std::size_t bit = 0; bit < 8 * made.size(); ++bit) {
      std::string other = made;
      other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
      EXPECT_FALSE(key.verifies(text, as_bytes(other))) << algorithm_name(algorithm) << bit;
    }
    EXPECT_FALSE(key_of(TestSigner(algorithm, "k2"), algorithm).verifies(text, as_bytes(made)) &&
                 algorithm != JwtAlgorithm::kHs256);
  }
}

TEST(VerifyKey, a_signature_of_another_length_is_wrong) {
  for (const JwtAlgorithm algorithm : kAll) {
    const TestSigner signer(algorithm);
    const VerifyKey key = key_of(signer, algorithm);
    const std::string made = signer.signature("a.b");
    for (std::size_t size = 0; size < made.size(); ++size)
      EXPECT_FALSE(key.verifies("a.b", as_bytes(made).first(size)));
    for (const std::string& more : {made + '\0', '\0' + made, made + made})
      EXPECT_FALSE(key.verifies("a.b", as_bytes(more)));
  }
}

// Zeros pass a check that forgets that r and s are not zero (CVE-2022-21449).
TEST(VerifyKey, zeros_and_numbers_beyond_the_curve_are_no_signature) {
  const TestSigner signer(JwtAlgorithm::kEs256);
  const VerifyKey key = key_of(signer, JwtAlgorithm::kEs256);
  const std::string made = signer.signature("a.b");
  const std::string zero(32, '\0'), high(32, '\xff');
  for (const std::string& other : {zero + zero, zero + made.substr(32), made.substr(0, 32) + zero,
                                   high + high, made.substr(0, 32) + high})
    EXPECT_FALSE(key.verifies("a.b", as_bytes(other)));
}

TEST(VerifyKey, a_point_beside_the_curve_is_no_key) {
  const TestSigner signer(JwtAlgorithm::kEs256);
  Bytes x = member(signer, "x"), y = member(signer, "y");
  y[31] ^= std::byte{1};
  EXPECT_FALSE(VerifyKey::p256(x, y).ok());
  EXPECT_FALSE(VerifyKey::p256(Bytes(32), Bytes(32)).ok());
  EXPECT_FALSE(VerifyKey::p256(x, Bytes(31)).ok());
  EXPECT_FALSE(VerifyKey::ed25519(Bytes(31)).ok());
  EXPECT_FALSE(VerifyKey::ed25519(Bytes(33)).ok());
}

TEST(VerifyKey, rsa_keys_that_are_weak_or_dear_are_refused) {
  const TestSigner signer(JwtAlgorithm::kRs256);
  const Bytes n = member(signer, "n");
  const auto made = [&](std::initializer_list<int> e) {
    Bytes bytes;
    for (const int b : e) bytes.push_back(static_cast<std::byte>(b));
    return VerifyKey::rsa(n, bytes).ok();
  };
  EXPECT_TRUE(made({1, 0, 1}));
  EXPECT_TRUE(made({255, 255, 255, 255}));
  EXPECT_FALSE(made({}));
  EXPECT_FALSE(made({3}));
  EXPECT_FALSE(made({1, 0, 2}));        // even
  EXPECT_FALSE(made({1, 0, 0, 1, 1}));  // dear to raise to
  EXPECT_FALSE(made({0, 1, 0, 1}));     // another spelling
  const TestSigner weak(JwtAlgorithm::kRs256, "k1", 1'024);
  EXPECT_EQ(VerifyKey::rsa(member(weak, "n"), decoded("AQAB")).status().message(),
            "n has 1024 bits, it must have 2048 to 8192");
  EXPECT_FALSE(VerifyKey::rsa(Bytes(1'025, std::byte{0xff}), decoded("AQAB")).ok());
  Bytes even = n;
  even.back() = std::byte{0};
  EXPECT_FALSE(VerifyKey::rsa(even, decoded("AQAB")).ok());
}

TEST(VerifyKey, secrets_are_as_long_as_their_hash_at_least) {
  EXPECT_FALSE(VerifyKey::secret(Bytes(31)).ok());
  EXPECT_TRUE(VerifyKey::secret(Bytes(32)).ok());
  EXPECT_FALSE(VerifyKey::secret(Bytes(513)).ok());
}

TEST(VerifyKey, algorithms_have_their_names_and_none_is_none) {
  for (const JwtAlgorithm algorithm : kAll)
    EXPECT_EQ(parse_algorithm(algorithm_name(algorithm)).value(), algorithm);
  for (const char* other : {"none", "None", "", "hs256", "HS512", "ES256K", "RS256 "})
    EXPECT_FALSE(parse_algorithm(other).ok()) << other;
}

}  // namespace
}  // namespace vecstore
