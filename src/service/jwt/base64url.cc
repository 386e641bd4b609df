#include "service/jwt/base64url.h"

#include <string>

#include "base/base64.h"

namespace vecstore {

Result<Bytes> base64url_decode(std::string_view text) {
  // The other alphabet's own characters are none of this one.
  if (text.find_first_of("+/=") != text.npos)
    return invalid_argument("base64url text has one of '+', '/' and '='");
  if (text.size() % 4 == 1)
    return invalid_argument("base64url text of " + std::to_string(text.size()) +
                            " characters is cut off");
  std::string standard(text);
  for (char& c : standard) c = c == '-' ? '+' : c == '_' ? '/' : c;
  standard.append((4 - standard.size() % 4) % 4, '=');
  return base64_decode(standard);
}

}  // namespace vecstore
