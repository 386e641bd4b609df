// The one shape of a file error, whichever file system it comes from:
// "cannot open 'wal/1.log': no such file or directory".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vecstore/status.h"

namespace vecstore::io {

inline Status file_error(Code code, std::string_view action, std::string_view path,
                         std::string_view cause) {
  std::string message = "cannot ";
  message.append(action).append(" '").append(path).append("': ").append(cause);
  return Status(code, std::move(message));
}

// A read of `count` bytes at `offset` from a file that has only `size`.
inline Status short_file_error(std::string_view path, std::uint64_t offset, std::uint64_t count,
                               std::uint64_t size) {
  return file_error(Code::kDataLoss, "read", path,
                    std::to_string(count) + " bytes at offset " + std::to_string(offset) +
                        " lie beyond the file's " + std::to_string(size));
}

}  // namespace vecstore::io
