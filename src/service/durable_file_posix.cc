#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/bytes.h"
#include "base/hash.h"
#include "service/durable_file.h"

namespace vecstore {
namespace {

Status system_refusal(const std::string& what, const std::string& path) {
  const int error = errno;
  const std::string message = "cannot " + what + " " + path + ": " + std::strerror(error);
  if (error == ENOENT) return not_found(message);
  if (error == EACCES || error == EPERM || error == EROFS)
    return Status(Code::kPermissionDenied, message);
  if (error == ENOSPC || error == EDQUOT || error == EMFILE) return resource_exhausted(message);
  return Status(Code::kUnknown, message);
}

Status write_all(int file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_refusal("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// The folder's entry has to last as well.
Status sync_folder_of(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return system_refusal("open", folder);
  const Status status = ::fsync(file) == 0 ? Status() : system_refusal("sync", folder);
  ::close(file);
  return status;
}

}  // namespace

Result<std::string> read_whole(const std::string& path, std::size_t most) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return system_refusal("read", path);
  std::string content;
  std::string buffer(64 << 10, '\0');
  ssize_t got = 0;
  do {
    got = ::read(file, buffer.data(), buffer.size());
    if (got > 0) content.append(buffer.data(), static_cast<std::size_t>(got));
  } while (content.size() <= most && (got > 0 || (got < 0 && errno == EINTR)));
  const Status status = got < 0 ? system_refusal("read", path) : Status();
  ::close(file);
  VECSTORE_TRY(status);
  if (content.size() <= most) return content;
  return resource_exhausted(path + " has more than " + std::to_string(most) + " bytes");
}

Status replace_file(const std::string& path, std::string_view content) {
  const std::string part = path + ".part";
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return system_refusal("write", part);
  Status status = write_all(file, content, part);
  if (status.ok() && ::fsync(file) != 0) status = system_refusal("sync", part);
  if (::close(file) != 0 && status.ok()) status = system_refusal("write", part);
  if (status.ok() && std::rename(part.c_str(), path.c_str()) != 0)
    status = system_refusal("replace", path);
  if (status.ok()) return sync_folder_of(path);
  std::remove(part.c_str());
  return status;
}

std::uint64_t file_mark(const std::string& path) {
  struct stat there {};
  if (::stat(path.c_str(), &there) != 0) return 0;
  const std::uint64_t parts[] = {there.st_ino, static_cast<std::uint64_t>(there.st_size),
                                 static_cast<std::uint64_t>(there.st_mtim.tv_sec),
                                 static_cast<std::uint64_t>(there.st_mtim.tv_nsec)};
  const std::uint64_t mark = hash64(std::as_bytes(std::span(parts)));
  return mark == 0 ? 1 : mark;
}

Result<PathLock> PathLock::take(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return system_refusal("lock", path);
  PathLock lock(file);
  while (::flock(file, LOCK_EX) != 0)
    if (errno != EINTR) return system_refusal("lock", path);
  return lock;
}

PathLock::PathLock(PathLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
PathLock::~PathLock() {
  if (file_ >= 0) ::close(file_);
}

Result<AppendFile> AppendFile::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return system_refusal("write", path);
  struct stat there {};
  AppendFile opened(path, file, 0);
  if (::fstat(file, &there) != 0) return system_refusal("write", path);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) return unavailable(path + " is in use");
  opened.bytes_ = static_cast<std::uint64_t>(there.st_size);
  return opened;
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)), bytes_(other.bytes_) {}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

AppendFile::~AppendFile() {
  if (file_ >= 0) ::close(file_);
}

Status AppendFile::append(std::string_view bytes) {
  VECSTORE_TRY(write_all(file_, bytes, path_));
  bytes_ += bytes.size();
  return {};
}

Status AppendFile::truncate(std::uint64_t bytes) {
  if (::ftruncate(file_, static_cast<off_t>(bytes)) != 0) return system_refusal("shorten", path_);
  bytes_ = bytes;
  return {};
}

}  // namespace vecstore
