#include "server/http/front.h"

#include <algorithm>
#include <cmath>

#include "server/boundary.h"
#include "server/http/brief_answers.h"
#include "server/http/http_status.h"
#include "server/request_words.h"
#include "service/operations.h"

namespace vecstore {
namespace {

// "application/json; charset=utf-8": the part before the parameters.
std::string media_type(std::string_view header) {
  std::string_view type = header.substr(0, header.find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  return small_letters(type);
}

// A browser says for whom it asks: without keys a page from elsewhere must not have it done.
bool is_loopback_origin(std::string_view origin) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (origin.starts_with(scheme)) return is_loopback_name(origin.substr(scheme.size()));
  return false;
}

// Where the length of a body is told twice, or in a way that another server before this one may
// read differently, one of both would take a part of the body for a request.
Status check_framing(const HttpHeaders& headers) {
  std::size_t lengths = 0, encodings = 0;
  (void)header_of(headers, "content-length", &lengths);
  const std::string_view encoding = header_of(headers, "transfer-encoding", &encodings);
  if (lengths + encodings > 1)
    return invalid_argument("the length of the body is told more than once");
  if (encodings == 1 && small_letters(encoding) != "chunked")
    return invalid_argument("no transfer encoding is read but 'chunked'");
  return {};
}

void add_common_headers(HttpResponse& response, std::string_view request_id) {
  response.headers.emplace_back("x-request-id", request_id);
  response.headers.emplace_back("cache-control", "no-store");
  response.headers.emplace_back("x-content-type-options", "nosniff");
}

void add_retry_after(HttpResponse& response, double retry_after_ms) {
  if (retry_after_ms <= 0) return;
  const auto seconds =
      static_cast<std::int64_t>(std::min(std::ceil(retry_after_ms / 1000), 86400.0));
  response.headers.emplace_back("retry-after", std::to_string(seconds));
}

HttpResponse problem(const Status& status, std::string_view request_id, int http_status = 0) {
  HttpResponse response = problem_response(status, request_id, http_status);
  add_common_headers(response, request_id);
  if (response.status == 401)
    response.headers.emplace_back("www-authenticate", "Bearer realm=\"vecstore\"");
  return response;
}

}  // namespace

Front::Front(Service& service) : service_(service) {}

std::string Front::request_id_of(const RequestHead& head) {
  return ids_.id_of(header_of(head.headers, "x-request-id"));
}

Front::Matched Front::match(std::string_view method, const Target& target) const {
  Matched matched;
  for (const Route& route : all_routes()) {
    const auto captures = match_pattern(route.pattern, target);
    if (!captures) continue;
    matched.captures = *captures;
    if (route.method == method) {
      matched.route = &route;
      return matched;
    }
    matched.allowed += (matched.allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  return matched;
}

std::variant<HttpResponse, Accepted> Front::begin(const RequestHead& head,
                                                  const std::string& address) {
  Accepted request;
  request.request_id = request_id_of(head);
  std::size_t hosts = 0, keys = 0;
  const std::string_view host = header_of(head.headers, "host", &hosts);
  (void)header_of(head.headers, "authorization", &keys);
  if (const Status status = check_framing(head.headers); !status.ok())
    return problem(status, request.request_id);
  if (hosts != 1) return problem(invalid_argument("one Host is needed"), request.request_id);
  if (keys > 1)
    return problem(invalid_argument("Authorization is given twice"), request.request_id);
  if (!service_.needs_keys() && !is_loopback_name(host))
    return problem(Status(Code::kPermissionDenied,
                          "without keys this server answers to 'localhost' and '127.0.0.1' alone"),
                   request.request_id);
  std::size_t origins = 0;
  const std::string_view origin = header_of(head.headers, "origin", &origins);
  if (!service_.needs_keys() && origins > 0 && !is_loopback_origin(origin))
    return problem(Status(Code::kPermissionDenied,
                          "without keys this server answers no page from elsewhere (Origin)"),
                   request.request_id);
  Result<Target> target = parse_target(head.target);
  if (!target.ok())
    return problem(target.status(), request.request_id,
                   head.target.size() > kMaxTargetBytes ? 414 : 400);
  request.target = *std::move(target);
  const Matched matched = match(head.method, request.target);
  request.route = matched.route;
  if (!matched.route && matched.allowed.empty())
    return problem(not_found("there is no such route; /openapi.json has them"), request.request_id);
  if (!matched.route) {
    HttpResponse response =
        problem(unimplemented("this path has " + matched.allowed), request.request_id, 405);
    response.headers.emplace_back("allow", matched.allowed);
    return response;
  }
  request.space = matched.captures.space;
  request.name = matched.captures.name;
  if (matched.route->operation) {
    const bool one = row_of(*matched.route->operation).about == About::kCollection;
    const std::string_view subject = one ? matched.captures.collection : matched.captures.space;
    if (auto response = admit(head, address, subject, request)) return *std::move(response);
  }
  if (auto response = check(head, request)) return *std::move(response);
  return request;
}

std::optional<HttpResponse> Front::admit(const RequestHead& head, const std::string& address,
                                         std::string_view subject, Accepted& request) {
  Refusal refusal;
  Result<Principal> principal =
      service_.authenticate(bearer_of(header_of(head.headers, "authorization")), address, refusal);
  if (!principal.ok()) return refused(refusal, request.request_id);
  Caller caller{*std::move(principal), address, request.request_id};
  Result<Admission> admission =
      service_.admit(std::move(caller), *request.route->operation, subject, refusal);
  if (!admission.ok()) return refused(refusal, request.request_id);
  request.admission.emplace(*std::move(admission));
  return std::nullopt;
}

std::optional<HttpResponse> Front::check(const RequestHead& head, Accepted& request) {
  if (const Status status = check_parameters(*request.route, request.target); !status.ok())
    return fail(request, status);
  const std::string_view encoding = header_of(head.headers, "content-encoding");
  if (!encoding.empty() && small_letters(encoding) != "identity")
    return fail(request, invalid_argument("no content encoding is read"), 415);
  if (request.route->bodies == kNoBody) {
    if (head.has_body) return fail(request, invalid_argument("this route takes no body"));
    return std::nullopt;
  }
  request.content_type = media_type(header_of(head.headers, "content-type"));
  if ((body_type_of(request.content_type) & request.route->bodies) == 0)
    return fail(request,
                invalid_argument("content type '" + request.content_type +
                                 "' is not read here; /openapi.json says which are"),
                415);
  request.max_body_bytes = service_.limits().max_body_bytes;
  if (head.content_length.value_or(0) > request.max_body_bytes)
    return fail(request,
                invalid_argument("the body has " + std::to_string(*head.content_length) +
                                 " bytes, this server allows " +
                                 std::to_string(request.max_body_bytes) + " (max_body_bytes)"),
                413);
  return std::nullopt;
}

HttpResponse Front::refused(const Refusal& refusal, std::string_view request_id) {
  const bool rate = refusal.retry_after_ms > 0;
  HttpResponse response = problem(refusal.status, request_id, rate ? 429 : 0);
  add_retry_after(response, refusal.retry_after_ms);
  return response;
}

Exchange Front::exchange_of(const Accepted& request, std::string_view body) {
  return {service_,
          request.admission ? &*request.admission : nullptr,
          request.target,
          request.space,
          request.name,
          request.content_type,
          body};
}

HttpResponse Front::answer(const Accepted& request, std::string_view body) {
  const Exchange exchange = exchange_of(request, body);
  return respond(request, body.size(), contained([&] { return request.route->handle(exchange); }));
}

bool Front::may_be_brief(const Accepted& request, std::size_t body_bytes) {
  return request.route->operation == Operation::kQuery && body_bytes <= kBriefBodyBytes;
}

std::optional<HttpResponse> Front::answer_briefly(const Accepted& request, std::string_view body,
                                                  std::chrono::milliseconds most) {
  Exchange exchange = exchange_of(request, body);
  exchange.brief = most;
  Result<Reply> reply = contained([&] { return request.route->handle(exchange); });
  if (reply.ok() && reply->later) return std::nullopt;
  return respond(request, body.size(), std::move(reply));
}

HttpResponse Front::respond(const Accepted& request, std::size_t bytes_in, Result<Reply> reply) {
  if (!reply.ok()) {
    const Status& status = reply.status();
    return fail_after(request, bytes_in,
                      request.admission ? told_status(*request.admission, status) : status);
  }
  if (request.admission)
    service_.finish(*request.admission, Status(), reply->detail,
                    {.bytes_in = bytes_in, .bytes_out = reply->body.size()});
  HttpResponse response;
  response.status = request.route->success;
  response.content_type = reply->body.empty() ? "" : std::move(reply->content_type);
  response.body = std::move(reply->body);
  add_common_headers(response, request.request_id);
  return response;
}

HttpResponse Front::fail_after(const Accepted& request, std::size_t bytes_in, const Status& status,
                               int http_status, double retry_after_ms) {
  HttpResponse response = problem(status, request.request_id, http_status);
  if (request.admission)
    service_.finish(*request.admission, status, "",
                    {.bytes_in = bytes_in, .bytes_out = response.body.size()});
  if (response.status == 503 && retry_after_ms <= 0) retry_after_ms = 1'000;
  add_retry_after(response, retry_after_ms);
  if (is_hidden(response.status))
    service_.log(LogLevel::kError, "request " + request.request_id + ": " + status.to_string());
  return response;
}

HttpResponse Front::malformed(int http_status, std::string_view what) {
  service_.metrics().add(Figure::kRefused, 1, {"malformed"});
  return problem(invalid_argument(std::string(what)), request_id_of({}), http_status);
}

}  // namespace vecstore
