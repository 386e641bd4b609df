#include "embed/model_bytes.h"

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>

namespace vecstore {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxFileBytes = std::uintmax_t{4} << 30;

Status unreadable(const fs::path& path, std::error_code error) {
  const bool denied = error == std::errc::permission_denied;
  return {denied ? Code::kPermissionDenied : Code::kUnknown,
          "cannot read " + path.string() + ": " + error.message()};
}

}  // namespace

Result<Bytes> read_model_file(const std::string& name) {
  const fs::path path(name);
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) {
    return not_found(path.string() + " is not there");
  }
  if (error) return unreadable(path, error);
  if (size > kMaxFileBytes) {
    return resource_exhausted(path.string() + " has " + std::to_string(size) +
                              " bytes, the limit is " + std::to_string(kMaxFileBytes));
  }
  Bytes bytes(size);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (!file) return unreadable(path, std::error_code(errno, std::generic_category()));
  return bytes;
}

std::string hex_of(std::uint64_t value) {
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4) {
    *digit = "0123456789abcdef"[value & 15];
  }
  return text;
}

}  // namespace vecstore
