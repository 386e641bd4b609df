#include "embed/remote/remote_embedder.h"

#include <algorithm>

#include "base/utf8.h"
#include "embed/remote/model_facts.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

Status check_texts(std::span<const std::string> texts) {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string name = "text " + std::to_string(i);
    if (texts[i].size() > kMaxTextBytes)
      return invalid_argument(name + " has " + std::to_string(texts[i].size()) +
                              " bytes, the limit is " + std::to_string(kMaxTextBytes));
    const std::size_t bad = invalid_utf8_at(texts[i]);
    if (bad != std::string::npos)
      return invalid_argument(name + " is not valid utf-8 at byte " + std::to_string(bad));
  }
  return {};
}

}  // namespace

// One call of embed_some(), shared by the threads that work for it. Each row is written by the one
// thread that asked for it.
struct RemoteEmbedder::Work {
  std::span<const std::string> texts;
  TextRole role;
  CancelToken cancel;
  double deadline_ms;
  std::span<float> rows;
  Mutex mutex = {};
  Status first_error VECSTORE_GUARDED_BY(mutex) = {};
  std::vector<std::size_t> answered VECSTORE_GUARDED_BY(mutex) = {};

  bool failed() {
    MutexLock lock(mutex);
    return !first_error.ok();
  }
  void end(const std::vector<std::size_t>& positions, Status status) {
    MutexLock lock(mutex);
    if (status.ok()) {
      answered.insert(answered.end(), positions.begin(), positions.end());
    } else if (first_error.ok()) {
      first_error = std::move(status);
    }
  }
};

std::string remote_name(const RemoteOptions& options) {
  return options.provider + "/" + (options.model.empty() ? options.deployment : options.model);
}

RemoteEmbedder::RemoteEmbedder(RemoteOptions options, const Provider& provider,
                               std::unique_ptr<Calls> calls)
    : options_(std::move(options)),
      provider_(provider),
      calls_(std::move(calls)),
      pool_(std::make_unique<ThreadPool>(options_.concurrency - 1)) {
  info_.name = remote_name(options_);
}

Result<std::shared_ptr<const RemoteEmbedder>> RemoteEmbedder::make(RemoteOptions options) {
  VECSTORE_ASSIGN(const Provider* provider, embedding_provider(options.provider));
  VECSTORE_TRY(check_remote_options(options, *provider));
  VECSTORE_ASSIGN(std::unique_ptr<Calls> calls, Calls::make(options));
  std::shared_ptr<RemoteEmbedder> made(
      new RemoteEmbedder(std::move(options), *provider, std::move(calls)));
  VECSTORE_TRY(made->ask_dimension());
  return std::shared_ptr<const RemoteEmbedder>(std::move(made));
}

Status RemoteEmbedder::ask_dimension() {
  const ModelFacts* facts = model_facts(options_.provider, options_.model);
  info_.dimension = options_.dimensions != 0        ? options_.dimensions
                    : options_.known_dimension != 0 ? options_.known_dimension
                    : facts                         ? facts->dimension
                                                    : 0;
  if (info_.dimension != 0) return {};
  const std::string word = "dimension";
  const auto read = [&](const Value& answer) -> Result<std::uint64_t> {
    VECSTORE_ASSIGN(const EmbedAnswer one, provider_.read_answer(answer, 1, 0));
    info_.dimension = one.dimension;
    return one.tokens;
  };
  const HttpRequest request = provider_.make_request(options_, TextRole::kDocument, {&word, 1});
  return calls_->ask(request, likely_tokens(word), calls_->deadline_ms(), read);
}

Result<std::vector<float>> RemoteEmbedder::embed_batch(std::span<const std::string> texts) const {
  return all_or_nothing(texts, {});
}

Result<std::vector<float>> RemoteEmbedder::embed_queries(std::span<const std::string> texts) const {
  return all_or_nothing(texts, {.questions = true});
}

Result<std::vector<float>> RemoteEmbedder::all_or_nothing(std::span<const std::string> texts,
                                                          const EmbedOptions& options) const {
  SomeEmbedded some = embed_some(texts, options);
  VECSTORE_TRY(some.status);
  return std::move(some.rows);
}

SomeEmbedded RemoteEmbedder::embed_some(std::span<const std::string> texts,
                                        const EmbedOptions& options) const {
  const TextRole role = options.questions ? TextRole::kQuery : TextRole::kDocument;
  SomeEmbedded some{
      .rows = {}, .done = std::vector<bool>(texts.size()), .status = check_texts(texts)};
  if (!some.status.ok()) return some;
  some.rows.resize(texts.size() * info_.dimension);
  const auto batches = cut_batches(texts, batch_limits(options_, provider_, role));
  Work work{.texts = texts,
            .role = role,
            .cancel = options.cancel,
            .deadline_ms = calls_->deadline_ms(),
            .rows = some.rows};
  pool_->parallel_for(batches.size(), [&](std::size_t i) {
    if (!work.failed()) work.end(batches[i], embed_positions(batches[i], work));
  });
  for (std::size_t i = 0; i < texts.size(); ++i) some.done[i] = is_blank(texts[i]);
  MutexLock lock(work.mutex);
  for (const std::size_t i : work.answered) some.done[i] = true;
  some.status = work.first_error;
  return some;
}

Status RemoteEmbedder::embed_positions(const std::vector<std::size_t>& positions,
                                       Work& work) const {
  std::vector<std::string> texts;
  std::size_t tokens = 0;
  for (const std::size_t i : positions) {
    texts.push_back(as_sent(work.texts[i], work.role));
    tokens += likely_tokens(texts.back());
  }
  const auto read = [&](const Value& answer) -> Result<std::uint64_t> {
    VECSTORE_ASSIGN(const EmbedAnswer got,
                    provider_.read_answer(answer, texts.size(), info_.dimension));
    for (std::size_t i = 0; i < positions.size(); ++i) {
      const std::span<const float> row =
          std::span(got.rows).subspan(i * info_.dimension, info_.dimension);
      std::ranges::copy(
          row, work.rows.begin() + static_cast<std::ptrdiff_t>(positions[i] * info_.dimension));
    }
    return got.tokens;
  };
  HttpRequest request = provider_.make_request(options_, work.role, texts);
  request.cancel = work.cancel;
  VECSTORE_TRY(calls_->ask(request, tokens, work.deadline_ms, read));
  calls_->count_texts(texts.size());
  return {};
}

// Several providers refuse a NUL, and tokenizers drop it.
std::string RemoteEmbedder::as_sent(const std::string& text, TextRole role) const {
  std::string sent =
      (role == TextRole::kQuery ? options_.query_prefix : options_.document_prefix) + text;
  std::ranges::replace(sent, '\0', ' ');
  return sent;
}

}  // namespace vecstore
