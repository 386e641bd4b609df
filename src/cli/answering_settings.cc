#include "cli/answering_settings.h"

#include "cli/session.h"
#include "rag/answer/remote_chat.h"

namespace vecstore {
namespace {

constexpr double kModelsOwn = -1;  // of temperature and seed: nothing is said of it
constexpr std::size_t kMostTokens = 1'000'000;
constexpr std::size_t kMostRecalled = 100;
constexpr std::size_t kMostSeconds = 1'000'000'000;  // 30 years
constexpr std::size_t kMostAnswers = 1'000'000'000;

Result<std::size_t> tokens_setting(const Settings& settings, const char* key) {
  return count_argument(key, settings.integer(key), 0, kMostTokens);
}

}  // namespace

void for_each_answering_setting(const std::function<void(std::string, Value)>& take) {
  const AnswerOptions otherwise;
  take("model", "");
  take("max_tokens", static_cast<std::int64_t>(otherwise.chat.max_tokens));
  take("max_context_tokens", static_cast<std::int64_t>(otherwise.max_context_tokens));
  take("temperature", kModelsOwn);
  take("seed", static_cast<std::int64_t>(kModelsOwn));
  take("instructions", otherwise.instructions);
  take("prompt", otherwise.prompt);
  take("max_history_tokens", static_cast<std::int64_t>(HistoryOptions().max_tokens));
  take("recalled_turns", static_cast<std::int64_t>(HistoryOptions().recalled));
  take("summarize", false);
  take("cache", false);
  take("cache_threshold", AnswerCacheOptions().threshold);
  take("cache_ttl_s", static_cast<std::int64_t>(AnswerCacheOptions().ttl.count()));
  take("cache_capacity", static_cast<std::int64_t>(AnswerCacheOptions().capacity));
  for_each_remote_row(RemoteUse::kAnswers, chat_defaults(), take);
}

Result<RemoteOptions> answering_options(const Settings& settings,
                                        const EnvironmentReader& environment) {
  RemoteOptions options = chat_defaults();
  VECSTORE_TRY(read_remote_rows(settings, "answering.", RemoteUse::kAnswers, options));
  VECSTORE_ASSIGN(const ChatProvider* const provider, chat_provider(options.provider));
  options.model = settings.text("answering.model");
  if (options.model.empty())
    return failed_precondition("answering.model is not set: which of " + options.provider +
                               "'s models answers");
  look_for_key(provider->key_variable, environment, options);
  if (options.key.empty() && provider->needs_key)
    return no_key(options.provider, provider->key_variable, "answering.key");
  return options;
}

Result<AnswerOptions> answer_options(const Settings& settings) {
  AnswerOptions options;
  VECSTORE_ASSIGN(options.chat.max_tokens, tokens_setting(settings, "answering.max_tokens"));
  VECSTORE_ASSIGN(options.max_context_tokens,
                  tokens_setting(settings, "answering.max_context_tokens"));
  const double temperature = *settings.value("answering.temperature").as_double();
  if (temperature != kModelsOwn) options.chat.temperature = temperature;
  const std::int64_t seed = settings.integer("answering.seed");
  if (seed != static_cast<std::int64_t>(kModelsOwn)) options.chat.seed = seed;
  options.instructions = settings.text("answering.instructions");
  options.prompt = settings.text("answering.prompt");
  return options;
}

Result<HistoryOptions> history_options(const Settings& settings) {
  HistoryOptions options;
  VECSTORE_ASSIGN(options.max_tokens, tokens_setting(settings, "answering.max_history_tokens"));
  VECSTORE_ASSIGN(options.recalled, count_argument("answering.recalled_turns",
                                                   settings.integer("answering.recalled_turns"), 0,
                                                   kMostRecalled, 0));
  return options;
}

Result<AnswerCacheOptions> answer_cache_options(const Settings& settings) {
  AnswerCacheOptions options;
  options.threshold = *settings.value("answering.cache_threshold").as_double();
  if (!(options.threshold >= 0 && options.threshold <= 1))
    return invalid_argument("answering.cache_threshold must be from 0 to 1, it is " +
                            Value(options.threshold).to_json());
  const auto count = [&](const char* key, std::size_t most) {
    return count_argument(key, settings.integer(key), 0, most);
  };
  VECSTORE_ASSIGN(const std::size_t seconds, count("answering.cache_ttl_s", kMostSeconds));
  options.ttl = std::chrono::seconds(seconds);
  VECSTORE_ASSIGN(options.capacity, count("answering.cache_capacity", kMostAnswers));
  return options;
}

}  // namespace vecstore
