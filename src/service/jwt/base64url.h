// Base64 for addresses and tokens (RFC 4648, section 5) as JSON Web Tokens have it: without
// padding, and only its one canonical form, so that no two texts mean the same bytes.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "vecstore/status.h"

namespace vecstore {

// kInvalidArgument for padding, other characters, blanks and set bits behind the last byte.
Result<Bytes> base64url_decode(std::string_view text);

}  // namespace vecstore
