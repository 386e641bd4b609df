// What a model is shown of a conversation: as much of it as a number of tokens allows.
//
// What the system said is always there, and so is the summary of what came before. Of the turns the
// newest are there, whole and without a gap between them; the oldest leave first. Of the newest one
// at least the beginnings are there. Turns that left may come back when they are near to what is
// asked now. Tokens are estimated (embed/remote/tokens.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rag/memory/conversations.h"

namespace vecstore {

struct HistoryOptions {
  std::size_t max_tokens = 1000;
  std::size_t recalled = 2;  // turns that may come back, within a quarter of the tokens
};

struct History {
  std::vector<std::string> system = {};
  std::string summary = {};  // of the turns before the first recent one, as far as there is one
  std::vector<ConversationTurn> recalled = {};  // older ones, in their order
  std::vector<ConversationTurn> recent = {};
  std::uint64_t turns = 0;      // of the conversation
  std::uint64_t forgotten = 0;  // turns that neither recent ones nor the summary cover
  bool cut = false;             // the newest turn is not there whole

  bool empty() const { return turns == 0 && system.empty(); }
  // What the system said, the summary (said by the user: it was made of documents, and is to give
  // no orders), then the turns without the numbers of passages in them, which were others.
  std::vector<ChatMessage> messages() const;
};

// Without `recalled`. A conversation that is not there yet has an empty history. Cost: one look for
// every few turns that are shown.
Result<History> read_history(const Conversations& conversations, std::string_view name,
                             const HistoryOptions& options);

// Adds to `recalled` what is near to the question and not there.
Status recall_into(History& history, const Conversations& conversations, std::string_view name,
                   const std::string& question, const HistoryOptions& options);

}  // namespace vecstore
