#include "embed/remote/remote_reranker.h"

#include <algorithm>

#include "base/sync.h"
#include "base/utf8.h"
#include "embed/remote/provider.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

Status check_text(std::string_view text, const std::string& name) {
  if (text.size() > kMaxTextBytes)
    return invalid_argument(name + " has " + std::to_string(text.size()) + " bytes, the limit is " +
                            std::to_string(kMaxTextBytes));
  const std::size_t bad = invalid_utf8_at(text);
  if (bad == text.npos) return {};
  return invalid_argument(name + " is not valid utf-8 at byte " + std::to_string(bad));
}

std::string without_nul(std::string_view text) {
  std::string out(text);
  std::ranges::replace(out, '\0', ' ');
  return out;
}

}  // namespace

struct RemoteReranker::Call {
  std::string query;
  std::span<const std::string> texts;
  CancelToken cancel;
  double deadline_ms;
};

RemoteReranker::RemoteReranker(RemoteOptions options, const RerankProvider& provider,
                               std::unique_ptr<Calls> calls)
    : options_(std::move(options)),
      provider_(provider),
      name_(options_.provider + "/" + options_.model),
      calls_(std::move(calls)),
      pool_(std::make_unique<ThreadPool>(options_.concurrency - 1)) {}

Result<std::shared_ptr<const RemoteReranker>> RemoteReranker::make(RemoteOptions options) {
  VECSTORE_ASSIGN(const RerankProvider* provider, reranking_provider(options.provider));
  const Provider as_checked{
      .name = provider->name, .address = provider->address, .key_variable = provider->key_variable};
  VECSTORE_TRY(check_remote_options(options, as_checked));
  VECSTORE_ASSIGN(std::unique_ptr<Calls> calls, Calls::make(options));
  return std::shared_ptr<const RemoteReranker>(
      new RemoteReranker(std::move(options), *provider, std::move(calls)));
}

Result<std::vector<RankedText>> RemoteReranker::rerank(std::string_view query,
                                                       std::span<const std::string> texts,
                                                       std::size_t count,
                                                       const CancelToken& cancel) const {
  VECSTORE_TRY(check_text(query, "the query"));
  if (is_blank(query)) return invalid_argument("the query is blank");
  for (std::size_t i = 0; i < texts.size(); ++i)
    VECSTORE_TRY(check_text(texts[i], "text " + std::to_string(i)));
  std::vector<double> scores(texts.size());
  VECSTORE_TRY(score({without_nul(query), texts, cancel, calls_->deadline_ms()}, scores));
  std::vector<RankedText> ranked(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) ranked[i] = {i, scores[i]};
  std::ranges::stable_sort(ranked, [&](const RankedText& a, const RankedText& b) {
    const bool a_blank = is_blank(texts[a.index]);
    const bool b_blank = is_blank(texts[b.index]);
    return a_blank != b_blank ? b_blank : a.score > b.score;
  });
  ranked.resize(std::min(ranked.size(), count));
  return ranked;
}

Status RemoteReranker::score(const Call& call, std::span<double> scores) const {
  const auto parts = cut_batches(call.texts, limits(call.query));
  Mutex mutex;
  Status first_error;
  pool_->parallel_for(parts.size(), [&](std::size_t part) {
    {
      MutexLock lock(mutex);
      if (!first_error.ok()) return;
    }
    Status end = score_part(call, parts[part], scores);
    MutexLock lock(mutex);
    if (first_error.ok()) first_error = std::move(end);
  });
  return first_error;
}

// Writes the scores of the texts at `positions`.
Status RemoteReranker::score_part(const Call& call, const std::vector<std::size_t>& positions,
                                  std::span<double> scores) const {
  std::vector<std::string> sent;
  std::size_t tokens = 0;
  for (const std::size_t i : positions) {
    sent.push_back(without_nul(call.texts[i]));
    tokens += likely_tokens(sent.back()) + likely_tokens(call.query);
  }
  const auto read = [&](const Value& answer) -> Result<std::uint64_t> {
    VECSTORE_ASSIGN(const std::vector<double> got, provider_.read_answer(answer, sent.size()));
    for (std::size_t i = 0; i < sent.size(); ++i) scores[positions[i]] = got[i];
    return count_of(member_of(member_of(&answer, "usage"), "total_tokens"));
  };
  HttpRequest request = provider_.make_request(options_, call.query, sent);
  request.cancel = call.cancel;
  VECSTORE_TRY(calls_->ask(request, tokens, call.deadline_ms, read));
  calls_->count_texts(sent.size());
  return {};
}

BatchLimits RemoteReranker::limits(std::string_view query) const {
  const Provider as_checked{.name = provider_.name, .limits = provider_.limits};
  BatchLimits limits = batch_limits(options_, as_checked, TextRole::kDocument);
  limits.tokens_of_each = most_tokens(query);
  return limits;
}

}  // namespace vecstore
