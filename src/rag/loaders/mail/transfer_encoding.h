// Bodies of mails as they travel, into the bytes that were sent (RFC 2045, section 6).
//
// Lenient, as readers of mail are: characters that do not belong are passed over in base64 and kept
// in quoted-printable. The result is never longer than the input.
#pragma once

#include <string>
#include <string_view>

namespace vecstore {

std::string decode_base64_body(std::string_view body);

// `in_word`: as in an encoded word of a header (RFC 2047, "Q"), where '_' is a space.
std::string decode_quoted_printable(std::string_view body, bool in_word = false);

// By the name in Content-Transfer-Encoding; "7bit", "8bit", "binary" and unknown ones are the bytes
// themselves.
std::string decode_transfer(std::string_view body, std::string_view encoding);

}  // namespace vecstore
