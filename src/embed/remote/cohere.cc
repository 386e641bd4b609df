// Cohere, version 2 of its interface.
#include "embed/remote/families.h"

namespace vecstore {

HttpRequest cohere_request(const RemoteOptions& options, TextRole role,
                           std::span<const std::string> texts) {
  Object body{{"model", options.model},
              {"texts", list_of(texts)},
              {"input_type", task_of(options, role, "search_document", "search_query")},
              {"embedding_types", List{wants_base64(options, false) ? "base64" : "float"}},
              {"truncate", options.truncate ? "END" : "NONE"}};
  if (options.dimensions != 0)
    body["output_dimension"] = static_cast<std::int64_t>(options.dimensions);
  HttpRequest request{
      base_address(options, "https://api.cohere.com/v2") + "/embed", {}, Value(body).to_json()};
  if (!options.key.empty()) request.headers.push_back(bearer(options));
  add_headers(request, options);
  return request;
}

Result<EmbedAnswer> read_cohere(const Value& answer, std::size_t texts, std::size_t dimension) {
  const Value* embeddings = member_of(&answer, "embeddings");
  const Value* floats = member_of(embeddings, "float");
  AnswerRows rows(texts, dimension);
  VECSTORE_TRY(
      rows.add_all(floats && !floats->is_null() ? floats : member_of(embeddings, "base64")));
  const Value* billed = member_of(member_of(&answer, "meta"), "billed_units");
  return std::move(rows).finish(count_of(member_of(billed, "input_tokens")));
}

}  // namespace vecstore
