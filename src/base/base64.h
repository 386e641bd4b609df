// Base64 (RFC 4648, section 4): the standard alphabet with padding, and only its canonical form.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "vecstore/status.h"

namespace vecstore {

std::string base64_encode(ByteView bytes);

// Refuses other characters, missing or misplaced padding and non-zero bits under the padding.
Result<Bytes> base64_decode(std::string_view text);

}  // namespace vecstore
