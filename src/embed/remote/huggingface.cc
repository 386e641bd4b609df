// Hugging Face: its inference service, and servers of text-embeddings-inference (TEI).
#include "embed/remote/address.h"
#include "embed/remote/families.h"

namespace vecstore {
namespace {

HttpRequest feature_request(std::string url, const RemoteOptions& options, TextRole role,
                            std::span<const std::string> texts) {
  Object body{{"inputs", list_of(texts)}, {"normalize", true}, {"truncate", options.truncate}};
  if (const std::string prompt = task_of(options, role, {}, {}); !prompt.empty())
    body["prompt_name"] = prompt;
  if (options.dimensions != 0) body["dimensions"] = static_cast<std::int64_t>(options.dimensions);
  HttpRequest request{std::move(url), {}, Value(body).to_json()};
  if (!options.key.empty()) request.headers.push_back(bearer(options));
  add_headers(request, options);
  return request;
}

bool is_list_of_lists(const Value& value) {
  const List* list = value.as_list();
  return list && !list->empty() && list->front().as_list();
}

// The mean of the tokens' vectors.
Result<Value> pooled(const Value& tokens, std::size_t index) {
  std::vector<double> sum;
  for (const Value& token : *tokens.as_list()) {
    const Result<std::vector<float>> numbers = numbers_of(token);
    if (!numbers.ok() || (!sum.empty() && numbers->size() != sum.size()))
      return wrong_answer("the tokens' vectors of text " + std::to_string(index) +
                          " cannot be read");
    sum.resize(numbers->size());
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += double{(*numbers)[i]};
  }
  List mean(sum.size());
  const auto tokens_count = static_cast<double>(tokens.as_list()->size());
  for (std::size_t i = 0; i < sum.size(); ++i) mean[i] = Value(sum[i] / tokens_count);
  return Value(std::move(mean));
}

}  // namespace

HttpRequest huggingface_request(const RemoteOptions& options, TextRole role,
                                std::span<const std::string> texts) {
  return feature_request(base_address(options, "https://router.huggingface.co/hf-inference") +
                             "/models/" + percent_encoded(options.model, true) +
                             "/pipeline/feature-extraction",
                         options, role, texts);
}

HttpRequest tei_request(const RemoteOptions& options, TextRole role,
                        std::span<const std::string> texts) {
  return feature_request(base_address(options, {}) + "/embed", options, role, texts);
}

Result<EmbedAnswer> read_huggingface(const Value& answer, std::size_t texts,
                                     std::size_t dimension) {
  const List* list = answer.as_list();
  if (!list) return wrong_answer("the answer is no list of vectors");
  AnswerRows rows(texts, dimension);
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Value& one = (*list)[i];
    if (!is_list_of_lists(one)) {
      VECSTORE_TRY(rows.add(i, &one));
      continue;
    }
    VECSTORE_ASSIGN(const Value mean, pooled(one, i));
    VECSTORE_TRY(rows.add(i, &mean));
  }
  return std::move(rows).finish(0);
}

}  // namespace vecstore
