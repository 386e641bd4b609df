// The header of a mail or of a part of one: fields unfolded, encoded words and parameters decoded.
//
// RFC 5322 (fields), RFC 2047 (encoded words), RFC 2231 (parameters in pieces and with charsets).
// Whatever breaks those rules is taken as it stands; nothing here is an error.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vecstore {

// What comes after is body, or is left out.
inline constexpr std::size_t kMaxHeaderFields = 1'000;
inline constexpr std::size_t kMaxFieldBytes = 64 << 10;

struct HeaderField {
  std::string name = {};   // lower case
  std::string value = {};  // on one line; the bytes of the file
};

struct MimeHeader {
  std::vector<HeaderField> fields = {};

  // The first field of that name; empty when there is none.
  std::string_view find(std::string_view name) const;
};

// Reads the fields at the start of `bytes`; sets `body` to where they end, after the empty line.
MimeHeader read_header(std::string_view bytes, std::size_t& body);

// A value with its encoded words decoded, in UTF-8, runs of white space as one space.
std::string decode_field(std::string_view value);

// "text/plain; charset=utf-8; name*=utf-8''a%20b": the value in lower case and its parameters.
struct MimeValue {
  std::string value = {};
  std::vector<HeaderField> parameters = {};  // values in UTF-8

  std::string_view find(std::string_view name) const;
};

MimeValue read_mime_value(std::string_view field);

}  // namespace vecstore
