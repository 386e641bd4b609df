// What a model makes of a conversation: a question that stands alone, and a summary.
//
// "And in winter?" finds no passage. Rewritten with what was said before, it does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rag/answer/chat_model.h"
#include "rag/memory/history.h"

namespace vecstore {

// A question longer than this, in bytes, is not the model's doing what it was told.
inline constexpr std::size_t kMostRewritten = 2000;

// What to search for in place of the question. The question itself where nothing was said before,
// and where the model's answer is blank, cut or too long. One call; errors are the model's. Of
// `chat` temperature, seed and token are taken.
Result<std::string> standalone_question(const ChatModel& model, const History& history,
                                        std::string_view question, const ChatOptions& chat);

// Of the summary so far and the turns behind it. kUnavailable when the model has nothing to say.
Result<std::string> sum_up(const ChatModel& model, std::string_view summary,
                           std::span<const ConversationTurn> turns, const ChatOptions& chat);

struct ConversationSummary {
  std::string text = {};
  std::uint64_t turns = 0;  // the first ones, of which it is
};

// A new summary when there are turns that options.max_tokens leaves no room for: of all but those
// that half of the tokens hold, so that it is not asked for at every turn. Conversations::
// keep_summary keeps it.
Result<std::optional<ConversationSummary>> sum_up_forgotten(const ChatModel& model,
                                                            const Conversations& conversations,
                                                            std::string_view name,
                                                            const HistoryOptions& options,
                                                            const ChatOptions& chat);

}  // namespace vecstore
