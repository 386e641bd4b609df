// A caller's own function as a ChatModel, and a ChatModel as such a function.
#pragma once

#include <memory>

#include "rag/answer/chat_model.h"
#include "vecstore/rag.h"

namespace vecstore {

// Options but on_text are the function's own affair.
class CallbackModel final : public ChatModel {
 public:
  explicit CallbackModel(RagWriter writer) : writer_(std::move(writer)) {}

  const std::string& name() const override { return writer_.name; }
  // kInternal when the function gives what is not UTF-8.
  Result<ChatAnswer> chat(std::span<const ChatMessage> messages,
                          const ChatOptions& options) const override;

 private:
  RagWriter writer_;
};

RagWriter writer_of(std::shared_ptr<const ChatModel> model, const ChatOptions& options);

}  // namespace vecstore
