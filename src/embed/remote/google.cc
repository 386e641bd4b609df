// Google: Vertex AI, which belongs to a project and takes an access token as key, and the Gemini
// API, which takes an API key.
#include "embed/remote/address.h"
#include "embed/remote/families.h"

namespace vecstore {
namespace {

std::string task(const RemoteOptions& options, TextRole role) {
  return task_of(options, role, "RETRIEVAL_DOCUMENT", "RETRIEVAL_QUERY");
}

std::string vertex_address(const RemoteOptions& options) {
  const std::string location = options.location.empty() ? "us-central1" : options.location;
  const std::string host = location == "global"
                               ? "aiplatform.googleapis.com"
                               : percent_encoded(location) + "-aiplatform.googleapis.com";
  return base_address(options, "https://" + host) + "/v1/projects/" +
         percent_encoded(options.project) + "/locations/" + percent_encoded(location) +
         "/publishers/google/models/" + percent_encoded(options.model) + ":predict";
}

}  // namespace

HttpRequest vertex_request(const RemoteOptions& options, TextRole role,
                           std::span<const std::string> texts) {
  List instances;
  for (const std::string& text : texts)
    instances.push_back(Object{{"content", text}, {"task_type", task(options, role)}});
  Object parameters{{"autoTruncate", options.truncate}};
  if (options.dimensions != 0)
    parameters["outputDimensionality"] = static_cast<std::int64_t>(options.dimensions);
  const Object body{{"instances", std::move(instances)}, {"parameters", std::move(parameters)}};
  HttpRequest request{vertex_address(options), {}, Value(body).to_json()};
  if (!options.key.empty()) request.headers.push_back(bearer(options));
  add_headers(request, options);
  return request;
}

Result<EmbedAnswer> read_vertex(const Value& answer, std::size_t texts, std::size_t dimension) {
  const Value* predictions = member_of(&answer, "predictions");
  const List* list = predictions ? predictions->as_list() : nullptr;
  if (!list) return wrong_answer("the answer has no list 'predictions'");
  AnswerRows rows(texts, dimension);
  std::uint64_t tokens = 0;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Value* embeddings = member_of(&(*list)[i], "embeddings");
    VECSTORE_TRY(rows.add(i, member_of(embeddings, "values")));
    tokens += count_of(member_of(member_of(embeddings, "statistics"), "token_count"));
  }
  return std::move(rows).finish(tokens);
}

HttpRequest gemini_request(const RemoteOptions& options, TextRole role,
                           std::span<const std::string> texts) {
  const std::string model = "models/" + options.model;
  List requests;
  for (const std::string& text : texts) {
    Object one{{"model", model},
               {"content", Object{{"parts", List{Object{{"text", text}}}}}},
               {"taskType", task(options, role)}};
    if (options.dimensions != 0)
      one["outputDimensionality"] = static_cast<std::int64_t>(options.dimensions);
    requests.push_back(std::move(one));
  }
  const Object body{{"requests", std::move(requests)}};
  HttpRequest request{base_address(options, "https://generativelanguage.googleapis.com/v1beta") +
                          "/models/" + percent_encoded(options.model) + ":batchEmbedContents",
                      {},
                      Value(body).to_json()};
  if (!options.key.empty()) request.headers.push_back({"x-goog-api-key", options.key.reveal()});
  add_headers(request, options);
  return request;
}

Result<EmbedAnswer> read_gemini(const Value& answer, std::size_t texts, std::size_t dimension) {
  const Value* embeddings = member_of(&answer, "embeddings");
  const List* list = embeddings ? embeddings->as_list() : nullptr;
  if (!list) return wrong_answer("the answer has no list 'embeddings'");
  AnswerRows rows(texts, dimension);
  for (std::size_t i = 0; i < list->size(); ++i)
    VECSTORE_TRY(rows.add(i, member_of(&(*list)[i], "values")));
  return std::move(rows).finish(0);
}

}  // namespace vecstore
