#include "cli/read_file.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace vecstore {

Status system_error(const std::string& what, const std::string& path) {
  const int error = errno;
  const Code code = error == ENOENT || error == ENOTDIR  ? Code::kNotFound
                    : error == EACCES || error == EPERM  ? Code::kPermissionDenied
                    : error == ENOSPC || error == EDQUOT ? Code::kResourceExhausted
                                                         : Code::kUnknown;
  return {code, "cannot " + what + " " + path + ": " + std::generic_category().message(error)};
}

Result<std::string> read_file(const std::string& path) {
  const bool standard = path == "-";
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      standard ? stdin : std::fopen(path.c_str(), "rb"),
      [](std::FILE* open) { return open == stdin ? 0 : std::fclose(open); });
  if (!file) return system_error("read", path);
  std::string text;
  std::array<char, 1 << 16> buffer;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    text.append(buffer.data(), got);
  }
  if (std::ferror(file.get())) return system_error("read", path);
  return text;
}

}  // namespace vecstore
