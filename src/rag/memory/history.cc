#include "rag/memory/history.h"

#include <algorithm>

#include "embed/remote/tokens.h"
#include "rag/answer/citations.h"

namespace vecstore {
namespace {

constexpr std::uint64_t kReadAtOnce = 16;
constexpr std::size_t kRecalledShare = 4;  // of the tokens: one in so many

std::size_t tokens_of(const ConversationTurn& turn) {
  std::size_t tokens = 0;
  for (const ChatMessage& message : turn.messages) tokens += likely_tokens(message.text);
  return tokens;
}

// The longest beginning of at most so many tokens that cuts no character.
std::string beginning_of(std::string_view text, std::size_t tokens) {
  std::size_t fits = 0, beyond = text.size() + 1;
  while (beyond - fits > 1) {
    const std::size_t middle = fits + (beyond - fits) / 2;
    (likely_tokens(text.substr(0, middle)) <= tokens ? fits : beyond) = middle;
  }
  const auto inside = [&](std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  while (fits > 0 && inside(fits)) --fits;
  return std::string(text.substr(0, fits));
}

// Each message gets an equal share; what one does not need, the next may have.
ConversationTurn cut_turn(ConversationTurn turn, std::size_t tokens) {
  std::size_t left = turn.messages.size();
  for (ChatMessage& message : turn.messages) {
    message.text = beginning_of(message.text, tokens / left--);
    tokens -= std::min(tokens, likely_tokens(message.text));
  }
  std::erase_if(turn.messages, [](const ChatMessage& message) { return is_blank(message.text); });
  return turn;
}

std::size_t fixed_tokens(const History& history) {
  std::size_t tokens = history.summary.empty() ? 0 : likely_tokens(history.summary);
  for (const std::string& text : history.system) tokens += likely_tokens(text);
  return tokens;
}

// Where the turns begin that are shown.
std::uint64_t first_recent(const History& history) {
  return history.recent.empty() ? history.turns : history.recent.front().number;
}

void add_messages(const std::vector<ConversationTurn>& turns, std::vector<ChatMessage>& to) {
  for (const ConversationTurn& turn : turns) {
    for (const ChatMessage& message : turn.messages) {
      const bool said = message.role == ChatRole::kAssistant;
      to.push_back({message.role, said ? without_markers(message.text) : message.text});
    }
  }
}

}  // namespace

std::vector<ChatMessage> History::messages() const {
  std::vector<ChatMessage> out;
  for (const std::string& text : system) out.push_back({ChatRole::kSystem, text});
  if (!summary.empty())
    out.push_back({ChatRole::kUser, "What was said before, in short: " + summary});
  add_messages(recalled, out);
  add_messages(recent, out);
  return merged_messages(out);
}

Result<History> read_history(const Conversations& conversations, std::string_view name,
                             const HistoryOptions& options) {
  History history;
  const Result<ConversationInfo> info = conversations.info(name);
  if (!info.ok() && info.status().code() == Code::kNotFound) return history;
  VECSTORE_TRY(info.status());
  history.system = info->system;
  history.summary = info->summary;
  history.turns = info->turns;
  std::size_t left = options.max_tokens - std::min(options.max_tokens, fixed_tokens(history));
  bool full = false;
  for (std::uint64_t end = info->turns; end > info->summarized && !full;) {
    const std::uint64_t begin =
        std::max(info->summarized, end - std::min<std::uint64_t>(end, kReadAtOnce));
    VECSTORE_ASSIGN(std::vector<ConversationTurn> turns, conversations.turns(name, begin, end));
    for (auto turn = turns.rbegin(); turn != turns.rend() && !full; ++turn) {
      const std::size_t tokens = tokens_of(*turn);
      full = tokens > left;
      if (full && !history.recent.empty()) break;
      history.cut = full;
      history.recent.insert(history.recent.begin(), full ? cut_turn(*turn, left) : *turn);
      left -= std::min(left, tokens);
    }
    end = begin;
  }
  history.forgotten = first_recent(history) - std::min(first_recent(history), info->summarized);
  return history;
}

Status recall_into(History& history, const Conversations& conversations, std::string_view name,
                   const std::string& question, const HistoryOptions& options) {
  VECSTORE_ASSIGN(std::vector<ConversationTurn> near,
                  conversations.recall(name, question, options.recalled, first_recent(history)));
  std::size_t left = options.max_tokens / kRecalledShare;
  for (ConversationTurn& turn : near) {
    const std::size_t tokens = tokens_of(turn);
    if (tokens > left) continue;
    left -= tokens;
    history.recalled.push_back(std::move(turn));
  }
  std::ranges::sort(history.recalled, {}, &ConversationTurn::number);
  return {};
}

}  // namespace vecstore
