// HTTP without sockets: what a request means, in two steps.
//
// begin() looks at what stands before the body: which route, who asks, may they. Only of what it
// accepts is the body read, with the limit that it says. answer() then does it, on a thread that
// may wait. Safe from many threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "server/http/message.h"
#include "server/http/route.h"
#include "server/http/target.h"
#include "server/request_words.h"

namespace vecstore {

// A request whose body may be read.
struct Accepted {
  const Route* route = nullptr;
  Target target = {};
  std::string space = {};  // the {namespace} of its path
  std::string name = {};
  std::string request_id = {};
  std::string content_type = {};
  std::optional<Admission> admission = {};  // none for open routes
  std::uint64_t max_body_bytes = 0;
};

class Front {
 public:
  explicit Front(Service& service);

  // An answer at once, which ends the request, or what to go on with. `address`: the caller's, as
  // text, without a port.
  std::variant<HttpResponse, Accepted> begin(const RequestHead& head, const std::string& address);

  // Whether the answer is there without waiting for anything, so that it may be given by the thread
  // that reads, also while all others are busy.
  static bool is_immediate(const Accepted& request) { return !request.admission.has_value(); }
  HttpResponse answer(const Accepted& request, std::string_view body);
  // Whether it may be worth trying to answer it there too, though not for long.
  static bool may_be_brief(const Accepted& request, std::size_t body_bytes);
  // Nothing when it takes longer than `most`: it is still to be answered.
  std::optional<HttpResponse> answer_briefly(const Accepted& request, std::string_view body,
                                             std::chrono::milliseconds most);

  // The end of an accepted request that was not answered: its body was too long, nobody had time.
  HttpResponse fail(const Accepted& request, const Status& status, int http_status = 0,
                    double retry_after_ms = 0) {
    return fail_after(request, 0, status, http_status, retry_after_ms);
  }
  // Of what is no request: 400, 408, 431.
  HttpResponse malformed(int http_status, std::string_view what);

 private:
  struct Matched {
    const Route* route = nullptr;
    Captures captures = {};
    std::string allowed = {};  // methods of this path, when none is the request's
  };
  Matched match(std::string_view method, const Target& target) const;
  Exchange exchange_of(const Accepted& request, std::string_view body);
  HttpResponse respond(const Accepted& request, std::size_t bytes_in, Result<Reply> reply);
  HttpResponse fail_after(const Accepted& request, std::size_t bytes_in, const Status& status,
                          int http_status = 0, double retry_after_ms = 0);
  HttpResponse refused(const Refusal& refusal, std::string_view request_id);
  std::optional<HttpResponse> check(const RequestHead& head, Accepted& request);
  std::optional<HttpResponse> admit(const RequestHead& head, const std::string& address,
                                    std::string_view subject, Accepted& request);
  std::string request_id_of(const RequestHead& head);

  Service& service_;
  RequestIds ids_;
};

}  // namespace vecstore
