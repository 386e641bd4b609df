// Requests to one provider until they are answered: rate, attempts, waits, one deadline, and errors
// in which no key stands. Safe from many threads.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/sync.h"
#include "embed/remote/http_client.h"
#include "embed/remote/rate_limit.h"
#include "embed/remote/remote_options.h"
#include "vecstore/value.h"

namespace vecstore {

// Takes what an answer says; the tokens that it counts, or 0.
using AnswerReader = std::function<Result<std::uint64_t>(const Value&)>;

class Calls {
 public:
  // `options` have been checked by check_remote_options().
  static Result<std::unique_ptr<Calls>> make(const RemoteOptions& options);

  // When a call that begins now has to end, by options.time.
  double deadline_ms() const;

  // Sends `request`, about `likely_tokens` large, as often as needed and allowed, and gives the
  // answer to `read`. What `read` refuses is not asked for again, but an answer that is no JSON is:
  // it was cut short. Errors name the provider, the attempts and what it said. The request's token
  // ends its waits too. A request with a sink is not sent again once the sink was given something;
  // `read` then gets null, when all has gone into the sink.
  Status ask(const HttpRequest& request, std::size_t likely_tokens, double deadline_ms,
             const AnswerReader& read);

  void count_texts(std::size_t texts);
  RemoteUsage usage() const;

 private:
  struct Verdict;

  Calls(const RemoteOptions& options, std::unique_ptr<HttpClient> http);

  Verdict attempt(const HttpRequest& request, std::size_t likely_tokens, double deadline_ms,
                  const AnswerReader& read);
  Result<HttpResponse> post(const HttpRequest& request, std::int64_t timeout_ms,
                            bool& streamed) const;
  Verdict judge(const HttpResponse& response, bool streamed, const AnswerReader& read,
                std::uint64_t& tokens) const;
  Status check_cancel(const CancelToken& cancel) const;
  Status enter(std::size_t likely_tokens, double deadline_ms, const CancelToken& cancel);
  Status wait(double ms, double deadline_ms, const CancelToken& cancel) const;
  double next_wait_ms(const Verdict& verdict, int attempt);
  // Without keys, on one line.
  std::string clean(std::string_view text) const;

  const RemoteOptions options_;
  std::vector<Secret> secrets_;
  std::unique_ptr<HttpClient> http_;
  RateLimit rate_;
  mutable Mutex mutex_;
  Random random_ VECSTORE_GUARDED_BY(mutex_);
  RemoteUsage usage_ VECSTORE_GUARDED_BY(mutex_);
};

}  // namespace vecstore
