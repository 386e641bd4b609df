#include "rag/pipeline/callback_model.h"

#include "base/utf8.h"

namespace vecstore {
namespace {

ChatRole role_named(std::string_view name) {
  for (const ChatRole role : {ChatRole::kSystem, ChatRole::kAssistant}) {
    if (chat_role_name(role) == name) return role;
  }
  return ChatRole::kUser;
}

}  // namespace

Result<ChatAnswer> CallbackModel::chat(std::span<const ChatMessage> messages,
                                       const ChatOptions& options) const {
  VECSTORE_TRY(check_chat(messages, options));
  std::vector<RagMessage> given;
  for (const ChatMessage& message : messages)
    given.push_back({std::string(chat_role_name(message.role)), message.text});
  VECSTORE_ASSIGN(std::string text, writer_.write(given, options.on_text));
  if (!is_valid_utf8(text))
    return internal_error("writer '" + writer_.name + "' gave text that is not UTF-8");
  return ChatAnswer{.text = std::move(text)};
}

RagWriter writer_of(std::shared_ptr<const ChatModel> model, const ChatOptions& options) {
  RagWriter writer;
  writer.name = model->name();
  writer.write = [model = std::move(model), options](
                     std::span<const RagMessage> messages,
                     const std::function<void(std::string_view)>& on_text) -> Result<std::string> {
    std::vector<ChatMessage> given;
    for (const RagMessage& message : messages)
      given.push_back({role_named(message.role), message.text});
    ChatOptions now = options;
    now.on_text = on_text;
    VECSTORE_ASSIGN(ChatAnswer answer, model->chat(given, now));
    return std::move(answer.text);
  };
  return writer;
}

}  // namespace vecstore
