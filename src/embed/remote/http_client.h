// POST over HTTP/1.1 or 2, with TLS that is always verified: certificate chain and host name,
// TLS 1.2 or later.
//
// Redirects are not followed: a 3xx is an answer like any other, so that no key reaches an address
// that nobody gave. No proxy, netrc, cookie or certificate is taken from the environment. Answers
// are decompressed. Safe from many threads; connections are kept and used again.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/query.h"

namespace vecstore {

struct HttpHeader {
  std::string name;  // of an answer: in lower case
  std::string value;
};

struct HttpRequest {
  std::string url;
  std::vector<HttpHeader>
      headers;              // neither name nor value may hold a line break: the caller has checked
  std::string body;         // JSON
  CancelToken cancel = {};  // ends this one, as HttpSettings::cancel ends all

  // Takes the body of a 2xx answer piece by piece, which the response then has not; what it returns
  // beside ok ends the request with that error.
  std::function<Status(std::string_view)> sink = {};
};

struct HttpResponse {
  int status = 0;
  std::vector<HttpHeader> headers = {};
  std::string body = {};

  // The value of the last header of that name, or nullptr.
  const std::string* header(std::string_view name) const {
    const auto found = std::find_if(headers.rbegin(), headers.rend(),
                                    [&](const HttpHeader& header) { return header.name == name; });
    return found == headers.rend() ? nullptr : &found->value;
  }
};

struct HttpSettings {
  std::string proxy = {};
  std::string ca_file = {};
  std::size_t max_response_bytes = 64u << 20;
  std::int64_t connect_timeout_ms = 10'000;
  CancelToken cancel = {};
};

class HttpClient {
 public:
  // kUnimplemented where this build has no HTTP. See http_client_none.cc.
  static Result<std::unique_ptr<HttpClient>> make(HttpSettings settings);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Any whole answer, whatever its status. Otherwise: kUnavailable (no connection, reset, cut
  // short: another attempt may succeed), kDeadlineExceeded, kCancelled, kResourceExhausted (too
  // large an answer), kFailedPrecondition (a certificate that is not trusted), kInvalidArgument (an
  // address or a file of certificates that cannot be used).
  Result<HttpResponse> post(const HttpRequest& request, std::int64_t timeout_ms) const;

 private:
  struct State;
  explicit HttpClient(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace vecstore
