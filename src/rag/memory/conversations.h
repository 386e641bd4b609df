// Conversations that last: who said what, in a collection of the database, each turn one record.
//
// A turn is what was said at one time, most often a question and its answer. Its record has the id
// `NAME#0000000012` (its number, from 0), the messages one behind the other as its text, its vector
// and the metadata
//   conversation  NAME
//   turn          its number
//   roles, ends   of each message who said it, and where it ends in the text, in bytes
//   about         what the caller keeps with it
// and a conversation has a record `NAME#` without text or vector, with the metadata
//   conversation  NAME
//   turns         how many there are
//   title         the beginning of what the user said first
//   system        list of what the system said: in no turn's record
//   summary       of the turns before `summarized`, by whoever made it
//   summarized    how many turns it is of; all of them are still there
// Both are written in one atomic batch under the condition that nobody wrote meanwhile, so that
// threads, and processes one after the other, append without losing or mixing a turn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rag/answer/chat_model.h"
#include "vecstore/database.h"
#include "vecstore/embedder.h"

namespace vecstore {

inline constexpr std::string_view kConversations = "conversations";

struct ConversationTurn {
  std::uint64_t number = 0;
  std::vector<ChatMessage> messages = {};
  Object about = {};
  TimeMs said_at = 0;
};

struct ConversationInfo {
  std::string name = {};
  std::string title = {};
  std::uint64_t turns = 0;
  std::vector<std::string> system = {};
  std::string summary = {};
  std::uint64_t summarized = 0;
  TimeMs began_at = 0;
  TimeMs changed_at = 0;
};

struct ConversationOptions {
  std::string collection = std::string(kConversations);
  bool create = true;  // the collection, when there is none; else kNotFound
};

// Safe from many threads.
class Conversations {
 public:
  // With an embedder turns are recalled by what they mean, as long as it is the one that the
  // collection was made for; without, and with another, by their words. It may be null.
  // kFailedPrecondition when the collection is there and keeps something else.
  static Result<Conversations> open(Database& database, std::shared_ptr<const Embedder> embedder,
                                    const ConversationOptions& options = {});

  bool recalls_by_meaning() const { return embedder_ != nullptr; }

  // Behind the last turn; the conversation begins with its first. Messages of the system are kept
  // with the conversation, the others as a turn; the turn's number. kInvalidArgument for a name
  // that is no name of a collection, no message, and text that is not UTF-8.
  Result<std::uint64_t> append(std::string_view name, std::span<const ChatMessage> messages,
                               const Object& about = {});

  // kNotFound when there is none of that name.
  Result<ConversationInfo> info(std::string_view name) const;
  // By name.
  Result<std::vector<ConversationInfo>> list() const;
  // Those from `begin` to before `end`, as far as they are there.
  Result<std::vector<ConversationTurn>> turns(std::string_view name, std::uint64_t begin,
                                              std::uint64_t end) const;
  // At most `count` of the turns before `before` that are nearest to the text, nearest first.
  Result<std::vector<ConversationTurn>> recall(std::string_view name, const std::string& text,
                                               std::size_t count, std::uint64_t before) const;

  // Of the first `turns` turns. Nothing happens when a summary of as many or more is there already.
  Status keep_summary(std::string_view name, std::string_view summary, std::uint64_t turns);

  // The turns that went, all at once; kNotFound when there was no such conversation.
  Result<std::uint64_t> remove(std::string_view name);

 private:
  struct Head;

  Conversations(Collection records, std::shared_ptr<const Embedder> embedder)
      : records_(std::move(records)), embedder_(std::move(embedder)) {}

  Result<Head> head(std::string_view name) const;
  Result<Vector> vector_of(const std::string& text, bool question) const;

  Collection records_;
  std::shared_ptr<const Embedder> embedder_;
};

// Valid UTF-8, 1 to kMaxNameBytes bytes, no control characters.
Status check_conversation_name(std::string_view name);

}  // namespace vecstore
