// A request and an answer as the rest of the server sees them: no socket, no library.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vecstore {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;  // names in small letters

// What stands before the body.
struct RequestHead {
  std::string method = {};
  std::string target = {};
  HttpHeaders headers = {};
  bool has_body = false;                             // a length above 0, or chunks
  std::optional<std::uint64_t> content_length = {};  // none: chunks, or no body
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  HttpHeaders headers = {};
  std::string body = {};
};

// The value of a header; `count` says how often it is there.
inline std::string_view header_of(const HttpHeaders& headers, std::string_view name,
                                  std::size_t* count = nullptr) {
  std::string_view value;
  std::size_t seen = 0;
  for (const auto& [one, text] : headers)
    if (one == name && seen++ == 0) value = text;
  if (count) *count = seen;
  return value;
}

}  // namespace vecstore
