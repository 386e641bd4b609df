// The settings under [answering]: who writes the answers of `ask`, and how.
#pragma once

#include <functional>
#include <string>

#include "cli/remote_settings.h"
#include "rag/answer/answer_question.h"
#include "rag/cache/answer_cache.h"
#include "rag/memory/history.h"

namespace vecstore {

// Names without "answering.", with their defaults.
void for_each_answering_setting(const std::function<void(std::string name, Value otherwise)>& take);

// Of answering.provider. The key is the setting, else that of the variable which the provider's
// users know.
Result<RemoteOptions> answering_options(const Settings& settings,
                                        const EnvironmentReader& environment);

Result<AnswerOptions> answer_options(const Settings& settings);

// Of max_history_tokens and recalled_turns.
Result<HistoryOptions> history_options(const Settings& settings);

// Of cache_threshold, cache_ttl_s and cache_capacity.
Result<AnswerCacheOptions> answer_cache_options(const Settings& settings);

}  // namespace vecstore
