// The door to models that write: messages in, text out.
//
// To add one: derive from ChatModel. remote_chat.h asks a server.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/cancel.h"
#include "vecstore/status.h"

namespace vecstore {

enum class ChatRole : unsigned char { kSystem, kUser, kAssistant };

// "system", "user", "assistant".
std::string_view chat_role_name(ChatRole role);

struct ChatMessage {
  ChatRole role = ChatRole::kUser;
  std::string text = {};  // valid UTF-8
};

struct ChatOptions {
  std::optional<double> temperature = {};  // 0 (the likeliest words) to 2; unset: the model's own
  std::size_t max_tokens = 1024;           // of the answer, at least 1
  std::optional<std::int64_t> seed = {};   // for models that take one
  CancelToken cancel = {};

  // Called with each piece of the answer as it comes, on the thread of chat().
  std::function<void(std::string_view)> on_text = {};
};

struct ChatAnswer {
  std::string text = {};            // valid UTF-8
  bool cut = false;                 // max_tokens ended it
  std::uint64_t prompt_tokens = 0;  // as the model counted; 0 from one that does not
  std::uint64_t answer_tokens = 0;
};

// Safe from many threads.
class ChatModel {
 public:
  virtual ~ChatModel() = default;

  // "provider/model".
  virtual const std::string& name() const = 0;

  virtual Result<ChatAnswer> chat(std::span<const ChatMessage> messages,
                                  const ChatOptions& options) const = 0;
};

// kInvalidArgument for what no model can be asked: no message, text that is not UTF-8, numbers out
// of range.
Status check_chat(std::span<const ChatMessage> messages, const ChatOptions& options);

// Neighbours with one role as one message, an empty line between what they said: many servers
// refuse two messages of one role in a row.
std::vector<ChatMessage> merged_messages(std::span<const ChatMessage> messages);

}  // namespace vecstore
