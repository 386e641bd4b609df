#include <cmath>

#include "embed/remote/provider.h"
#include "embed/remote/remote_reranker.h"

namespace vecstore {
namespace {

HttpRequest rerank_request(std::string url, const Object& body, const RemoteOptions& options) {
  HttpRequest request{std::move(url), {}, Value(body).to_json()};
  if (!options.key.empty()) request.headers.push_back(bearer(options));
  add_headers(request, options);
  return request;
}

Object body_of(const RemoteOptions& options, std::string_view query,
               std::span<const std::string> texts) {
  return Object{{"model", options.model}, {"query", query}, {"documents", list_of(texts)}};
}

HttpRequest cohere_rerank(const RemoteOptions& options, std::string_view query,
                          std::span<const std::string> texts) {
  return rerank_request(base_address(options, "https://api.cohere.com/v2") + "/rerank",
                        body_of(options, query, texts), options);
}

HttpRequest voyage_rerank(const RemoteOptions& options, std::string_view query,
                          std::span<const std::string> texts) {
  Object body = body_of(options, query, texts);
  body["truncation"] = options.truncate;
  return rerank_request(base_address(options, "https://api.voyageai.com/v1") + "/rerank", body,
                        options);
}

HttpRequest jina_rerank(const RemoteOptions& options, std::string_view query,
                        std::span<const std::string> texts) {
  Object body = body_of(options, query, texts);
  body["return_documents"] = false;
  return rerank_request(base_address(options, "https://api.jina.ai/v1") + "/rerank", body, options);
}

// [{"index", "relevance_score"}], in any order.
Result<std::vector<double>> read_scores(const Value* results, std::size_t texts) {
  const List* list = results ? results->as_list() : nullptr;
  if (!list) return wrong_answer("the answer has no list of scores");
  std::vector<double> scores(texts, std::nan(""));
  for (const Value& item : *list) {
    const Value* index = member_of(&item, "index");
    const Value* score = member_of(&item, "relevance_score");
    const std::int64_t* at = index ? index->as_int() : nullptr;
    const double* number = score ? score->as_double() : nullptr;
    const std::int64_t* integer = score ? score->as_int() : nullptr;
    if (!at || *at < 0 || static_cast<std::uint64_t>(*at) >= texts || (!number && !integer))
      return wrong_answer("a score came without a number, or without an index below " +
                          std::to_string(texts));
    double& to = scores[static_cast<std::size_t>(*at)];
    if (!std::isnan(to))
      return wrong_answer("two scores for text " + std::to_string(*at) + " came");
    to = number ? *number : static_cast<double>(*integer);
  }
  for (std::size_t i = 0; i < texts; ++i)
    if (std::isnan(scores[i]))
      return wrong_answer("no score for text " + std::to_string(i) + " came");
  return scores;
}

Result<std::vector<double>> read_results(const Value& answer, std::size_t texts) {
  return read_scores(member_of(&answer, "results"), texts);
}

Result<std::vector<double>> read_data(const Value& answer, std::size_t texts) {
  return read_scores(member_of(&answer, "data"), texts);
}

constexpr RerankProvider kProviders[] = {
    {"cohere",
     "https://api.cohere.com/v2",
     "COHERE_API_KEY",
     {1000, 0},
     cohere_rerank,
     read_results},
    {"voyage",
     "https://api.voyageai.com/v1",
     "VOYAGE_API_KEY",
     {1000, 300'000},
     voyage_rerank,
     read_data},
    {"jina", "https://api.jina.ai/v1", "JINA_API_KEY", {1000, 0}, jina_rerank, read_results},
};

}  // namespace

std::span<const RerankProvider> reranking_providers() { return kProviders; }

Result<const RerankProvider*> reranking_provider(std::string_view name) {
  std::string names;
  for (const RerankProvider& provider : kProviders) {
    if (provider.name == name) return &provider;
    names += (names.empty() ? "" : ", ") + std::string(provider.name);
  }
  return invalid_argument("there is no provider '" + std::string(name.substr(0, 40)) +
                          "' of rankings: there are " + names);
}

}  // namespace vecstore
