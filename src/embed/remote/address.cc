#include "embed/remote/address.h"

#include <algorithm>

#include "base/utf8.h"

namespace vecstore {
namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_one_of(char c, std::string_view chars) { return chars.find(c) != chars.npos; }

// The host of "host:port" or "[::1]:port"; empty when it is neither.
std::string_view host_of(std::string_view authority) {
  const bool bracketed = !authority.empty() && authority[0] == '[';
  const std::size_t end =
      bracketed ? authority.find(']') + 1 : std::min(authority.find(':'), authority.size());
  if (bracketed && end == 0) return {};
  const std::string_view port = authority.substr(end);
  const bool fits = port.empty() || (port[0] == ':' && port.size() > 1 && port.size() <= 6 &&
                                     std::all_of(port.begin() + 1, port.end(),
                                                 [](char c) { return c >= '0' && c <= '9'; }));
  return fits ? authority.substr(0, end) : std::string_view();
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos &&
         std::count(host.begin(), host.end(), '.') == 3;
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
  const auto refuse = [&](std::string_view why) {
    return invalid_argument("the address '" + shorten(text) + "' " + std::string(why));
  };
  Address address;
  address.encrypted = text.starts_with("https://");
  if (!address.encrypted && !text.starts_with("http://"))
    return refuse("does not begin with https:// or http://");
  const std::string_view rest = text.substr(text.find("//") + 2);
  const std::string_view authority = rest.substr(0, std::min(rest.find('/'), rest.size()));
  // Not shown: what stands before an @ may be a password.
  if (rest.find('@') != rest.npos)
    return invalid_argument("an address holds no user name: give the key as the key");
  const std::string_view host = host_of(authority);
  if (host.empty() || !std::ranges::all_of(host, [](char c) {
        return is_alphanumeric(c) || is_one_of(c, ".-_:[]");
      }))
    return refuse("has no host that could be understood");
  if (!std::ranges::all_of(rest.substr(authority.size()), [](char c) {
        return is_alphanumeric(c) || is_one_of(c, "/-._~:%+=,!$&'()*;");
      }))
    return refuse("has a character in its path that does not belong there");
  address.loopback = is_loopback(host);
  address.base = std::string(text);
  while (address.base.ends_with('/')) address.base.pop_back();
  return address;
}

std::string percent_encoded(std::string_view text, bool keep_slashes) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_alphanumeric(c) || is_one_of(c, "-._~") || (keep_slashes && c == '/')) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

}  // namespace vecstore
