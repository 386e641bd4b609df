// For tests: a model that says what a function makes of the last message, and keeps what it was
// asked.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "rag/answer/chat_model.h"

namespace vecstore {

class ScriptedModel : public ChatModel {
 public:
  using Say = std::function<Result<ChatAnswer>(const std::string& last)>;

  explicit ScriptedModel(Say say) : say_(std::move(say)) {}
  explicit ScriptedModel(std::string text)
      : say_([text = std::move(text)](const std::string&) { return ChatAnswer{.text = text}; }) {}

  const std::string& name() const override { return name_; }
  Result<ChatAnswer> chat(std::span<const ChatMessage> messages,
                          const ChatOptions& options) const override {
    VECSTORE_TRY(check_chat(messages, options));
    asked.emplace_back(messages.begin(), messages.end());
    return say_(messages.back().text);
  }

  mutable std::vector<std::vector<ChatMessage>> asked;

 private:
  std::string name_ = "scripted";
  Say say_;
};

}  // namespace vecstore
