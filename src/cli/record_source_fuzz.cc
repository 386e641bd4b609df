// Any bytes as a file to import, in each format but Parquet, which has parquet_table_fuzz: the
// first byte says which. What is read ends, and every error says where it is.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "cli/record_source.h"

namespace {

constexpr const char* kFormats[] = {"jsonl", "json",  "csv",   "npy",
                                    "fvecs", "bvecs", "ivecs", "idx"};

// A file without a name, whose path is that of its descriptor.
class NamelessFile {
 public:
  NamelessFile(const std::uint8_t* data, std::size_t size) : fd_(::memfd_create("import", 0)) {
    if (fd_ < 0 || ::write(fd_, data, size) != static_cast<ssize_t>(size)) std::abort();
  }
  ~NamelessFile() { ::close(fd_); }
  NamelessFile(const NamelessFile&) = delete;
  NamelessFile& operator=(const NamelessFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

void read_all(vecstore::RecordSource& source, std::size_t size) {
  for (std::size_t records = 0;; ++records) {
    if (records > size + 1) std::abort();  // a record takes a byte at least
    const auto next = source.next();
    if (next.ok() && !next->has_value()) return;
    if (next.ok()) continue;
    if (next.status().message().empty() || source.where().empty()) std::abort();
    if (next.status().code() != vecstore::Code::kInvalidArgument) return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const NamelessFile file(data + 1, size - 1);
  const auto source = vecstore::open_source(
      {.path = file.path(), .format = kFormats[data[0] % std::size(kFormats)]});
  if (source.ok()) read_all(**source, size);
  if (!source.ok() && source.status().message().empty()) std::abort();
  return 0;
}
