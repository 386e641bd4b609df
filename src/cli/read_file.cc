#include "cli/read_file.h"

#include <cerrno>
#include <system_error>

#include "cli/in_file.h"

namespace vecstore {

Status system_error(const std::string& what, const std::string& path) {
  const int error = errno;
  const Code code = error == ENOENT || error == ENOTDIR ? Code::kNotFound
                    : error == EACCES || error == EPERM ? Code::kPermissionDenied
                    : error == ENOSPC || error == EDQUOT || error == EFBIG
                        ? Code::kResourceExhausted
                        : Code::kUnknown;
  const std::string name = path.empty() ? "''" : path;
  return {code, "cannot " + what + " " + name + ": " + std::generic_category().message(error)};
}

Result<std::string> read_file(const std::string& path) {
  return read_at_most(path, std::size_t{64} << 20);
}

Result<std::string> read_at_most(const std::string& path, std::size_t most) {
  VECSTORE_ASSIGN(InFile file, InFile::open(path));
  std::string text;
  for (;;) {
    VECSTORE_ASSIGN(const std::string_view next, file.peek());
    if (next.empty()) return text;
    if (next.size() > most - text.size()) {
      return resource_exhausted(file.path() + " has more than " + std::to_string(most) + " bytes");
    }
    text += next;
    file.skip(next.size());
  }
}

Status check_not_utf16(const std::string& path, std::string_view text) {
  if (!text.starts_with("\xff\xfe") && !text.starts_with("\xfe\xff")) return {};
  return {Code::kUnknown, path + " is UTF-16: convert it with iconv -f UTF-16 -t UTF-8"};
}

}  // namespace vecstore
