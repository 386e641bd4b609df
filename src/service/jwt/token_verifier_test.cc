#include "service/jwt/token_verifier.h"

#include <gmock/gmock.h>

#include <thread>

#include "base/test_folder.h"
#include "service/jwt/test_signer.h"

namespace vecstore {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kSecond = 1'700'000'000;
constexpr JwtAlgorithm kAll[] = {JwtAlgorithm::kEdDsa, JwtAlgorithm::kEs256, JwtAlgorithm::kRs256,
                                 JwtAlgorithm::kHs256};

struct TokenVerifierTest : testing::Test {
  TokenVerifierTest() {
    List jwks;
    for (const JwtAlgorithm algorithm : kAll) {
      signers.emplace_back(algorithm, std::string(algorithm_name(algorithm)));
      jwks.push_back(signers.back().jwk());
    }
    folder.write("jwks", TestSigner::set_of(jwks));
    options = {.keys = folder / "jwks",
               .algorithms = {std::begin(kAll), std::end(kAll)},
               .issuer = "id",
               .audience = "us"};
    verifier = TokenVerifier::open(options, clock).value();
  }
  static Object claims(const std::string& subject = "zoe", std::int64_t exp = kSecond + 60) {
    return {
        {"sub", subject}, {"iss", "id"}, {"aud", "us"}, {"exp", exp}, {"vecstore:role", "viewer"}};
  }
  std::string refusal(const std::string& token) {
    const auto principal = verifier->verify(token);
    if (principal.ok()) return "";
    EXPECT_EQ(principal.status().code(), Code::kUnauthenticated);
    return principal.status().message();
  }
  template <class Done>
  bool soon(Done done) {
    const double until = monotonic_ms() + 10'000;
    while (!done() && monotonic_ms() < until) std::this_thread::yield();
    return done();
  }

  TestFolder folder;
  ManualClock clock{kSecond * 1000};
  std::vector<TestSigner> signers;
  JwtOptions options;
  std::unique_ptr<TokenVerifier> verifier;
};

TEST_F(TokenVerifierTest, lets_in_who_has_a_signed_token_by_each_algorithm) {
  for (const TestSigner& signer : signers) {
    const std::string token = signer.token(claims());
    for (int again = 0; again < 2; ++again)
      EXPECT_EQ(verifier->verify(token).value().id, "jwt:zoe");
  }
  EXPECT_EQ(verifier->remembered(), 4u);
}

TEST_F(TokenVerifierTest, every_cut_and_every_changed_character_is_refused) {
  for (const TestSigner& signer : signers) {
    const std::string token = signer.token(claims());
    for (std::size_t size = 0; size < token.size(); ++size)
      EXPECT_NE(refusal(token.substr(0, size)), "") << size;
    for (std::size_t at = 0; at < token.size(); ++at) {
      std::string other = token;
      other[at] = other[at] == 'A' ? 'B' : 'A';
      EXPECT_NE(refusal(other), "") << at;
    }
  }
  EXPECT_EQ(verifier->remembered(), 0u);  // what is refused is not remembered
}

TEST_F(TokenVerifierTest, no_algorithm_is_taken_for_another) {
  for (const TestSigner& signer : signers) {
    for (const JwtAlgorithm other : kAll) {
      Object header = signer.header();
      if (*header.find("alg") == Value(algorithm_name(other))) continue;
      header["alg"] = algorithm_name(other);
      EXPECT_THAT(refusal(signer.token(header, claims())), HasSubstr("is not for"));
      header = signer.header();
      header["kid"] = algorithm_name(other);
      EXPECT_THAT(refusal(signer.token(header, claims())), HasSubstr("is not for"));
    }
  }
  Object none = signers[0].header();
  none["alg"] = "none";
  EXPECT_THAT(refusal(base64url_of(Value(none).to_json()) + "." +
                      base64url_of(Value(claims()).to_json()) + "."),
              HasSubstr("the algorithm 'none'"));
}

// The public key is no secret: a token that is "signed" with it must not pass.
TEST_F(TokenVerifierTest, a_public_key_is_never_the_secret_of_a_hash) {
  for (int i = 0; i < 3; ++i) {
    const Object jwk = signers[static_cast<std::size_t>(i)].jwk();
    for (const std::string& secret :
         {Value(jwk).to_json(), *jwk.find(i == 2 ? "n" : "x")->as_string(), std::string()}) {
      const Object header{{"alg", "HS256"}, {"kid", *jwk.find("kid")}};
      const std::string text =
          base64url_of(Value(header).to_json()) + "." + base64url_of(Value(claims()).to_json());
      EXPECT_NE(refusal(text + "." + base64url_of(TestSigner::hmac(secret, text))), "");
    }
  }
}

TEST_F(TokenVerifierTest, only_algorithms_of_the_list_are_let_in) {
  options.algorithms = {JwtAlgorithm::kEs256};
  verifier = TokenVerifier::open(options, clock).value();
  for (const TestSigner& signer : signers) {
    const bool listed = *signer.header().find("alg") == Value("ES256");
    EXPECT_EQ(refusal(signer.token(claims())).empty(), listed);
  }
  EXPECT_THAT(refusal(signers[3].token(claims())), HasSubstr("HS256 is none of those allowed"));
}

TEST_F(TokenVerifierTest, a_kid_finds_a_key_of_the_set_and_nothing_else) {
  folder.write("key", signers[0].set());
  for (const std::string& kid :
       {std::string("../key"), std::string("/dev/null"), folder.string() + "/key",
        std::string("EdDSA' OR '1'='1"), std::string("http://evil.example/jwks"),
        std::string("eddsa"), std::string("EdDSA "), std::string("$(id)")}) {
    Object header = signers[0].header();
    header["kid"] = kid;
    EXPECT_THAT(refusal(signers[0].token(header, claims())), HasSubstr("is not known")) << kid;
  }
  // A key that the token brings along is not looked at.
  const TestSigner stranger(JwtAlgorithm::kEdDsa, "EdDSA");
  Object header = stranger.header();
  header["jwk"] = stranger.jwk();
  header["jku"] = "http://evil.example/jwks";
  EXPECT_THAT(refusal(stranger.token(header, claims())), HasSubstr("signature is wrong"));
}

TEST_F(TokenVerifierTest, a_token_ends_though_it_is_remembered) {
  const std::string token = signers[0].token(claims());
  EXPECT_EQ(refusal(token), "");
  clock.advance(89'999);
  EXPECT_EQ(refusal(token), "");
  clock.advance(1);
  EXPECT_EQ(refusal(token), "the token has expired");
  EXPECT_EQ(refusal(token), "the token has expired");
  EXPECT_EQ(verifier->remembered(), 0u);
}

TEST_F(TokenVerifierTest, with_the_file_goes_what_was_let_in_by_it) {
  const std::string token = signers[0].token(claims()), other = signers[1].token(claims());
  EXPECT_EQ(refusal(token), "");
  folder.write("jwks", signers[1].set());
  EXPECT_TRUE(soon([&] { return !refusal(token).empty(); }));
  EXPECT_THAT(refusal(token), HasSubstr("'EdDSA' is not known"));
  EXPECT_EQ(refusal(other), "");
  folder.write("jwks", "{");
  EXPECT_TRUE(soon([&] { return !refusal(other).empty(); }));
  EXPECT_THAT(refusal(other), HasSubstr("cannot be used"));
  folder.remove("jwks");
  EXPECT_TRUE(soon([&] { return refusal(other).find("No such file") != std::string::npos; }));
  folder.write("jwks", signers[0].set());
  EXPECT_TRUE(soon([&] { return refusal(token).empty(); }));
}

TEST_F(TokenVerifierTest, remembers_a_bounded_number) {
  const TestSigner& secret = signers[3];
  std::size_t most = 0;
  for (std::size_t i = 0; i < 2 * TokenVerifier::kRemembered; ++i) {
    EXPECT_EQ(refusal(secret.token(claims("s" + std::to_string(i)))), "");
    most = std::max(most, verifier->remembered());
  }
  EXPECT_EQ(most, TokenVerifier::kRemembered);
}

TEST_F(TokenVerifierTest, giant_tokens_are_refused_by_their_size) {
  Object many = claims();
  many["more"] = std::string(8'192, 'a');
  EXPECT_THAT(refusal(signers[0].token(many)), HasSubstr("at most 8192 are read"));
  many["more"] = std::string(5'000, 'a');
  EXPECT_EQ(refusal(signers[0].token(many)), "");
}

TEST_F(TokenVerifierTest, needs_options_and_a_file_that_can_be) {
  options.audience.clear();
  EXPECT_FALSE(TokenVerifier::open(options, clock).ok());
  options.audience = "us";
  options.keys = folder / "absent";
  EXPECT_EQ(TokenVerifier::open(options, clock).status().code(), Code::kNotFound);
  options.keys = folder.write("bad", "{}");
  EXPECT_THAT(TokenVerifier::open(options, clock).status().message(),
              HasSubstr("bad: a key set is"));
}

}  // namespace
}  // namespace vecstore
