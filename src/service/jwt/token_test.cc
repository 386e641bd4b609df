#include "service/jwt/token.h"

#include <gmock/gmock.h>

#include "service/jwt/test_signer.h"

namespace vecstore {
namespace {

using testing::HasSubstr;

std::string with_header(const std::string& json) { return base64url_of(json) + ".e30.AAAA"; }

std::string refusal(const std::string& text) {
  const auto token = parse_token(text);
  if (token.ok()) return "";
  EXPECT_EQ(token.status().code(), Code::kUnauthenticated);
  return token.status().message();
}

TEST(Token, has_three_parts) {
  const std::string text =
      with_header(R"({"alg":"ES256","kid":"k 1","typ":"JWT","x5u":"http://e"})");
  const Token token = parse_token(text).value();
  EXPECT_EQ(token.algorithm, JwtAlgorithm::kEs256);
  EXPECT_EQ(token.kid, "k 1");
  EXPECT_EQ(token.signed_text, text.substr(0, text.rfind('.')));
  EXPECT_EQ(token.signature, Bytes(3));
  EXPECT_EQ(parse_payload(token).value(), Object());
  EXPECT_TRUE(looks_like_token(text));
  EXPECT_FALSE(looks_like_token("vsk_0123456789abcdef_00"));
}

TEST(Token, other_shapes_are_refused) {
  const std::string good = with_header(R"({"alg":"ES256","kid":"k"})");
  EXPECT_EQ(refusal(good), "");
  for (const std::string& text :
       {std::string(), std::string("."), std::string(".."), std::string("a.b"), good + ".",
        "." + good, " " + good, good + " ", good + "=", good.substr(1), "e30" + good,
        good + ".a.b"})
    EXPECT_NE(refusal(text), "") << text;
  EXPECT_THAT(refusal(good + std::string(8'192, 'A')), HasSubstr("at most 8192 are read"));
}

TEST(Token, none_and_unknown_algorithms_are_refused_however_they_are_spelt) {
  for (const char* alg : {"none", "None", "NONE", "nOnE", "", "HS384", "RS512", "PS256", "ES256K",
                          "es256", "EdDSA ", "ES256\\u0000"})
    EXPECT_THAT(refusal(with_header(std::string(R"({"kid":"k","alg":")") + alg + "\"}")),
                HasSubstr("the token has "))
        << alg;
  for (const char* header : {R"({"kid":"k"})", R"({"kid":"k","alg":null})",
                             R"({"kid":"k","alg":1})", R"({"kid":"k","alg":["ES256"]})"})
    EXPECT_THAT(refusal(with_header(header)), HasSubstr("the algorithm ''"));
}

TEST(Token, headers_that_could_be_read_in_two_ways_are_refused) {
  EXPECT_THAT(refusal(with_header(R"({"alg":"ES256","alg":"HS256","kid":"k"})")),
              HasSubstr("no JSON object"));
  EXPECT_THAT(refusal(with_header(R"({"alg":"ES256","kid":"k","crit":["b64"],"b64":false})")),
              HasSubstr("'crit'"));
  EXPECT_THAT(refusal(with_header(R"({"alg":"ES256","kid":"k","crit":[]})")), HasSubstr("'crit'"));
  EXPECT_THAT(refusal(with_header(R"(["ES256"])")), HasSubstr("no JSON object"));
  EXPECT_THAT(refusal(with_header(R"({"alg":"ES256","kid":"k"} {})")), HasSubstr("no JSON object"));
  EXPECT_THAT(refusal(with_header(std::string(3'000, '['))), HasSubstr("no JSON object"));
  EXPECT_THAT(refusal(with_header("{\"alg\":\"ES256\",\"kid\":\"\xff\"}")),
              HasSubstr("no JSON object"));
}

TEST(Token, only_tokens_are_tokens) {
  for (const char* type : {"JWT", "jwt", "at+jwt", "application/at+JWT"})
    EXPECT_EQ(
        refusal(with_header(std::string(R"({"alg":"ES256","kid":"k","typ":")") + type + "\"}")),
        "");
  for (const char* type : {"\"JOSE\"", "\"dpop+jwt\"", "\"\"", "1", "null"})
    EXPECT_THAT(
        refusal(with_header(std::string(R"({"alg":"ES256","kid":"k","typ":)") + type + "}")),
        HasSubstr("is of type"));
}

// A kid is a name in a table and nothing else; what could not be one is refused all the same.
TEST(Token, a_kid_is_a_short_text) {
  for (const char* kid : {"\"\"", "7", "null", "\"a\\u0000\"", "\"a\\nb\"", "\"k\\u00e9\""})
    EXPECT_THAT(refusal(with_header(std::string(R"({"alg":"ES256","kid":)") + kid + "}")),
                HasSubstr("no 'kid'"))
        << kid;
  EXPECT_THAT(refusal(with_header(R"({"alg":"ES256","kid":")" + std::string(129, 'k') + "\"}")),
              HasSubstr("no 'kid'"));
  EXPECT_THAT(refusal(with_header(R"({"alg":"ES256"})")), HasSubstr("no 'kid'"));
}

TEST(Token, payloads_are_objects) {
  const auto payload = [](const std::string& json) {
    const std::string text =
        base64url_of(R"({"alg":"ES256","kid":"k"})") + "." + base64url_of(json) + ".";
    return parse_payload(parse_token(text).value()).ok();
  };
  EXPECT_TRUE(payload(R"({"sub":"a"})"));
  for (const char* json :
       {"", "[]", "{", "{\"sub\":1,\"sub\":2}", "{\"exp\":99999999999999999999}"})
    EXPECT_FALSE(payload(json)) << json;
}

}  // namespace
}  // namespace vecstore
