// A model that writes, on a server that speaks like OpenAI's chat completions: OpenAI, Mistral, an
// Ollama on this computer, or any other by its address (llama.cpp, vLLM, LM Studio, …).
//
// Keys, addresses, retries and time limits are those of providers of embeddings
// (embed/remote/remote_options.h); a request is not sent again once a part of its answer was given
// to the caller. Safe from many threads.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "embed/remote/calls.h"
#include "rag/answer/chat_model.h"

namespace vecstore {

struct ChatProvider {
  std::string_view name;
  std::string_view address = {};  // empty: the user has to say
  std::string_view key_variable = {};
  bool needs_key = true;
};

std::span<const ChatProvider> chat_providers();
// An error that names those there are.
Result<const ChatProvider*> chat_provider(std::string_view name);

// As RemoteOptions has them, but five minutes for an answer: models write slowly.
RemoteOptions chat_defaults();

class RemoteChat final : public ChatModel {
 public:
  // kUnimplemented in a build without HTTP. Sends nothing.
  static Result<std::shared_ptr<const RemoteChat>> make(RemoteOptions options);

  const std::string& name() const override { return name_; }

  // Beside check_chat(): kUnavailable, kUnauthenticated, kResourceExhausted, kDeadlineExceeded and
  // so on, as the server has it, with what it said.
  Result<ChatAnswer> chat(std::span<const ChatMessage> messages,
                          const ChatOptions& options) const override;

  RemoteUsage usage() const { return calls_->usage(); }

 private:
  RemoteChat(RemoteOptions options, const ChatProvider& provider, std::unique_ptr<Calls> calls);

  RemoteOptions options_;
  const ChatProvider& provider_;
  std::string name_;
  std::unique_ptr<Calls> calls_;
};

}  // namespace vecstore
