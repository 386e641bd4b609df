#include "rag/answer/chat_model.h"

#include "base/utf8.h"

namespace vecstore {

std::string_view chat_role_name(ChatRole role) {
  return role == ChatRole::kSystem ? "system" : role == ChatRole::kUser ? "user" : "assistant";
}

Status check_chat(std::span<const ChatMessage> messages, const ChatOptions& options) {
  if (messages.empty()) return invalid_argument("there is no message");
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::size_t bad = invalid_utf8_at(messages[i].text);
    if (bad != std::string::npos)
      return invalid_argument("message " + std::to_string(i) + " is not valid utf-8 at byte " +
                              std::to_string(bad));
  }
  const double temperature = options.temperature.value_or(0);
  if (!(temperature >= 0 && temperature <= 2))
    return invalid_argument("temperature must be 0 to 2");
  if (options.max_tokens < 1 || options.max_tokens > 1'000'000)
    return invalid_argument("max_tokens must be 1 to 1000000, it is " +
                            std::to_string(options.max_tokens));
  return {};
}

std::vector<ChatMessage> merged_messages(std::span<const ChatMessage> messages) {
  std::vector<ChatMessage> out;
  for (const ChatMessage& message : messages) {
    if (!out.empty() && out.back().role == message.role) {
      out.back().text += "\n\n" + message.text;
    } else {
      out.push_back(message);
    }
  }
  return out;
}

}  // namespace vecstore
