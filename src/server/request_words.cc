#include "server/request_words.h"

#include <algorithm>

#include "service/digest.h"

namespace vecstore {
namespace {

constexpr std::size_t kMaxRequestId = 64;

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_' || c == '.';
}

}  // namespace

std::string small_letters(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::optional<std::string_view> bearer_of(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (small_letters(authorization.substr(0, kScheme.size())) != kScheme) return std::nullopt;
  authorization.remove_prefix(kScheme.size());
  while (!authorization.empty() && authorization.front() == ' ') authorization.remove_prefix(1);
  return authorization;
}

bool is_loopback_name(std::string_view host) {
  const std::size_t bracket = host.find(']');
  const std::size_t colon = host.rfind(':');
  const bool port =
      colon != host.npos && (bracket == host.npos ? host.find(':') == colon : colon == bracket + 1);
  const std::string name = small_letters(port ? host.substr(0, colon) : host);
  return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
}

RequestIds::RequestIds() : prefix_(random_hex(4).value_or("0") + "-") {}

std::string RequestIds::id_of(std::string_view given) {
  if (!given.empty() && given.size() <= kMaxRequestId &&
      std::all_of(given.begin(), given.end(), is_plain))
    return std::string(given);
  return prefix_ + std::to_string(next_.fetch_add(1, std::memory_order_relaxed));
}

}  // namespace vecstore
