// Where a provider is: the part of a URL that a user gives, checked before a key is sent there.
#pragma once

#include <string>
#include <string_view>

#include "vecstore/status.h"

namespace vecstore {

struct Address {
  std::string base;  // "https://host:port/path", without a slash at the end
  bool encrypted = false;
  bool loopback = false;  // localhost, 127.0.0.0/8 or [::1]: what is sent stays on this computer
};

// http or https, a host, perhaps a port and a path. Refuses what a reader of URLs might take for
// another host: user names, backslashes, blanks; and queries and fragments, because a path is added
// to it.
Result<Address> parse_address(std::string_view text);

// Everything but letters, digits and "-._~" as %XX; also "/" is left as it is when `keep_slashes`.
std::string percent_encoded(std::string_view text, bool keep_slashes = false);

}  // namespace vecstore
