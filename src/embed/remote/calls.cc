#include "embed/remote/calls.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "embed/remote/provider_message.h"
#include "embed/remote/retry.h"

namespace vecstore {

// How an attempt ended: ok, or an error that may be worth another.
struct Calls::Verdict {
  Status status = {};
  bool again = false;
  double least_wait_ms = 0;
};

namespace {

constexpr std::size_t kMostErrorBytes = 64u << 10;  // of an answer that is an error, looked at
constexpr double kSliceMs = 50;  // of a wait, between looks at the token that cancels

Code code_of_status(int status) {
  switch (status) {
    case 401:
      return Code::kUnauthenticated;
    case 403:
      return Code::kPermissionDenied;
    case 404:
      return Code::kNotFound;
    case 402:
    case 429:
      return Code::kResourceExhausted;
    case 501:
      return Code::kUnimplemented;
    default:
      break;
  }
  if (status >= 300 && status < 400) return Code::kFailedPrecondition;
  if (status == 408) return Code::kDeadlineExceeded;
  return status < 500 ? Code::kInvalidArgument : Code::kUnavailable;
}

std::string seconds_text(double ms) {
  return std::to_string(static_cast<std::int64_t>(std::ceil(ms / 1000))) + " s";
}

}  // namespace

Calls::Calls(const RemoteOptions& options, std::unique_ptr<HttpClient> http)
    : options_(options),
      http_(std::move(http)),
      rate_({.concurrency = options.concurrency,
             .requests_per_minute = options.requests_per_minute,
             .tokens_per_minute = options.tokens_per_minute}),
      random_(options.time.seed) {
  secrets_.push_back(options.key);
  for (const auto& [name, value] : options.headers) secrets_.push_back(value);
}

Result<std::unique_ptr<Calls>> Calls::make(const RemoteOptions& options) {
  HttpSettings settings{.proxy = options.proxy,
                        .ca_file = options.ca_file,
                        .max_response_bytes = options.max_response_bytes,
                        .connect_timeout_ms = options.connect_timeout_ms,
                        .cancel = options.cancel};
  VECSTORE_ASSIGN(auto http, HttpClient::make(std::move(settings)));
  return std::unique_ptr<Calls>(new Calls(options, std::move(http)));
}

double Calls::deadline_ms() const {
  return options_.time.elapsed_ms() + static_cast<double>(options_.total_timeout_ms);
}

Status Calls::ask(const HttpRequest& request, std::size_t likely_tokens, double deadline_ms,
                  const AnswerReader& read) {
  for (int tried = 0;; ++tried) {
    VECSTORE_TRY(enter(likely_tokens, deadline_ms, request.cancel));
    const Verdict verdict = attempt(request, likely_tokens, deadline_ms, read);
    if (verdict.status.ok()) return {};
    const std::string attempts = tried == 0 ? "" : " (attempt " + std::to_string(tried + 1) + ")";
    Status error(verdict.status.code(),
                 options_.provider + attempts + ": " + verdict.status.message());
    if (!verdict.again || tried >= options_.retries) return error;
    const double wait_ms = next_wait_ms(verdict, tried);
    if (options_.time.elapsed_ms() + wait_ms >= deadline_ms) {
      return Status(error.code(), error.message() + "; the next attempt would wait " +
                                      seconds_text(wait_ms) + ", beyond the time limit of " +
                                      seconds_text(static_cast<double>(options_.total_timeout_ms)));
    }
    if (verdict.least_wait_ms > 0) rate_.hold_until(options_.time.elapsed_ms() + wait_ms);
    VECSTORE_TRY(wait(wait_ms, deadline_ms, request.cancel));
    MutexLock lock(mutex_);
    ++usage_.retries;
  }
}

Calls::Verdict Calls::attempt(const HttpRequest& request, std::size_t likely_tokens,
                              double deadline_ms, const AnswerReader& read) {
  const double left = std::max(deadline_ms - options_.time.elapsed_ms(), 1.0);
  const auto timeout_ms =
      std::min(options_.request_timeout_ms, static_cast<std::int64_t>(std::ceil(left)));
  {
    MutexLock lock(mutex_);
    ++usage_.requests;
  }
  bool streamed = false;
  const Result<HttpResponse> response = post(request, timeout_ms, streamed);
  std::uint64_t tokens = 0;
  Verdict verdict;
  if (response.ok()) {
    verdict = judge(*response, streamed, read, tokens);
  } else {
    const Code code = response.status().code();
    verdict.status = Status(code, clean(response.status().message()));
    verdict.again = !streamed && (code == Code::kUnavailable || code == Code::kDeadlineExceeded);
  }
  rate_.leave(tokens == 0 ? 0 : static_cast<double>(tokens) - static_cast<double>(likely_tokens));
  MutexLock lock(mutex_);
  usage_.tokens += tokens;
  return verdict;
}

// `streamed`: whether the request's sink was given anything.
Result<HttpResponse> Calls::post(const HttpRequest& request, std::int64_t timeout_ms,
                                 bool& streamed) const {
  if (!request.sink) return http_->post(request, timeout_ms);
  HttpRequest watched = request;
  watched.sink = [&](std::string_view bytes) {
    streamed = true;
    return request.sink(bytes);
  };
  return http_->post(watched, timeout_ms);
}

Calls::Verdict Calls::judge(const HttpResponse& response, bool streamed, const AnswerReader& read,
                            std::uint64_t& tokens) const {
  const int status = response.status;
  if (status >= 200 && status < 300) {
    const Result<Value> json = streamed ? Result<Value>(Value()) : parse_json(response.body);
    if (!json.ok())
      return {unavailable("an answer of " + std::to_string(response.body.size()) +
                          " bytes cannot be read: " + clean(json.status().message())),
              true};
    const Result<std::uint64_t> taken = read(*json);
    if (!taken.ok()) return {Status(taken.status().code(), clean(taken.status().message()))};
    tokens = *taken;
    return {};
  }
  const ProviderMessage said =
      provider_message(std::string_view(response.body).substr(0, kMostErrorBytes));
  std::string text = "http status " + std::to_string(status);
  if (!said.text.empty()) text += ": " + clean(said.text);
  if (status >= 300 && status < 400) {
    const std::string* where = response.header("location");
    text += ", a redirect" + (where ? " to '" + clean(*where) + "'" : std::string()) +
            ", which is not followed";
  }
  const double least = asked_wait_ms(response, options_.time.unix_ms()).value_or(0);
  return {Status(code_of_status(status), text), is_worth_retrying(status) && !said.quota_is_used_up,
          least};
}

Status Calls::check_cancel(const CancelToken& cancel) const {
  if (!options_.cancel.cancelled() && !cancel.cancelled()) return {};
  return cancelled(options_.provider + ": cancelled");
}

Status Calls::enter(std::size_t likely_tokens, double deadline_ms, const CancelToken& cancel) {
  for (;;) {
    const double now = options_.time.elapsed_ms();
    VECSTORE_TRY(check_cancel(cancel));
    if (now >= deadline_ms)
      return deadline_exceeded(options_.provider + ": the time limit of " +
                               seconds_text(static_cast<double>(options_.total_timeout_ms)) +
                               " is over");
    const double later = rate_.try_enter(now, static_cast<double>(likely_tokens));
    if (later <= 0) return {};
    options_.time.wait(std::min({later, kSliceMs, deadline_ms - now}));
  }
}

Status Calls::wait(double ms, double deadline_ms, const CancelToken& cancel) const {
  const double until = std::min(options_.time.elapsed_ms() + ms, deadline_ms);
  for (double left = ms; left > 0; left = until - options_.time.elapsed_ms()) {
    VECSTORE_TRY(check_cancel(cancel));
    options_.time.wait(std::min(left, kSliceMs));
  }
  return {};
}

// What the server asks for is the least; the jitter on top keeps clients apart.
double Calls::next_wait_ms(const Verdict& verdict, int attempt) {
  MutexLock lock(mutex_);
  const Backoff backoff{static_cast<double>(options_.backoff_ms),
                        static_cast<double>(options_.max_backoff_ms)};
  return verdict.least_wait_ms +
         backoff_ms(backoff, verdict.least_wait_ms > 0 ? 0 : attempt, random_);
}

std::string Calls::clean(std::string_view text) const { return one_line(redact(text, secrets_)); }

void Calls::count_texts(std::size_t texts) {
  MutexLock lock(mutex_);
  usage_.texts += texts;
}

RemoteUsage Calls::usage() const {
  MutexLock lock(mutex_);
  return usage_;
}

}  // namespace vecstore
