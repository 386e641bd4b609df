#include "embed/remote/provider.h"

#include <algorithm>
#include <cmath>

#include "embed/remote/address.h"
#include "embed/remote/families.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr Provider kProviders[] = {
    {"openai",
     "https://api.openai.com/v1",
     "OPENAI_API_KEY",
     true,
     {2048, 300'000},
     openai_request,
     read_openai},
    {"azure", {}, "AZURE_OPENAI_API_KEY", true, {2048, 300'000}, azure_request, read_openai},
    {"cohere",
     "https://api.cohere.com/v2",
     "COHERE_API_KEY",
     true,
     {96, 0},
     cohere_request,
     read_cohere},
    {"voyage",
     "https://api.voyageai.com/v1",
     "VOYAGE_API_KEY",
     true,
     {1000, 120'000},
     voyage_request,
     read_openai},
    {"mistral",
     "https://api.mistral.ai/v1",
     "MISTRAL_API_KEY",
     true,
     {512, 16'000},
     mistral_request,
     read_openai},
    {"vertex",
     "https://LOCATION-aiplatform.googleapis.com",
     "VERTEX_ACCESS_TOKEN",
     true,
     {250, 20'000},
     vertex_request,
     read_vertex},
    {"gemini",
     "https://generativelanguage.googleapis.com/v1beta",
     "GEMINI_API_KEY",
     true,
     {100, 0},
     gemini_request,
     read_gemini},
    {"huggingface",
     "https://router.huggingface.co/hf-inference",
     "HF_TOKEN",
     true,
     {32, 0},
     huggingface_request,
     read_huggingface},
    {"jina", "https://api.jina.ai/v1", "JINA_API_KEY", true, {512, 0}, jina_request, read_openai},
    {"ollama",
     "http://localhost:11434",
     "OLLAMA_API_KEY",
     false,
     {64, 0},
     ollama_request,
     read_ollama},
    {"tei", {}, "TEI_API_KEY", false, {32, 0}, tei_request, read_huggingface},
    {"compatible",
     {},
     "OPENAI_COMPATIBLE_API_KEY",
     false,
     {256, 0},
     compatible_request,
     read_openai},
};

// What may stand in a header: visible ASCII, and blanks within.
bool fits_a_header(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; }) &&
         !text.starts_with(' ') && !text.ends_with(' ');
}

// Keys are never shown, not even where they are wrong.
Status check_secrets(const RemoteOptions& options, bool needs_key) {
  if (needs_key && options.key.empty()) return invalid_argument("there is no key");
  if (!fits_a_header(options.key.reveal()))
    return invalid_argument("the key holds a character that no key has, such as a line break");
  for (const auto& [name, value] : options.headers) {
    if (name.empty() || !fits_a_header(name) || name.find_first_of(": ") != name.npos)
      return invalid_argument(
          "a header's name is empty or holds a character that does not belong there");
    if (!fits_a_header(value.reveal()))
      return invalid_argument("the header '" + name +
                              "' holds a character that does not belong there");
  }
  return {};
}

Status check_address(const RemoteOptions& options, std::string_view provided) {
  if (options.address.empty() && provided.empty()) return invalid_argument("there is no address");
  const std::string given = options.address.empty() ? std::string(provided) : options.address;
  VECSTORE_ASSIGN(const Address address, parse_address(given));
  // What goes to this computer by a proxy goes to the proxy first.
  const bool stays_here = address.loopback && options.proxy.empty();
  if (address.encrypted || stays_here || options.allow_plain_http) return {};
  return invalid_argument("the address '" + given +
                          "' is neither https nor this computer without a proxy, so that others "
                          "could read what is sent");
}

Status check_numbers(const RemoteOptions& options) {
  const auto refuse = [](const char* name, const char* range) {
    return invalid_argument(std::string(name) + " must be " + range);
  };
  if (options.dimensions > kMaxDimension || options.known_dimension > kMaxDimension)
    return refuse("dimensions and known_dimension", "at most 65536");
  if (options.concurrency < 1 || options.concurrency > 256)
    return refuse("concurrency", "1 to 256");
  if (options.retries < 0 || options.retries > 100) return refuse("retries", "0 to 100");
  const std::int64_t times[] = {options.connect_timeout_ms, options.request_timeout_ms,
                                options.total_timeout_ms};
  if (std::ranges::any_of(times, [](std::int64_t ms) { return ms < 1 || ms > 86'400'000; }))
    return refuse("every time limit", "1 ms to one day");
  if (options.backoff_ms < 0 || options.max_backoff_ms < options.backoff_ms ||
      options.max_backoff_ms > 86'400'000)
    return refuse("backoff_ms and max_backoff_ms", "0 to one day, in this order");
  for (const double rate : {options.requests_per_minute, options.tokens_per_minute,
                            options.usd_per_million_tokens.value_or(0)})
    if (!std::isfinite(rate) || rate < 0) return refuse("rates and prices", "0 or more");
  if (options.max_response_bytes == 0) return refuse("max_response_bytes", "above 0");
  return {};
}

Status check_all(const RemoteOptions& options, const Provider& provider) {
  if (options.model.empty() && options.deployment.empty() && provider.name != "tei")
    return invalid_argument("there is no model");
  if (provider.name == "vertex" && options.project.empty())
    return invalid_argument("there is no project");
  VECSTORE_TRY(check_secrets(options, provider.needs_key));
  VECSTORE_TRY(check_address(options, provider.address));
  return check_numbers(options);
}

}  // namespace

std::span<const Provider> embedding_providers() { return kProviders; }

Result<const Provider*> embedding_provider(std::string_view name) {
  std::string names;
  for (const Provider& provider : kProviders) {
    if (provider.name == name) return &provider;
    names += (names.empty() ? "" : ", ") + std::string(provider.name);
  }
  return invalid_argument("there is no provider '" + std::string(name.substr(0, 40)) +
                          "' of embeddings: there are " + names);
}

Status check_remote_options(const RemoteOptions& options, const Provider& provider) {
  return check_all(options, provider).with_context(provider.name);
}

std::string base_address(const RemoteOptions& options, std::string_view provided) {
  std::string base(options.address.empty() ? provided : options.address);
  while (base.ends_with('/')) base.pop_back();
  return base;
}

BatchLimits batch_limits(const RemoteOptions& options, const Provider& provider, TextRole role) {
  BatchLimits limits = provider.limits;
  if (provider.name == "vertex" && options.model.starts_with("gemini-")) limits.texts = 1;
  if (options.max_batch != 0) limits.texts = std::min(limits.texts, options.max_batch);
  if (options.max_tokens_per_batch != 0)
    limits.tokens = limits.tokens == 0 ? options.max_tokens_per_batch
                                       : std::min(limits.tokens, options.max_tokens_per_batch);
  limits.tokens_of_each =
      (role == TextRole::kQuery ? options.query_prefix : options.document_prefix).size();
  return limits;
}

HttpHeader bearer(const RemoteOptions& options) {
  return {"Authorization", "Bearer " + options.key.reveal()};
}

void add_headers(HttpRequest& request, const RemoteOptions& options) {
  for (const auto& [name, value] : options.headers)
    request.headers.push_back({name, value.reveal()});
}

std::string task_of(const RemoteOptions& options, TextRole role, std::string_view document,
                    std::string_view query) {
  const bool asks = role == TextRole::kQuery;
  const std::string& given = asks ? options.query_task : options.document_task;
  return given.empty() ? std::string(asks ? query : document) : given;
}

List list_of(std::span<const std::string> texts) {
  List list;
  list.reserve(texts.size());
  for (const std::string& text : texts) list.emplace_back(text);
  return list;
}

bool wants_base64(const RemoteOptions& options, bool documented) {
  return options.encoding == RemoteEncoding::kBase64 ||
         (options.encoding == RemoteEncoding::kProviders && documented);
}

}  // namespace vecstore
