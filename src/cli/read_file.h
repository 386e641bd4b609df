// Whole files and standard input.
#pragma once

#include <string>

#include "vecstore/status.h"

namespace vecstore {

// The bytes of a file; "-" is standard input. kNotFound, kPermissionDenied or kUnknown.
Result<std::string> read_file(const std::string& path);

// The error of the last system call on `path`: "cannot read notes.txt: Permission denied".
Status system_error(const std::string& what, const std::string& path);

}  // namespace vecstore
