// Whole files and standard input.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vecstore/status.h"

namespace vecstore {

// The content of a file, unpacked where it is gzip; "-" is standard input. kNotFound,
// kPermissionDenied, kResourceExhausted with more than `most` bytes, or kUnknown.
Result<std::string> read_at_most(const std::string& path, std::size_t most);

// The same for what people write: 64 MiB at most, so that what is endless ends.
Result<std::string> read_file(const std::string& path);

// The error of the last system call on `path`: "cannot read notes.txt: Permission denied".
Status system_error(const std::string& what, const std::string& path);

// kUnknown for text that begins with the byte order mark of UTF-16, and says how to convert it.
Status check_not_utf16(const std::string& path, std::string_view text);

}  // namespace vecstore
