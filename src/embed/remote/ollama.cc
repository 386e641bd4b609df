// Ollama, on this computer or another.
#include "embed/remote/families.h"

namespace vecstore {

HttpRequest ollama_request(const RemoteOptions& options, TextRole,
                           std::span<const std::string> texts) {
  Object body{{"model", options.model}, {"input", list_of(texts)}, {"truncate", options.truncate}};
  if (options.dimensions != 0) body["dimensions"] = static_cast<std::int64_t>(options.dimensions);
  HttpRequest request{
      base_address(options, "http://localhost:11434") + "/api/embed", {}, Value(body).to_json()};
  if (!options.key.empty()) request.headers.push_back(bearer(options));
  add_headers(request, options);
  return request;
}

Result<EmbedAnswer> read_ollama(const Value& answer, std::size_t texts, std::size_t dimension) {
  AnswerRows rows(texts, dimension);
  VECSTORE_TRY(rows.add_all(member_of(&answer, "embeddings")));
  return std::move(rows).finish(count_of(member_of(&answer, "prompt_eval_count")));
}

}  // namespace vecstore
