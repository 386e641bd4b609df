#include "io/posix_file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <system_error>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/forks.h"
#include "base/mutant.h"
#include "base/sync.h"
#include "io/file_error.h"

namespace vecstore::io {
namespace {

constexpr mode_t kFileMode = 0666;    // less the process's umask
constexpr mode_t kFolderMode = 0777;  // likewise

Code code_of(int error) {
  switch (error) {
    case ENOENT:
      return Code::kNotFound;
    case EEXIST:
      return Code::kAlreadyExists;
    case EACCES:
    case EPERM:  // unreached: root may do all that it may not
    case EROFS:  // unreached: needs a disk mounted to be read
      return Code::kPermissionDenied;
    case ENOSPC:
    case EDQUOT:  // unreached: needs a quota
    case EFBIG:
    case EMFILE:
    case ENFILE:  // unreached: needs the table of the whole system full
    case ENOMEM:  // unreached: needs a kernel without memory
      return Code::kResourceExhausted;
    case ENOTDIR:
    case EISDIR:
    case ENOTEMPTY:
      return Code::kFailedPrecondition;
    case EINVAL:
    case ENAMETOOLONG:
    case ELOOP:
      return Code::kInvalidArgument;
    default:
      return Code::kUnknown;
  }
}

Status error_from(int error, std::string_view action, std::string_view path) {
  std::string cause = std::generic_category().message(error);
  if (!cause.empty()) {
    cause[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(cause[0])));
  }
  return file_error(code_of(error), action, path, cause);
}

Status last_error(std::string_view action, std::string_view path) {
  return error_from(errno, action, path);
}

// The operating system would take the part before a NUL for the path.
Status check_path(const std::string& path) {
  if (path.find('\0') == path.npos) return {};
  return file_error(Code::kInvalidArgument, "use", path, "the path has a NUL byte");
}

// Repeats a call that a signal interrupted.
template <typename Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result == -1 && errno == EINTR) result = call();
  return result;
}

// A file descriptor, closed at the end of its life.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  void forget() { fd_ = -1; }
  // Not repeated when interrupted: Linux has closed the descriptor even then.
  bool close() { return ::close(std::exchange(fd_, -1)) == 0 || errno == EINTR; }

 private:
  int fd_;
};

Result<Descriptor> open_descriptor(std::string_view action, const std::string& path, int flags) {
  VECSTORE_TRY(check_path(path));
  const int fd = uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, kFileMode); });
  if (fd < 0) return last_error(action, path);
  return Descriptor(fd);
}

Result<std::uint64_t> size_of(std::string_view action, const std::string& path, int fd) {
  struct stat info;
  // unreached: an open descriptor has a size
  if (::fstat(fd, &info) != 0) return last_error(action, path);
  if (S_ISDIR(info.st_mode)) return error_from(EISDIR, action, path);
  return static_cast<std::uint64_t>(info.st_size);
}

class PosixReadableFile : public ReadableFile {
 public:
  PosixReadableFile(std::string path, Descriptor file, std::uint64_t size)
      : path_(std::move(path)), file_(std::move(file)), size_(size) {}
  ~PosixReadableFile() override {
    if (!mapped_.empty()) ::munmap(const_cast<std::byte*>(mapped_.data()), mapped_.size());
  }
  PosixReadableFile(const PosixReadableFile&) = delete;
  PosixReadableFile& operator=(const PosixReadableFile&) = delete;

  // Without a map (none left, a file system that has none) reads still work.
  void map() {
    if (size_ == 0 || size_ > SIZE_MAX) return;
    const auto size = static_cast<std::size_t>(size_);
    void* at = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file_.get(), 0);
    // unreached: needs all maps taken
    if (at != MAP_FAILED) mapped_ = {static_cast<const std::byte*>(at), size};
  }

  std::uint64_t size() const override { return size_; }

  // Never from the map: a file cut off meanwhile is an error here and a fault there.
  Status read(std::uint64_t offset, std::span<std::byte> out) const override {
    if (offset > size_ || out.size() > size_ - offset) {
      return short_file_error(path_, offset, out.size(), size_);
    }
    std::size_t done = 0;
    while (done < out.size()) {
      const ssize_t got = uninterrupted([&] {
        return ::pread(file_.get(), out.data() + done, out.size() - done,
                       static_cast<off_t>(offset + done));
      });
      // unreached: needs a disk with a bad sector
      if (got < 0) return last_error("read", path_);
      if (got == 0) return short_file_error(path_, offset, out.size(), offset + done);
      done += static_cast<std::size_t>(got);
    }
    return {};
  }

  std::span<const std::byte> mapped() const override { return mapped_; }

 private:
  std::string path_;
  Descriptor file_;
  std::uint64_t size_;
  ByteView mapped_;
};

class PosixWritableFile : public WritableFile {
 public:
  PosixWritableFile(std::string path, Descriptor file, std::uint64_t size)
      : path_(std::move(path)), file_(std::move(file)), size_(size) {}

  Status append(ByteView data) override {
    VECSTORE_TRY(check_open("write"));
    while (!data.empty()) {
      const ssize_t put = uninterrupted([&] {
        return ::pwrite(file_.get(), data.data(), data.size(), static_cast<off_t>(size_));
      });
      if (put < 0) return last_error("write", path_);
      // unreached: no system here does that
      if (put == 0) return error_from(ENOSPC, "write", path_);
      size_ += static_cast<std::uint64_t>(put);
      data = data.subspan(static_cast<std::size_t>(put));
    }
    return {};
  }

  Status sync() override {
    VECSTORE_TRY(check_open("sync"));
    if (VECSTORE_MUTANT("disk.file_not_synced")) return {};
    const int failed = uninterrupted([&] { return ::fdatasync(file_.get()); });
    return failed == 0 ? Status() : last_error("sync", path_);
  }

  Status truncate(std::uint64_t size) override {
    VECSTORE_TRY(check_open("truncate"));
    const int failed =
        uninterrupted([&] { return ::ftruncate(file_.get(), static_cast<off_t>(size)); });
    if (failed != 0) return last_error("truncate", path_);
    size_ = size;
    return {};
  }

  std::uint64_t size() const override { return size_; }

  Status close() override {
    // unreached: needs a network disk
    if (!file_.is_open() || file_.close()) return {};
    return last_error("close", path_);
  }

 private:
  Status check_open(std::string_view action) const {
    if (file_.is_open()) return {};
    return file_error(Code::kFailedPrecondition, action, path_, "the file was closed");
  }

  std::string path_;
  Descriptor file_;
  std::uint64_t size_;
};

// The descriptors of the locks that this process holds. A child that fork() makes has copies of
// them, and flock() locks go with the last copy: it closes its own at birth, so that a lock ends
// with the process that took it.
class HeldLocks {
 public:
  HeldLocks() { at_forks(before_fork, in_parent, in_child); }
  // Never destroyed: forks happen to the end.
  static HeldLocks& one() {
    static HeldLocks& held = *new HeldLocks;
    return held;
  }
  void add(int descriptor) VECSTORE_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    descriptors_.push_back(descriptor);
  }
  void remove(int descriptor) VECSTORE_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    std::erase(descriptors_, descriptor);
  }

 private:
  // The mutex is held from before a fork to behind it, in both processes.
  static void before_fork() VECSTORE_NO_THREAD_SAFETY_ANALYSIS { one().mutex_.lock(); }
  static void in_parent() VECSTORE_NO_THREAD_SAFETY_ANALYSIS { one().mutex_.unlock(); }
  static void in_child() VECSTORE_NO_THREAD_SAFETY_ANALYSIS {
    if (!VECSTORE_MUTANT("lock.kept_by_child"))
      for (const int descriptor : one().descriptors_) ::close(descriptor);
    one().descriptors_.clear();
    one().mutex_.unlock();
  }

  Mutex mutex_;
  std::vector<int> descriptors_ VECSTORE_GUARDED_BY(mutex_);
};

// The lock is the kernel's and lasts as long as the descriptor; the process id in the file is for
// those who are refused. A clean end leaves the file empty.
class PosixFileLock : public FileLock {
 public:
  explicit PosixFileLock(Descriptor file) : file_(std::move(file)), pid_(::getpid()) {
    HeldLocks::one().add(file_.get());
  }
  ~PosixFileLock() override {
    if (pid_ != ::getpid()) {  // the descriptor was closed at birth
      file_.forget();
      return;
    }
    HeldLocks::one().remove(file_.get());
    [[maybe_unused]] const int failed = ::ftruncate(file_.get(), 0);
  }

  Status write_holder(const std::string& path) {
    const std::string text = std::to_string(::getpid()) + "\n";
    if (::ftruncate(file_.get(), 0) != 0) return last_error("lock", path);
    const ssize_t put = ::pwrite(file_.get(), text.data(), text.size(), 0);
    // unreached: cutting it would have failed before
    if (put < 0) return last_error("lock", path);
    if (static_cast<std::size_t>(put) < text.size()) return error_from(ENOSPC, "lock", path);
    return {};
  }

 private:
  Descriptor file_;
  const pid_t pid_;
};

// The process id in a lock file, or 0.
int holder_of(int fd) {
  char text[16] = {};
  const ssize_t size = ::pread(fd, text, sizeof text, 0);
  int pid = 0;
  if (size > 0) std::from_chars(text, text + size, pid);
  return pid > 0 ? pid : 0;
}

bool is_dead(int pid) { return ::kill(pid, 0) != 0 && errno == ESRCH; }

// The holder writes its id a moment after it has the lock: until then the file is empty or names
// one that is dead. Of one that died the lock is free once its children, who close what they
// inherited when they are born, have come to it. Both are waited for.
Status take_lock(const std::string& path, int fd) {
  constexpr int kTries = 50;
  int pid = 0;
  for (int tries = 0; tries < kTries; ++tries) {
    if (tries > 0) ::usleep(1'000);
    if (uninterrupted([&] { return ::flock(fd, LOCK_EX | LOCK_NB); }) == 0) return {};
    if (errno != EWOULDBLOCK) return last_error("lock", path);
    pid = holder_of(fd);
    if (pid != 0 && !is_dead(pid)) break;
  }
  return file_error(Code::kUnavailable, "lock", path,
                    pid == 0 ? "already open by another process"
                             : "already open by process " + std::to_string(pid));
}

class PosixFileSystem : public FileSystem {
 public:
  Result<std::unique_ptr<ReadableFile>> open(const std::string& path, Access access) override {
    VECSTORE_ASSIGN(Descriptor file, open_descriptor("open", path, O_RDONLY));
    VECSTORE_ASSIGN(const std::uint64_t size, size_of("open", path, file.get()));
    auto opened = std::make_unique<PosixReadableFile>(path, std::move(file), size);
    if (access == Access::kMap) opened->map();
    return std::unique_ptr<ReadableFile>(std::move(opened));
  }

  Result<std::unique_ptr<WritableFile>> create(const std::string& path, Create mode) override {
    const int flags = O_WRONLY | O_CREAT | (mode == Create::kNew ? O_EXCL : 0);
    VECSTORE_ASSIGN(Descriptor file, open_descriptor("create", path, flags));
    // unreached: no folder opens to be written, and an open descriptor has a size
    VECSTORE_ASSIGN(const std::uint64_t size, size_of("create", path, file.get()));
    return std::unique_ptr<WritableFile>(
        std::make_unique<PosixWritableFile>(path, std::move(file), size));
  }

  Result<std::uint64_t> file_size(const std::string& path) override {
    VECSTORE_TRY(check_path(path));
    struct stat info;
    if (::stat(path.c_str(), &info) != 0) return last_error("measure", path);
    if (S_ISDIR(info.st_mode)) return error_from(EISDIR, "measure", path);
    return static_cast<std::uint64_t>(info.st_size);
  }

  Result<bool> exists(const std::string& path) override {
    VECSTORE_TRY(check_path(path));
    struct stat info;
    if (::stat(path.c_str(), &info) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return last_error("find", path);
  }

  Result<std::vector<std::string>> list(const std::string& folder) override {
    VECSTORE_TRY(check_path(folder));
    struct Close {
      void operator()(DIR* entries) const { ::closedir(entries); }
    };
    const std::unique_ptr<DIR, Close> entries(::opendir(folder.c_str()));
    if (!entries) return last_error("list", folder);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(entries.get())) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
      errno = 0;
    }
    // unreached: needs a disk with a bad sector
    if (errno != 0) return last_error("list", folder);
    std::sort(names.begin(), names.end());
    return names;
  }

  Status make_folder(const std::string& folder) override {
    VECSTORE_TRY(check_path(folder));
    for (std::size_t end = 0; end < folder.size();) {
      end = std::min(folder.find('/', end + 1), folder.size());
      VECSTORE_TRY(make_one_folder(folder.substr(0, end)));
    }
    return {};
  }

  Status rename(const std::string& from, const std::string& to) override {
    VECSTORE_TRY(file_size(from).status());  // files only: a folder is another matter
    VECSTORE_TRY(check_path(to));
    if (::rename(from.c_str(), to.c_str()) != 0) return last_error("rename to", to);
    return {};
  }

  Status remove(const std::string& path) override {
    VECSTORE_TRY(check_path(path));
    return std::remove(path.c_str()) == 0 ? Status() : last_error("remove", path);
  }

  Status sync_folder(const std::string& folder) override {
    VECSTORE_ASSIGN(Descriptor file, open_descriptor("sync", folder, O_RDONLY | O_DIRECTORY));
    if (VECSTORE_MUTANT("disk.folder_not_synced")) return {};
    const int failed = uninterrupted([&] { return ::fsync(file.get()); });
    return failed == 0 ? Status() : last_error("sync", folder);
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    VECSTORE_ASSIGN(Descriptor file, open_descriptor("lock", path, O_RDWR | O_CREAT));
    if (!VECSTORE_MUTANT("open.not_locked")) VECSTORE_TRY(take_lock(path, file.get()));
    auto lock = std::make_unique<PosixFileLock>(std::move(file));
    VECSTORE_TRY(lock->write_holder(path));
    return std::unique_ptr<FileLock>(std::move(lock));
  }

 private:
  Status make_one_folder(const std::string& folder) {
    if (::mkdir(folder.c_str(), kFolderMode) == 0) return {};
    const int error = errno;
    struct stat info;
    const bool there = ::stat(folder.c_str(), &info) == 0;
    if (there && S_ISDIR(info.st_mode)) return {};
    return error_from(there ? ENOTDIR : error, "make", folder);
  }
};

}  // namespace

FileSystem& posix_file_system() {
  static PosixFileSystem files;
  return files;
}

}  // namespace vecstore::io
