#include "service/jwt/claims.h"

#include <gmock/gmock.h>

namespace vecstore {
namespace {

using testing::HasSubstr;

constexpr TimeMs kNow = 1'700'000'000'000;
constexpr std::int64_t kSecond = kNow / 1000;

JwtOptions options() {
  return {.algorithms = {JwtAlgorithm::kEdDsa}, .issuer = "https://id", .audience = "vecstore"};
}

Object claims() {
  return {{"sub", "zoë@acme"},
          {"iss", "https://id"},
          {"aud", "vecstore"},
          {"exp", kSecond + 60},
          {"vecstore:role", "editor"}};
}

Object with(const std::string& claim, const Value& value) {
  Object all = claims();
  all[claim] = value;
  return all;
}

std::string refusal(const Object& claims) {
  const auto read = read_claims(claims, options(), kNow);
  if (read.ok()) return "";
  EXPECT_EQ(read.status().code(), Code::kUnauthenticated);
  return read.status().message();
}

TEST(Claims, say_who_it_is_and_what_it_may) {
  Object all = claims();
  all["vecstore:namespace"] = "acme";
  all["vecstore:collections"] = List{"docs", "notes"};
  const Claims read = read_claims(all, options(), kNow).value();
  EXPECT_EQ(read.principal.id, "jwt:zoë@acme");
  EXPECT_EQ(read.principal.name, "zoë@acme");
  EXPECT_EQ(read.principal.role, Role::kEditor);
  EXPECT_EQ(read.principal.space, "acme");
  EXPECT_EQ(read.principal.collections, (std::vector<std::string>{"docs", "notes"}));
  EXPECT_EQ(read.ends_at, kNow + 90'000);
}

TEST(Claims, may_have_other_names) {
  JwtOptions named = options();
  named.role_claim = "r";
  named.namespace_claim = "n";
  named.collections_claim = "c";
  const Object all{{"sub", "s"},
                   {"iss", "https://id"},
                   {"aud", "vecstore"},
                   {"exp", kSecond + 60},
                   {"r", "admin"},
                   {"n", "acme"},
                   {"c", List{"docs"}},
                   {"vecstore:role", "viewer"},
                   {"vecstore:namespace", "beta"}};
  const Claims read = read_claims(all, named, kNow).value();
  EXPECT_EQ(read.principal.role, Role::kAdmin);
  EXPECT_EQ(read.principal.space, "acme");
  EXPECT_EQ(read.principal.collections, std::vector<std::string>{"docs"});
}

TEST(Claims, those_that_must_be_there) {
  for (const char* claim : {"sub", "iss", "aud", "exp", "vecstore:role"}) {
    Object without = claims();
    without.erase(claim);
    EXPECT_THAT(refusal(without), HasSubstr(std::string("'") + claim + "'"));
    for (const Value& bad : {Value(), Value(true), Value(Object{}), Value("")})
      EXPECT_NE(refusal(with(claim, bad)), "") << claim << bad.to_json();
  }
}

TEST(Claims, times_have_the_leeway_and_no_more) {
  EXPECT_EQ(refusal(with("exp", kSecond - 29)), "");
  EXPECT_EQ(refusal(with("exp", kSecond - 30)), "the token has expired");
  EXPECT_EQ(refusal(with("exp", static_cast<double>(kSecond) - 29.5)), "");
  EXPECT_EQ(refusal(with("nbf", kSecond + 30)), "");
  EXPECT_EQ(refusal(with("nbf", kSecond + 31)), "the token has a 'nbf' that is still to come");
  EXPECT_EQ(refusal(with("iat", kSecond + 30)), "");
  EXPECT_EQ(refusal(with("iat", kSecond + 31)), "the token has a 'iat' that is still to come");
  for (const char* claim : {"exp", "nbf", "iat"})
    for (const Value& bad : {Value("1700000060"), Value(-1), Value(1e300), Value(kNow * 1000)})
      EXPECT_NE(refusal(with(claim, bad)), "") << claim << bad.to_json();
}

TEST(Claims, are_for_us_and_by_whom_we_trust) {
  EXPECT_EQ(refusal(with("aud", List{"other", "vecstore"})), "");
  for (const Value& bad : {Value("other"), Value("vecstore "), Value(List{}), Value(List{"other"}),
                           Value(List{1, "vecstore"}), Value(List{List{"vecstore"}})})
    EXPECT_THAT(refusal(with("aud", bad)), HasSubstr("not for this server")) << bad.to_json();
  for (const char* bad : {"https://id/", "HTTPS://ID", "https://other"})
    EXPECT_THAT(refusal(with("iss", bad)), HasSubstr("another issuer's"));
}

// In a principal nothing stands for everything: what confines must not vanish by being wrong.
TEST(Claims, what_confines_is_right_or_the_token_is_refused) {
  for (const Value& bad : {Value(), Value(""), Value("Acme"), Value("a/b"), Value(List{"acme"})})
    EXPECT_NE(refusal(with("vecstore:namespace", bad)), "") << bad.to_json();
  for (const Value& bad : {Value(), Value(List{}), Value("docs"), Value(List{1}), Value(List{""}),
                           Value(List{"docs", Value()}), Value(List(1'001, "c"))})
    EXPECT_NE(refusal(with("vecstore:collections", bad)), "") << bad.to_json().substr(0, 40);
}

TEST(Claims, roles_and_subjects_are_checked) {
  for (const char* bad : {"Admin", "admin ", "a/b"})
    EXPECT_THAT(refusal(with("vecstore:role", bad)), HasSubstr("is no role"));
  for (const std::string& bad :
       {std::string(129, 'a'), std::string("a\nb"), std::string("a\0b", 3)})
    EXPECT_THAT(refusal(with("sub", bad)), HasSubstr("'sub'"));
}

TEST(Claims, a_role_that_is_only_named_allows_nothing_yet) {
  const Claims read = read_claims(with("vecstore:role", "root"), options(), kNow).value();
  EXPECT_EQ(role_name(read.principal.role), "root");
  EXPECT_TRUE(read.principal.role.allows_nothing());
}

TEST(Claims, options_that_leave_a_door_open_are_refused) {
  EXPECT_TRUE(check_jwt_options(options()).ok());
  const auto refused = [](auto change) {
    JwtOptions other = options();
    change(other);
    return check_jwt_options(other).code() == Code::kInvalidArgument;
  };
  EXPECT_TRUE(refused([](JwtOptions& o) { o.algorithms.clear(); }));
  EXPECT_TRUE(refused([](JwtOptions& o) { o.issuer.clear(); }));
  EXPECT_TRUE(refused([](JwtOptions& o) { o.audience.clear(); }));
  EXPECT_TRUE(refused([](JwtOptions& o) { o.leeway = std::chrono::seconds(301); }));
  EXPECT_TRUE(refused([](JwtOptions& o) { o.leeway = std::chrono::seconds(-1); }));
  EXPECT_TRUE(refused([](JwtOptions& o) { o.role_claim.clear(); }));
  EXPECT_TRUE(refused([](JwtOptions& o) { o.namespace_claim.clear(); }));
  EXPECT_TRUE(refused([](JwtOptions& o) { o.collections_claim.clear(); }));
}

}  // namespace
}  // namespace vecstore
