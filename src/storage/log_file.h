// One file of the log: its header, and a reader that tells records from bad bytes. Format:
// docs/format/log.md. What bad bytes mean is for log_reader to judge.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "io/file_system.h"
#include "storage/log_record.h"
#include "vecstore/status.h"

namespace vecstore::storage {

inline constexpr std::size_t kLogFileHeaderBytes = 64;
inline constexpr std::size_t kLogSectorBytes = 512;

struct LogFileHeader {
  std::uint32_t salt = 0;
  std::uint64_t number = 0;
  std::uint64_t first_sequence = 0;
};

void encode_log_file_header(const LogFileHeader& header, Bytes& out);

// "<folder>/<number>.log", and the number in such a name; nothing for every other name.
std::string log_file_path(const std::string& folder, std::uint64_t number);
std::optional<std::uint64_t> parse_log_file_name(std::string_view name);

// The salt of the database that the file belongs to. kDataLoss when its header does not verify.
Result<std::uint32_t> read_log_file_salt(io::FileSystem& files, const std::string& path);

// A moving window over a file, so that memory is bounded by the longest piece asked for.
class FileWindow {
 public:
  explicit FileWindow(const io::ReadableFile& file) : file_(file) {}
  // `length` bytes from `offset`, which the file has. The view lives until the next call.
  Result<ByteView> at(std::uint64_t offset, std::size_t length);

 private:
  const io::ReadableFile& file_;
  Bytes buffer_;
  std::uint64_t begin_ = 0;
  std::size_t filled_ = 0;
};

// One thread at a time.
class LogFileReader {
 public:
  // Reads the header. kDataLoss when it is that of another file or database, kFailedPrecondition
  // when it is newer; a header that does not verify is no error here: see first_sequence().
  static Result<std::unique_ptr<LogFileReader>> open(io::FileSystem& files, const std::string& path,
                                                     std::uint32_t salt, std::uint64_t number);

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return file_->size(); }
  // Nothing when the header is bad or cut off.
  std::optional<std::uint64_t> first_sequence() const { return first_sequence_; }

  enum class Found { kRecord, kBad, kEnd };
  // What stands at `offset`. The record's payload lives until the next call; `end` is where the
  // next record begins, for bad bytes where it may begin at the earliest.
  Result<Found> read(std::uint64_t offset, LogRecord* record, std::uint64_t* end);

  // The first bytes of the record at `offset`, which the file has: the checksum of its header.
  Result<std::uint32_t> checksum_at(std::uint64_t offset);

  struct Place {
    std::uint64_t offset = 0;
    LogRecordHeader header;
  };
  // The first record header that verifies at or behind `offset` with a sequence above `after` (one
  // quoted in a payload was written before and has a lower one). Payloads are not looked at. Linear
  // in the bytes passed over.
  Result<std::optional<Place>> find(std::uint64_t offset, std::uint64_t after);

  // True when an aligned sector is zero wherever the bytes from `begin` to `end` cover it, as a
  // block is that never reached the disk. A sector that reaches beyond `end` does not count.
  Result<bool> has_zero_sector(std::uint64_t begin, std::uint64_t end);

 private:
  LogFileReader(std::string path, std::uint32_t salt, std::unique_ptr<io::ReadableFile> file)
      : path_(std::move(path)), salt_(salt), file_(std::move(file)), window_(*file_) {}
  Status read_header(std::uint64_t number);

  std::string path_;
  std::uint32_t salt_;
  std::unique_ptr<io::ReadableFile> file_;
  FileWindow window_;
  std::optional<std::uint64_t> first_sequence_;
};

}  // namespace vecstore::storage
