#include "server/http/http_status.h"

#include <array>

#include "vecstore/value.h"

namespace vecstore {
namespace {

// By the numbers of the codes.
constexpr std::array<int, 17> kStatusOf = {
    200,  // ok
    499,  // cancelled: nobody is there to read it
    500,  // unknown
    400,  // invalid_argument
    504,  // deadline_exceeded
    404,  // not_found
    409,  // already_exists
    403,  // permission_denied
    507,  // resource_exhausted: the disk; a rate that is exceeded is 429 where it is refused
    409,  // failed_precondition
    409,  // aborted
    400,  // out_of_range
    501,  // unimplemented
    500,  // internal
    503,  // unavailable
    500,  // data_loss
    401   // unauthenticated
};

struct Reason {
  int status;
  std::string_view text;
};
constexpr Reason kReasons[] = {{200, "OK"},
                               {201, "Created"},
                               {204, "No Content"},
                               {400, "Bad Request"},
                               {401, "Unauthorized"},
                               {403, "Forbidden"},
                               {404, "Not Found"},
                               {405, "Method Not Allowed"},
                               {408, "Request Timeout"},
                               {409, "Conflict"},
                               {413, "Content Too Large"},
                               {414, "URI Too Long"},
                               {415, "Unsupported Media Type"},
                               {429, "Too Many Requests"},
                               {431, "Request Header Fields Too Large"},
                               {499, "Client Closed Request"},
                               {500, "Internal Server Error"},
                               {501, "Not Implemented"},
                               {503, "Service Unavailable"},
                               {504, "Gateway Timeout"},
                               {507, "Insufficient Storage"}};

}  // namespace

int http_status_of(Code code) { return kStatusOf[static_cast<std::size_t>(code)]; }

std::string_view reason_of(int http_status) {
  for (const Reason& reason : kReasons)
    if (reason.status == http_status) return reason.text;
  return "Unknown";
}

bool is_hidden(int http_status) {
  return http_status >= 500 && http_status != 503 && http_status != 504;
}

HttpResponse problem_response(const Status& status, std::string_view request_id, int http_status) {
  HttpResponse response;
  response.status = http_status == 0 ? http_status_of(status.code()) : http_status;
  response.content_type = "application/problem+json";
  const std::string detail(is_hidden(response.status) ? kHiddenDetail
                                                      : std::string_view(status.message()));
  response.body =
      Value(Object{{"type", "urn:vecstore:problem:" + std::string(code_name(status.code()))},
                   {"title", reason_of(response.status)},
                   {"status", response.status},
                   {"detail", detail},
                   {"code", code_name(status.code())},
                   {"request_id", request_id}})
          .to_json();
  return response;
}

}  // namespace vecstore
