#include "rag/answer/remote_chat.h"

#include "embed/remote/provider.h"
#include "embed/remote/tokens.h"
#include "rag/answer/chat_stream.h"

namespace vecstore {
namespace {

constexpr ChatProvider kProviders[] = {
    {"openai", "https://api.openai.com/v1", "OPENAI_API_KEY"},
    {"mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY"},
    {"ollama", "http://localhost:11434/v1", "OLLAMA_API_KEY", false},
    {"compatible", {}, "OPENAI_COMPATIBLE_API_KEY", false},
};

// OpenAI has renamed max_tokens and counts tokens when asked to; others may know neither.
Value body_of(const RemoteOptions& options, std::span<const ChatMessage> messages,
              const ChatOptions& wanted) {
  List list;
  for (const ChatMessage& message : messages)
    list.push_back(Object{{"role", chat_role_name(message.role)}, {"content", message.text}});
  Object body{{"model", options.model}, {"messages", std::move(list)}, {"stream", true}};
  const bool openai = options.provider == "openai";
  body[openai ? "max_completion_tokens" : "max_tokens"] =
      static_cast<std::int64_t>(wanted.max_tokens);
  if (openai) body["stream_options"] = Object{{"include_usage", true}};
  if (wanted.temperature) body["temperature"] = *wanted.temperature;
  if (wanted.seed) body[options.provider == "mistral" ? "random_seed" : "seed"] = *wanted.seed;
  return body;
}

}  // namespace

std::span<const ChatProvider> chat_providers() { return kProviders; }

Result<const ChatProvider*> chat_provider(std::string_view name) {
  std::string names;
  for (const ChatProvider& provider : kProviders) {
    if (provider.name == name) return &provider;
    names += (names.empty() ? "" : ", ") + std::string(provider.name);
  }
  return invalid_argument("there is no provider '" + std::string(name.substr(0, 40)) +
                          "' of answers: there are " + names);
}

RemoteOptions chat_defaults() {
  RemoteOptions options;
  options.request_timeout_ms = 300'000;
  return options;
}

RemoteChat::RemoteChat(RemoteOptions options, const ChatProvider& provider,
                       std::unique_ptr<Calls> calls)
    : options_(std::move(options)),
      provider_(provider),
      name_(options_.provider + "/" + options_.model),
      calls_(std::move(calls)) {}

Result<std::shared_ptr<const RemoteChat>> RemoteChat::make(RemoteOptions options) {
  VECSTORE_ASSIGN(const ChatProvider* provider, chat_provider(options.provider));
  const Provider as_checked{.name = provider->name,
                            .address = provider->address,
                            .key_variable = provider->key_variable,
                            .needs_key = provider->needs_key};
  VECSTORE_TRY(check_remote_options(options, as_checked));
  VECSTORE_ASSIGN(std::unique_ptr<Calls> calls, Calls::make(options));
  return std::shared_ptr<const RemoteChat>(
      new RemoteChat(std::move(options), *provider, std::move(calls)));
}

Result<ChatAnswer> RemoteChat::chat(std::span<const ChatMessage> messages,
                                    const ChatOptions& options) const {
  VECSTORE_TRY(check_chat(messages, options));
  ChatStream stream(options.on_text);
  HttpRequest request{.url = base_address(options_, provider_.address) + "/chat/completions",
                      .headers = {},
                      .body = body_of(options_, messages, options).to_json(),
                      .cancel = options.cancel,
                      .sink = [&](std::string_view bytes) { return stream.take(bytes); }};
  if (!options_.key.empty()) request.headers.push_back(bearer(options_));
  add_headers(request, options_);
  std::size_t tokens = options.max_tokens;
  for (const ChatMessage& message : messages) tokens += likely_tokens(message.text);
  ChatAnswer answer;
  const auto read = [&](const Value&) -> Result<std::uint64_t> {
    VECSTORE_ASSIGN(answer, stream.finish());
    return answer.prompt_tokens + answer.answer_tokens;
  };
  VECSTORE_TRY(calls_->ask(request, tokens, calls_->deadline_ms(), read));
  calls_->count_texts(1);
  return answer;
}

}  // namespace vecstore
