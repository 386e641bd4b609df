#include "service/jwt/jwk_set.h"

#include <gmock/gmock.h>

#include "service/jwt/test_signer.h"

namespace vecstore {
namespace {

using testing::HasSubstr;

const TestSigner& edwards() {
  static const TestSigner signer(JwtAlgorithm::kEdDsa, "ed");
  return signer;
}

// Why a set of this one key is refused; empty when it is not.
std::string refusal(const Object& jwk) {
  return parse_jwk_set(TestSigner::set_of({jwk})).status().message();
}

Object with(Object jwk, const std::string& member, const Value& value) {
  jwk[member] = value;
  return jwk;
}

TEST(JwkSet, has_keys_of_all_kinds_by_their_ids) {
  List jwks;
  for (const auto algorithm :
       {JwtAlgorithm::kEdDsa, JwtAlgorithm::kEs256, JwtAlgorithm::kRs256, JwtAlgorithm::kHs256})
    jwks.push_back(TestSigner(algorithm, std::string(algorithm_name(algorithm))).jwk());
  const JwkSet set = parse_jwk_set(TestSigner::set_of(jwks)).value();
  ASSERT_EQ(set.size(), 4u);
  for (const auto& [kid, key] : set) EXPECT_EQ(kid, algorithm_name(key.algorithm()));
}

TEST(JwkSet, keys_for_what_is_not_done_here_are_left_aside) {
  const Object good = edwards().jwk();
  const List others = {
      Object{{"kty", "XYZ"}, {"kid", "a"}},
      Object{{"kty", "EC"}, {"crv", "P-384"}, {"kid", "b"}, {"x", "AA"}, {"y", "AA"}},
      with(with(good, "kid", "c"), "use", "enc"),
      with(with(good, "kid", "d"), "key_ops", List{"sign"}),
      with(with(TestSigner(JwtAlgorithm::kRs256).jwk(), "kid", "e"), "alg", "RS512"),
      good};
  const JwkSet set = parse_jwk_set(TestSigner::set_of(others)).value();
  ASSERT_EQ(set.size(), 1u);
  EXPECT_EQ(set.begin()->first, "ed");
  EXPECT_THAT(refusal(Object{{"kty", "XYZ"}}), HasSubstr("no key that could verify"));
}

// A public RSA key with "alg": "HS256" would have its bytes taken for a secret elsewhere.
TEST(JwkSet, the_kind_of_a_key_binds_its_algorithm) {
  const Object rsa = TestSigner(JwtAlgorithm::kRs256).jwk();
  EXPECT_EQ(refusal(with(rsa, "alg", "HS256")), "key 0: its 'alg' is HS256, its kind is for RS256");
  EXPECT_THAT(refusal(with(edwards().jwk(), "alg", "ES256")), HasSubstr("its kind is for EdDSA"));
  EXPECT_THAT(refusal(with(rsa, "k", "AA")), HasSubstr("private part"));
  Object silent = edwards().jwk();
  silent.erase("alg");
  silent.erase("use");
  EXPECT_EQ(refusal(silent), "");
}

TEST(JwkSet, a_wrong_key_is_named_and_refuses_the_set) {
  const Object good = edwards().jwk();
  EXPECT_THAT(refusal(with(good, "x", "AA")), HasSubstr("key 0: x has 1 bytes"));
  EXPECT_THAT(refusal(with(good, "x", "A+/A")), HasSubstr("'x': base64url text"));
  EXPECT_THAT(refusal(with(good, "x", std::string(3'000, 'A'))), HasSubstr("3000 characters"));
  EXPECT_THAT(refusal(with(good, "x", 7)), HasSubstr("'x' is no text"));
  EXPECT_THAT(refusal(with(good, "d", "AA")), HasSubstr("private part"));
  EXPECT_THAT(refusal(with(good, "kid", "")), HasSubstr("'kid' must be"));
  EXPECT_THAT(refusal(with(good, "kid", "a\nb")), HasSubstr("'kid' must be"));
  EXPECT_THAT(refusal(with(good, "kid", Value())), HasSubstr("'kid' is no text"));
  EXPECT_THAT(refusal(with(good, "use", 1)), HasSubstr("'use' is no text"));
  EXPECT_THAT(refusal(with(good, "key_ops", "verify")), HasSubstr("'key_ops' is no list"));
  EXPECT_THAT(refusal(with(TestSigner(JwtAlgorithm::kHs256).jwk(), "k", "c2hvcnQ")),
              HasSubstr("the secret has 5 bytes"));
  EXPECT_THAT(parse_jwk_set(TestSigner::set_of({good, good})).status().message(),
              HasSubstr("key 1: kid 'ed' is there twice"));
}

TEST(JwkSet, what_is_no_set_is_refused) {
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{}"), std::string(R"({"keys": {}})"),
        std::string(R"({"keys": []})"), std::string(R"({"keys": [1]})"),
        std::string(R"({"keys": [], "keys": []})"), TestSigner::set_of(List(101, Object{})),
        edwards().set().substr(0, 50)})
    EXPECT_FALSE(parse_jwk_set(text).ok()) << text;
}

}  // namespace
}  // namespace vecstore
