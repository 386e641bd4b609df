#include "cli/out_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "cli/read_file.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxLinks = 40;  // as the kernel follows them

// The file that writing to `path` would write, there or not.
std::string place_of(const std::string& path) {
  std::error_code error;
  fs::path at = path;
  for (int links = 0; links < kMaxLinks && fs::is_symlink(at, error); ++links) {
    const fs::path target = fs::read_symlink(at, error);
    if (error) break;
    at = target.is_absolute() ? target : at.parent_path() / target;
  }
  return at.string();
}

// The entries of /proc/self/fd (that is /dev/fd, /dev/stdout) look like links and are open files.
bool leads_to_open_file(const std::string& path) {
  std::error_code error;
  fs::path at = path;
  for (int links = 0; links < kMaxLinks && fs::is_symlink(at, error); ++links) {
    const fs::path parent = at.has_parent_path() ? at.parent_path() : fs::path(".");
    if (fs::canonical(parent, error).native().starts_with("/proc/")) return true;
    const fs::path target = fs::read_symlink(at, error);
    at = target.is_absolute() ? target : parent / target;
  }
  return false;
}

bool is_standard_output(const struct stat& there) {
  struct stat output {};
  return ::fstat(STDOUT_FILENO, &output) == 0 && output.st_dev == there.st_dev &&
         output.st_ino == there.st_ino;
}

// What is taken from the mode of new files. It can only be asked for by setting it.
mode_t usual_mask() {
  const mode_t mask = ::umask(077);
  ::umask(mask);
  return mask;
}

}  // namespace

OutFile::~OutFile() {
  if (!file_ || file_ == stdout) return;
  std::fclose(file_);
  discard();
}

Status OutFile::open(const std::string& path) {
  path_ = path;
  struct stat there {};
  const bool exists = ::stat(path.c_str(), &there) == 0;
  if (path == "-" || (exists && is_standard_output(there))) {
    file_ = stdout;
    return {};
  }
  const bool direct = exists && (!S_ISREG(there.st_mode) || leads_to_open_file(path));
  place_ = direct ? path : place_of(path);
  part_ = direct ? "" : place_ + ".part";
  const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
  const int descriptor =
      direct ? ::open(place_.c_str(), flags, 0666) : ::open(part_.c_str(), flags, 0600);
  if (descriptor >= 0) file_ = ::fdopen(descriptor, "wb");
  if (file_) return {};
  const Status status = system_error("write", path);  // a missing folder is no missing record
  return status.code() == Code::kNotFound ? Status(Code::kUnknown, status.message()) : status;
}

Status OutFile::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size()) return {};
  return system_error("write", path_);
}

Status OutFile::finish() {
  if (!file_) return {};
  if (file_ == stdout) return std::fflush(stdout) == 0 ? Status() : system_error("write", path_);
  Status status = std::fflush(file_) == 0 ? Status() : system_error("write", path_);
  if (status.ok() && !part_.empty()) status = keep_mode();
  if (std::fclose(file_) != 0 && status.ok()) status = system_error("write", path_);
  file_ = nullptr;
  if (status.ok() && !part_.empty()) status = put_in_place();
  if (!status.ok()) discard();
  return status;
}

// Until now nobody else could read it. The owner stays where that is allowed; without it the mode
// is still the one that was chosen.
Status OutFile::keep_mode() {
  struct stat there {};
  mode_t mode = 0666 & ~usual_mask();
  if (::stat(place_.c_str(), &there) == 0) {
    (void)!::fchown(::fileno(file_), there.st_uid, there.st_gid);
    mode = there.st_mode & 07777;
  }
  if (::fchmod(::fileno(file_), mode) != 0) return system_error("write", path_);
  return ::fsync(::fileno(file_)) == 0 ? Status() : system_error("write", path_);
}

Status OutFile::put_in_place() {
  if (std::rename(part_.c_str(), place_.c_str()) == 0) return {};
  return system_error("write", path_);
}

void OutFile::discard() {
  if (!part_.empty()) std::remove(part_.c_str());
}

}  // namespace vecstore
