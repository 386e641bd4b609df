// OpenAI, and those whose answers have its shape: Azure, Voyage, Mistral, Jina, and any server that
// calls itself compatible.
#include "embed/remote/address.h"
#include "embed/remote/families.h"

namespace vecstore {
namespace {

struct Words {
  std::string_view dimensions = "dimensions";
  std::string_view encoding = "encoding_format";
  std::string_view task = {};  // the member that says what texts are for
  std::string_view document = {};
  std::string_view query = {};
  bool documents_base64 = true;
  bool says_float = true;  // "float" may be asked for by name
};

Object body_of(const RemoteOptions& options, TextRole role, std::span<const std::string> texts,
               const Words& words) {
  Object body{{"model", options.model}, {"input", list_of(texts)}};
  if (wants_base64(options, words.documents_base64)) {
    body[words.encoding] = "base64";
  } else if (words.says_float) {
    body[words.encoding] = "float";
  }
  if (options.dimensions != 0)
    body[words.dimensions] = static_cast<std::int64_t>(options.dimensions);
  const std::string task = task_of(options, role, words.document, words.query);
  if (!words.task.empty() && !task.empty()) body[words.task] = task;
  return body;
}

HttpRequest to(std::string url, HttpHeader key, const Object& body, const RemoteOptions& options) {
  HttpRequest request{std::move(url), {}, Value(body).to_json()};
  if (!options.key.empty()) request.headers.push_back(std::move(key));
  add_headers(request, options);
  return request;
}

}  // namespace

HttpRequest openai_request(const RemoteOptions& options, TextRole role,
                           std::span<const std::string> texts) {
  return to(base_address(options, "https://api.openai.com/v1") + "/embeddings", bearer(options),
            body_of(options, role, texts, {}), options);
}

HttpRequest compatible_request(const RemoteOptions& options, TextRole role,
                               std::span<const std::string> texts) {
  return to(base_address(options, {}) + "/embeddings", bearer(options),
            body_of(options, role, texts, {.documents_base64 = false}), options);
}

HttpRequest azure_request(const RemoteOptions& options, TextRole role,
                          std::span<const std::string> texts) {
  const std::string version = options.api_version.empty() ? "2024-10-21" : options.api_version;
  const std::string deployment = options.deployment.empty() ? options.model : options.deployment;
  Object body = body_of(options, role, texts, {});
  std::string url = base_address(options, {}) + "/openai";
  if (version == "v1") {
    body["model"] = deployment;
    url += "/v1/embeddings";
  } else {
    body.erase("model");  // the deployment has one
    url += "/deployments/" + percent_encoded(deployment) +
           "/embeddings?api-version=" + percent_encoded(version);
  }
  return to(std::move(url), {"api-key", options.key.reveal()}, body, options);
}

HttpRequest voyage_request(const RemoteOptions& options, TextRole role,
                           std::span<const std::string> texts) {
  Object body = body_of(options, role, texts,
                        {.dimensions = "output_dimension",
                         .task = "input_type",
                         .document = "document",
                         .query = "query",
                         .says_float = false});
  body["truncation"] = options.truncate;
  return to(base_address(options, "https://api.voyageai.com/v1") + "/embeddings", bearer(options),
            body, options);
}

HttpRequest mistral_request(const RemoteOptions& options, TextRole role,
                            std::span<const std::string> texts) {
  return to(base_address(options, "https://api.mistral.ai/v1") + "/embeddings", bearer(options),
            body_of(options, role, texts, {.dimensions = "output_dimension"}), options);
}

HttpRequest jina_request(const RemoteOptions& options, TextRole role,
                         std::span<const std::string> texts) {
  Object body = body_of(options, role, texts,
                        {.encoding = "embedding_type",
                         .task = "task",
                         .document = "retrieval.passage",
                         .query = "retrieval.query"});
  body["truncate"] = options.truncate;
  return to(base_address(options, "https://api.jina.ai/v1") + "/embeddings", bearer(options), body,
            options);
}

Result<EmbedAnswer> read_openai(const Value& answer, std::size_t texts, std::size_t dimension) {
  const Value* data = member_of(&answer, "data");
  const List* list = data ? data->as_list() : nullptr;
  if (!list) return wrong_answer("the answer has no list 'data'");
  AnswerRows rows(texts, dimension);
  for (const Value& item : *list) {
    const Value* index = member_of(&item, "index");
    const std::int64_t* at = index ? index->as_int() : nullptr;
    if (!at || *at < 0) return wrong_answer("a vector came without an index");
    VECSTORE_TRY(rows.add(static_cast<std::size_t>(*at), member_of(&item, "embedding")));
  }
  return std::move(rows).finish(count_of(member_of(member_of(&answer, "usage"), "total_tokens")));
}

}  // namespace vecstore
