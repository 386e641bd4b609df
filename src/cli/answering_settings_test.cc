#include "cli/answering_settings.h"

#include <gmock/gmock.h>

#include <map>

#include "cli/settings.h"
#include "rag/answer/remote_chat.h"

namespace vecstore {
namespace {

using ::testing::HasSubstr;

using Variables = std::map<std::string, std::string>;

struct Given {
  Variables variables;
  EnvironmentReader reader = [this](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
  explicit Given(Variables from) : variables(std::move(from)) {}

  Settings settings() const {
    SettingsSources sources;
    sources.collection = "default";
    sources.environment = reader;
    return Settings::load(sources).value();
  }
  Result<RemoteOptions> remote() const { return answering_options(settings(), reader); }
  Result<AnswerOptions> answer() const { return answer_options(settings()); }
};

TEST(AnsweringSettings, have_the_defaults_of_the_structs) {
  const Given given(
      Variables{{"VECSTORE_ANSWERING_PROVIDER", "ollama"}, {"VECSTORE_ANSWERING_MODEL", "m"}});
  EXPECT_EQ(given.remote()->request_timeout_ms, chat_defaults().request_timeout_ms);
  EXPECT_EQ(given.remote()->model, "m");
  const AnswerOptions options = given.answer().value();
  EXPECT_EQ(options.chat.max_tokens, ChatOptions().max_tokens);
  EXPECT_FALSE(options.chat.temperature);
  EXPECT_FALSE(options.chat.seed);
  EXPECT_EQ(options.max_context_tokens, AnswerOptions().max_context_tokens);
  EXPECT_EQ(options.instructions, kAnswerInstructions);
  EXPECT_EQ(options.prompt, AnswerOptions().prompt);
  EXPECT_EQ(history_options(given.settings())->max_tokens, HistoryOptions().max_tokens);
  EXPECT_EQ(history_options(given.settings())->recalled, HistoryOptions().recalled);
}

TEST(AnsweringSettings, of_the_cache_reach_the_struct) {
  const Settings usual = Given(Variables{}).settings();
  EXPECT_FALSE(*usual.value("answering.cache").as_bool());
  EXPECT_EQ(answer_cache_options(usual)->threshold, AnswerCacheOptions().threshold);
  EXPECT_EQ(answer_cache_options(usual)->ttl, AnswerCacheOptions().ttl);
  EXPECT_EQ(answer_cache_options(usual)->capacity, AnswerCacheOptions().capacity);
  const auto with = [](const char* variable, const char* value) {
    return answer_cache_options(Given(Variables{{variable, value}}).settings());
  };
  EXPECT_EQ(with("VECSTORE_ANSWERING_CACHE_THRESHOLD", "0.5")->threshold, 0.5);
  EXPECT_EQ(with("VECSTORE_ANSWERING_CACHE_TTL_S", "60")->ttl, std::chrono::seconds(60));
  EXPECT_EQ(with("VECSTORE_ANSWERING_CACHE_CAPACITY", "3")->capacity, 3u);
  EXPECT_EQ(with("VECSTORE_ANSWERING_CACHE_THRESHOLD", "1.5").status().code(),
            Code::kInvalidArgument);
  EXPECT_EQ(with("VECSTORE_ANSWERING_CACHE_TTL_S", "0").status().code(), Code::kInvalidArgument);
  EXPECT_EQ(with("VECSTORE_ANSWERING_CACHE_CAPACITY", "-1").status().code(),
            Code::kInvalidArgument);
}

TEST(AnsweringSettings, of_conversations_reach_the_struct) {
  const Given given(Variables{{"VECSTORE_ANSWERING_MAX_HISTORY_TOKENS", "9"},
                              {"VECSTORE_ANSWERING_RECALLED_TURNS", "0"}});
  EXPECT_EQ(history_options(given.settings())->max_tokens, 9u);
  EXPECT_EQ(history_options(given.settings())->recalled, 0u);
  const Given wrong(Variables{{"VECSTORE_ANSWERING_RECALLED_TURNS", "-1"}});
  EXPECT_EQ(history_options(wrong.settings()).status().code(), Code::kInvalidArgument);
}

TEST(AnsweringSettings, reach_the_structs) {
  const Given given(Variables{{"VECSTORE_ANSWERING_PROVIDER", "compatible"},
                              {"VECSTORE_ANSWERING_MODEL", "m"},
                              {"VECSTORE_ANSWERING_ADDRESS", "https://x/v1"},
                              {"VECSTORE_ANSWERING_RETRIES", "2"},
                              {"VECSTORE_ANSWERING_HEADERS", "X-One: 1"},
                              {"VECSTORE_ANSWERING_MAX_TOKENS", "7"},
                              {"VECSTORE_ANSWERING_MAX_CONTEXT_TOKENS", "8"},
                              {"VECSTORE_ANSWERING_TEMPERATURE", "0.0"},
                              {"VECSTORE_ANSWERING_SEED", "5"},
                              {"VECSTORE_ANSWERING_INSTRUCTIONS", "Rhyme."},
                              {"VECSTORE_ANSWERING_PROMPT", "{passages}{question}"}});
  EXPECT_EQ(given.remote()->address, "https://x/v1");
  EXPECT_EQ(given.remote()->retries, 2);
  EXPECT_EQ(given.remote()->headers.size(), 1u);
  const AnswerOptions options = given.answer().value();
  EXPECT_EQ(options.chat.max_tokens, 7u);
  EXPECT_EQ(options.max_context_tokens, 8u);
  EXPECT_EQ(options.chat.temperature, 0);
  EXPECT_EQ(options.chat.seed, 5);
  EXPECT_EQ(options.instructions, "Rhyme.");
  EXPECT_EQ(options.prompt, "{passages}{question}");
}

TEST(AnsweringSettings, the_key_is_the_providers_own_unless_it_is_set) {
  Given given(
      Variables{{"VECSTORE_ANSWERING_PROVIDER", "openai"}, {"VECSTORE_ANSWERING_MODEL", "m"}});
  EXPECT_THAT(given.remote().status().message(),
              HasSubstr("openai needs a key: set OPENAI_API_KEY or answering.key"));
  given.variables["OPENAI_API_KEY"] = "theirs";
  EXPECT_EQ(given.remote()->key.reveal(), "theirs");
  given.variables["VECSTORE_ANSWERING_KEY"] = "ours";
  EXPECT_EQ(given.remote()->key.reveal(), "ours");
}

TEST(AnsweringSettings, what_is_missing_or_wrong_is_named) {
  EXPECT_THAT(
      Given(Variables{{"VECSTORE_ANSWERING_PROVIDER", "openai"}}).remote().status().message(),
      HasSubstr("answering.model is not set"));
  EXPECT_THAT(
      Given(Variables{{"VECSTORE_ANSWERING_PROVIDER", "nobody"}}).remote().status().message(),
      HasSubstr("there is no provider 'nobody'"));
  EXPECT_THAT(Given(Variables{{"VECSTORE_ANSWERING_MAX_TOKENS", "0"}}).answer().status().message(),
              HasSubstr("must be from 1 to 1000000, it is 0"));
}

}  // namespace
}  // namespace vecstore
