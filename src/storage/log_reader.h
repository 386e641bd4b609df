// Reads the files of a log in order and decides what bad bytes are: an unfinished write, which is
// dropped, or damage, which is an error. The rule and its reasons:
// docs/design/002-log-and-recovery.md.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "io/file_system.h"
#include "storage/log_record.h"
#include "vecstore/status.h"

namespace vecstore::storage {

// What replay found.
struct LogState {
  std::uint64_t last_sequence = 0;  // of the last whole record (and group); `from - 1` when none
  std::uint64_t epoch = 0;          // highest seen
  std::uint64_t bytes = 0;          // of valid records replayed
  // "wal/3.log: 812 bytes from offset 40960 were an unfinished write and were dropped"
  std::vector<std::string> notes;
};

struct LogFile {
  std::uint64_t number = 0;
  std::uint64_t first_sequence = 0;  // 0 when the header cannot be read
  std::uint64_t size = 0;
};

// A place between two records of a log that may still grow.
struct LogPlace {
  std::uint64_t file = 0;           // number
  std::uint64_t offset = 0;         // in it
  std::uint64_t next_sequence = 0;  // of the record that belongs there
  // The record before it in this file: where it begins and how its bytes begin, with the checksum
  // of its header. An offset of 0: there is none.
  std::uint64_t last_offset = 0;
  std::uint32_t last_checksum = 0;
};

// Where the valid part of a log ends and writing may go on.
struct LogTail {
  std::vector<LogFile> files;       // of the folder, by number
  std::optional<std::size_t> file;  // which of them holds the end; none when nothing is valid
  std::uint64_t offset = 0;         // where in it
  std::uint64_t next_sequence = 0;  // of the record that belongs there
  std::uint64_t last_offset = 0;    // as in LogPlace
  std::uint32_t last_checksum = 0;
  bool more = false;  // reading ended because it was enough: LogRange::max_bytes

  // Its end; none when nothing is valid.
  std::optional<LogPlace> place() const;
};

// What of a log is read.
struct LogRange {
  std::uint64_t from = 1;  // the first sequence
  // Where `from` belongs, as an earlier read found it: nothing before is read again.
  std::optional<LogPlace> after = {};
  std::uint64_t max_bytes =
      ~std::uint64_t{0};  // reading ends with the record or group that exceeds it
};

using LogApply = std::function<Status(const LogRecord&)>;

// Hands over every record with sequence >= `range.from`, as Log::replay promises. Changes nothing.
// With `range.after`: kNotFound when the log no longer has the records from there on, kAborted when
// what stands before that place is not what was read: a failed write that was taken back.
Result<LogTail> read_log(io::FileSystem& files, const std::string& folder, std::uint32_t salt,
                         const LogRange& range, const LogApply& apply, LogState* state);

}  // namespace vecstore::storage
