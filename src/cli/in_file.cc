#include "cli/in_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "cli/interrupt.h"
#include "cli/read_file.h"

namespace vecstore {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 16;
constexpr std::string_view kGzip = "\x1f\x8b";
constexpr int kGzipWindow = 15 + 16;  // zlib: the largest window, with the header of gzip

}  // namespace

bool is_read_once(const std::string& path) {
  struct stat status {};
  if (path == "-") return true;
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

struct InFile::State {
  State(std::string name, int opened) : path(std::move(name)), file(opened) {
    struct stat status {};
    waits = ::fstat(file, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
  }
  ~State() {
    if (unpacking) ::inflateEnd(&stream);
    if (file != STDIN_FILENO) ::close(file);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Status fill();
  Status fill_packed(std::size_t keep = 0);
  Status begin();
  Status unpack();

  std::string path;
  int file;
  bool waits = false;  // for somebody who writes
  bool begun = false, ended = false, unpacking = false, member_ended = false;
  z_stream stream = {};
  std::array<char, kBufferBytes> packed, buffer;
  std::string_view raw = {};   // of `packed`: bytes of the file that are to come
  std::string_view next = {};  // of `packed` or `buffer`: content that is to come
};

// The first `keep` bytes stay. A read that restarts after a signal would not end before the other
// side writes again, hence poll().
Status InFile::State::fill_packed(std::size_t keep) {
  ssize_t got = -1;
  do {
    pollfd waiting{file, POLLIN, 0};
    if (waits && !ended) (void)::poll(&waiting, 1, -1);
    if (waits && interrupted()) return cancelled("stopped while reading " + path);
    got = ended ? 0 : ::read(file, packed.data() + keep, packed.size() - keep);
  } while (got < 0 && (errno == EINTR || errno == EAGAIN));
  if (got < 0) return system_error("read", path);
  ended = got == 0;
  raw = {packed.data(), keep + static_cast<std::size_t>(got)};
  return {};
}

Status InFile::State::begin() {
  begun = true;
  VECSTORE_TRY(fill_packed());
  if (raw == kGzip.substr(0, 1)) VECSTORE_TRY(fill_packed(1));
  if (!raw.starts_with(kGzip)) return {};
  if (::inflateInit2(&stream, kGzipWindow) != Z_OK) return internal_error("zlib does not start");
  unpacking = true;
  return {};
}

Status InFile::State::unpack() {
  while (next.empty()) {
    if (raw.empty()) VECSTORE_TRY(fill_packed());
    if (raw.empty() && member_ended) return {};
    if (raw.empty()) return {Code::kUnknown, path + " ends within its gzip data"};
    if (member_ended && ::inflateReset(&stream) != Z_OK) return internal_error("zlib: reset");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(raw.data()));
    stream.avail_in = static_cast<uInt>(raw.size());
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    const int outcome = ::inflate(&stream, Z_NO_FLUSH);
    if (outcome != Z_OK && outcome != Z_STREAM_END) {
      return {Code::kUnknown, path + ": the gzip data is damaged"};
    }
    member_ended = outcome == Z_STREAM_END;
    raw.remove_prefix(raw.size() - stream.avail_in);
    next = {buffer.data(), buffer.size() - stream.avail_out};
  }
  return {};
}

Status InFile::State::fill() {
  if (!begun) VECSTORE_TRY(begin());
  if (unpacking) return unpack();
  if (raw.empty()) VECSTORE_TRY(fill_packed());
  next = std::exchange(raw, {});
  return {};
}

// O_NONBLOCK: to open a pipe that nobody writes would wait without an end.
Result<InFile> InFile::open(const std::string& path) {
  if (path == "-") return InFile(std::make_unique<State>("standard input", STDIN_FILENO));
  const int file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return system_error("read", path);
  return InFile(std::make_unique<State>(path, file));
}

InFile::InFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
InFile::InFile(InFile&&) noexcept = default;
InFile& InFile::operator=(InFile&&) noexcept = default;
InFile::~InFile() = default;

const std::string& InFile::path() const { return state_->path; }

Result<std::string_view> InFile::peek() {
  if (state_->next.empty()) VECSTORE_TRY(state_->fill());
  return state_->next;
}

void InFile::skip(std::size_t bytes) { state_->next.remove_prefix(bytes); }

Result<std::size_t> InFile::read(void* to, std::size_t bytes) {
  std::size_t done = 0;
  while (done < bytes) {
    VECSTORE_ASSIGN(const std::string_view next, peek());
    if (next.empty()) break;
    const std::size_t part = std::min(next.size(), bytes - done);
    std::memcpy(static_cast<char*>(to) + done, next.data(), part);
    skip(part);
    done += part;
  }
  return done;
}

}  // namespace vecstore
