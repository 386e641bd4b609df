#include "cli/jwt_settings.h"

#include <gmock/gmock.h>

#include <map>

#include "base/test_folder.h"

namespace vecstore {
namespace {

using testing::HasSubstr;

Settings jwt_of(const std::map<std::string, std::string>& variables) {
  SettingsSources sources;
  sources.environment = [&](const char* name) -> const char* {
    const std::string_view key(name);
    if (!key.starts_with("VECSTORE_SERVER_JWT_")) return nullptr;
    const auto found = variables.find(std::string(key.substr(20)));
    return found == variables.end() ? nullptr : found->second.c_str();
  };
  return Settings::load(sources).value();
}

const std::map<std::string, std::string> kWhole = {
    {"KEYS", "k.json"},       {"ALGORITHMS", "ES256,EdDSA"},
    {"ISSUER", "id"},         {"AUDIENCE", "us"},
    {"LEEWAY_S", "7"},        {"ROLE_CLAIM", "r"},
    {"NAMESPACE_CLAIM", "n"}, {"COLLECTIONS_CLAIM", "c"}};

TEST(JwtSettings, each_reaches_its_option) {
  const JwtOptions is = jwt_settings(jwt_of(kWhole)).value();
  EXPECT_EQ(is.keys, "k.json");
  EXPECT_EQ(is.algorithms, (std::vector{JwtAlgorithm::kEs256, JwtAlgorithm::kEdDsa}));
  EXPECT_EQ(is.issuer, "id");
  EXPECT_EQ(is.audience, "us");
  EXPECT_EQ(is.leeway.count(), 7);
  EXPECT_EQ(is.role_claim, "r");
  EXPECT_EQ(is.namespace_claim, "n");
  EXPECT_EQ(is.collections_claim, "c");
  const JwtOptions bare = jwt_settings(jwt_of({})).value(), otherwise;
  EXPECT_EQ(bare.leeway, otherwise.leeway);
  EXPECT_EQ(bare.role_claim, otherwise.role_claim);
}

TEST(JwtSettings, without_keys_there_are_no_tokens) {
  EXPECT_EQ(open_tokens(jwt_of({{"ISSUER", "id"}})).value(), nullptr);
  auto absent = kWhole;
  absent["KEYS"] = "/nowhere/jwks";
  EXPECT_EQ(open_tokens(jwt_of(absent)).status().code(), Code::kNotFound);
}

TEST(JwtSettings, what_leaves_a_door_open_is_refused_by_name) {
  const auto refusal = [](const std::string& name, const std::string& value) {
    auto changed = kWhole;
    changed[name] = value;
    return jwt_settings(jwt_of(changed)).status().message();
  };
  EXPECT_THAT(refusal("ALGORITHMS", "none"), HasSubstr("server.jwt.algorithms: unknown algorithm"));
  EXPECT_THAT(refusal("ALGORITHMS", ""), HasSubstr("[server.jwt]: algorithms must name one"));
  EXPECT_THAT(refusal("ISSUER", ""), HasSubstr("[server.jwt]: issuer must be set"));
  EXPECT_THAT(refusal("AUDIENCE", ""), HasSubstr("[server.jwt]: audience must be set"));
  EXPECT_THAT(refusal("LEEWAY_S", "301"), HasSubstr("[server.jwt]: leeway is 301 s"));
}

TEST(JwtSettings, are_a_table_of_their_own_in_a_file) {
  const TestFolder folder;
  SettingsSources sources;
  sources.environment = [](const char*) -> const char* { return nullptr; };
  sources.config_file = folder.write(
      "c.toml",
      "[server.jwt]\nkeys = 'jwks'\nalgorithms = ['RS256']\nissuer = 'i'\naudience = 'a'\n");
  const JwtOptions is = jwt_settings(Settings::load(sources).value()).value();
  EXPECT_EQ(is.keys, (folder / "jwks").string());
  EXPECT_EQ(is.algorithms, std::vector{JwtAlgorithm::kRs256});
  folder.write("c.toml", "[server.jwt]\nissuers = 'i'\n");
  EXPECT_THAT(Settings::load(sources).status().message(),
              HasSubstr("unknown key 'server.jwt.issuers', did you mean 'server.jwt.issuer'?"));
  folder.write("c.toml", "[server.jtw]\nissuer = 'i'\n");
  EXPECT_FALSE(Settings::load(sources).ok());
}

}  // namespace
}  // namespace vecstore
