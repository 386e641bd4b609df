#include "cli/embedding_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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
  const RemoteOptions options = options_with({{"VECSTORE_EMBEDDING_PROVIDER", "azure"},
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
  Environment environment{{"VECSTORE_EMBEDDING_PROVIDER", "cohere"},
                          {"OPENAI_API_KEY", "other"},
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

Result<RemoteOptions> reranking_with(const Environment& environment) {
  SettingsSources sources;
  sources.environment = reader(environment);
  VECSTORE_ASSIGN(const Settings settings, Settings::load(sources));
  return reranking_options(settings, sources.environment);
}

TEST(RerankingSettings, reach_the_struct_and_have_its_defaults) {
  Environment environment{{"VECSTORE_RERANKING_PROVIDER", "voyage"},
                          {"VECSTORE_RERANKING_MODEL", "m"},
                          {"VOYAGE_API_KEY", "theirs"}};
  const RemoteOptions plain = reranking_with(environment).value();
  EXPECT_EQ(plain.key.reveal(), "theirs");
  EXPECT_EQ(plain.model, "m");
  EXPECT_EQ(plain.retries, RemoteOptions().retries);
  environment.insert({{"VECSTORE_RERANKING_KEY", "mine"},
                      {"VECSTORE_RERANKING_TRUNCATE", "true"},
                      {"VECSTORE_RERANKING_CONCURRENCY", "2"},
                      {"VECSTORE_RERANKING_HEADERS", "X-One: 1"}});
  const RemoteOptions options = reranking_with(environment).value();
  EXPECT_EQ(options.key.reveal(), "mine");
  EXPECT_TRUE(options.truncate);
  EXPECT_EQ(options.concurrency, 2);
  EXPECT_EQ(options.headers.at(0).second.reveal(), "1");
}

TEST(RerankingSettings, what_is_missing_is_named) {
  const auto error = [](const Environment& environment) {
    return reranking_with(environment).status().message();
  };
  EXPECT_THAT(error({}), HasSubstr("reranking.provider is not set: cohere, voyage or jina"));
  EXPECT_THAT(error({{"VECSTORE_RERANKING_PROVIDER", "cohere"}}),
              HasSubstr("reranking.model is not set"));
  Environment environment{{"VECSTORE_RERANKING_PROVIDER", "cohere"},
                          {"VECSTORE_RERANKING_MODEL", "m"}};
  EXPECT_THAT(error(environment), HasSubstr("set COHERE_API_KEY or reranking.key"));
  environment["VECSTORE_RERANKING_HEADERS"] = "unmistakable";
  EXPECT_THAT(error(environment), HasSubstr("'reranking.headers' must be \"Name: value\""));
}

// A setting that nothing reads would be one too many.
TEST(RerankingSettings, are_those_that_a_reranker_reads) {
  std::vector<std::string> names;
  for_each_reranking_setting([&](std::string name, const Value&) { names.push_back(name); });
  for (const char* one : {"dimensions", "query_task", "encoding", "usd_per_million_tokens"})
    EXPECT_EQ(std::ranges::count(names, one), 0) << one;
  for (const char* one : {"candidates", "key", "max_batch", "proxy"})
    EXPECT_EQ(std::ranges::count(names, one), 1) << one;
}

TEST(EmbeddingSettings, secrets_are_shown_as_stars) {
  EXPECT_EQ(shown_value("embedding.key", "k"), Value("***"));
  EXPECT_EQ(shown_value("embedding.key", ""), Value(""));
  EXPECT_EQ(shown_value("embedding.headers", List{"a: b"}), Value("***"));
  EXPECT_EQ(shown_value("reranking.key", "k"), Value("***"));
  EXPECT_EQ(shown_value("reranking.headers", List{"a: b"}), Value("***"));
  EXPECT_EQ(shown_value("ingest.password", "k"), Value("***"));
  EXPECT_EQ(shown_value("embedding.model", "k"), Value("k"));
}

}  // namespace
}  // namespace vecstore
