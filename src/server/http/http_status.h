// From a Status to what HTTP says: the one table of it, and problem details (RFC 9457).
#pragma once

#include <string>
#include <string_view>

#include "server/http/message.h"
#include "vecstore/status.h"

namespace vecstore {

int http_status_of(Code code);
std::string_view reason_of(int http_status);  // "Not Found"

// {"type","title","status","detail","code","request_id"}. Of what is the server's fault (500 and
// above, but for 503 and 504) nothing is told but the id: messages of the engine name paths.
// `http_status` 0: that of the code.
HttpResponse problem_response(const Status& status, std::string_view request_id,
                              int http_status = 0);
inline constexpr std::string_view kHiddenDetail =
    "the server could not do it; its log says why, under this id";
// Whether problem_response keeps the message to itself, so that it has to be logged.
bool is_hidden(int http_status);

}  // namespace vecstore
