#include "cli/embedding_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "cli/settings.h"

namespace vecstore {
namespace {

using ::testing::HasSubstr;
using Environment = std::map<std::string, std::string>;

std::function<const char*(const char*)> reader(const Environment& environment) {
  return [&environment](const char* name) -> const char* {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  };
}

Result<RemoteOptions> options_with(const Environment& environment) {
  SettingsSources sources;
  sources.collection = "default";
  sources.environment = reader(environment);
  VECSTORE_ASSIGN(const Settings settings, Settings::load(sources));
  return remote_options(settings, sources.environment);
}

TEST(EmbeddingSettings, have_the_defaults_of_the_struct) {
  const RemoteOptions options = options_with({{"VECSTORE_EMBEDDING_PROVIDER", "ollama"}}).value();
  EXPECT_EQ(options.provider, "ollama");
  EXPECT_EQ(options.model, "");
  EXPECT_EQ(options.retries, RemoteOptions().retries);
  EXPECT_EQ(options.max_response_bytes, RemoteOptions().max_response_bytes);
  EXPECT_FALSE(options.usd_per_million_tokens);
  EXPECT_TRUE(options.key.empty());
}

TEST(EmbeddingSettings, reach_the_struct) {
  const RemoteOptions options =
      options_with({{"VECSTORE_EMBEDDING_PROVIDER", "azure"},
                    {"VECSTORE_EMBEDDING_KEY", "k"},
                    {"VECSTORE_EMBEDDING_MODEL", "m"},
                    {"VECSTORE_EMBEDDING_TRUNCATE", "true"},
                    {"VECSTORE_EMBEDDING_MAX_BATCH", "7"},
                    {"VECSTORE_EMBEDDING_TOKENS_PER_MINUTE", "90.5"},
                    {"VECSTORE_EMBEDDING_RETRIES", "2"},
                    {"VECSTORE_EMBEDDING_ENCODING", "base64"},
                    {"VECSTORE_EMBEDDING_USD_PER_MILLION_TOKENS", "0.5"},
                    {"VECSTORE_EMBEDDING_HEADERS", "X-One: 1,X-Two:two"}})
          .value();
  EXPECT_EQ(options.model, "m");
  EXPECT_TRUE(options.truncate);
  EXPECT_EQ(options.max_batch, 7u);
  EXPECT_EQ(options.tokens_per_minute, 90.5);
  EXPECT_EQ(options.retries, 2);
  EXPECT_EQ(options.encoding, RemoteEncoding::kBase64);
  EXPECT_EQ(options.usd_per_million_tokens, 0.5);
  ASSERT_EQ(options.headers.size(), 2u);
  EXPECT_EQ(options.headers[1].first, "X-Two");
  EXPECT_EQ(options.headers[1].second.reveal(), "two");
}

TEST(EmbeddingSettings, the_key_is_the_setting_or_the_providers_variable) {
  Environment environment{{"VECSTORE_EMBEDDING_PROVIDER", "cohere"}, {"OPENAI_API_KEY", "other"},
                          {"COHERE_API_KEY", "theirs"}};
  EXPECT_EQ(options_with(environment)->key.reveal(), "theirs");
  environment["VECSTORE_EMBEDDING_KEY"] = "mine";
  EXPECT_EQ(options_with(environment)->key.reveal(), "mine");
}

TEST(EmbeddingSettings, wrong_ones_are_named_and_secrets_are_not) {
  const auto error = [](const char* name, const char* value) {
    Environment environment{{"VECSTORE_EMBEDDING_PROVIDER", "ollama"}};
    environment[name] = value;
    return options_with(environment).status().message();
  };
  EXPECT_THAT(error("VECSTORE_EMBEDDING_MAX_BATCH", "-1"),
              HasSubstr("'embedding.max_batch' is -1, which is too small"));
  EXPECT_THAT(error("VECSTORE_EMBEDDING_RETRIES", "5000000000"), HasSubstr("too large"));
  EXPECT_THAT(error("VECSTORE_EMBEDDING_ENCODING", "hex"), HasSubstr("it is 'hex'"));
  EXPECT_THAT(error("VECSTORE_EMBEDDING_PROVIDER", "nobody"), HasSubstr("nobody"));
  EXPECT_THAT(error("VECSTORE_EMBEDDING_PROVIDER", "openai"),
              HasSubstr("openai needs a key: set OPENAI_API_KEY or embedding.key"));
  const std::string headers = error("VECSTORE_EMBEDDING_HEADERS", "unmistakable");
  EXPECT_THAT(headers, HasSubstr("\"Name: value\""));
  EXPECT_EQ(headers.find("unmistakable"), headers.npos);
}

TEST(EmbeddingSettings, secrets_are_shown_as_stars) {
  EXPECT_EQ(shown_value("embedding.key", "k"), Value("***"));
  EXPECT_EQ(shown_value("embedding.key", ""), Value(""));
  EXPECT_EQ(shown_value("embedding.headers", List{"a: b"}), Value("***"));
  EXPECT_EQ(shown_value("embedding.model", "k"), Value("k"));
}

}  // namespace
}  // namespace vecstore
