// The write-ahead log of a database: files wal/<number>.log, appended in order, replayed from where the manifest says.
//
// Log knows records and files, not what they mean. The caller serialises calls to append() and sync(); sync() may run beside append().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/sync.h"
#include "io/file_system.h"
#include "storage/log_record.h"
#include "vecstore/status.h"

namespace vecstore::storage {

// What replay found.
struct LogState {
  std::uint64_t last_sequence = 0;  // of the last whole record (and whole group); `from - 1` when there is none
  std::uint64_t epoch = 0;          // highest seen
  std::uint64_t bytes = 0;          // of valid records replayed
  std::vector<std::string> notes;   // "wal/3.log: 812 bytes after offset 40960 were an unfinished write and were dropped"
};

struct LogFile {
  std::uint64_t number = 0;
  std::uint64_t first_sequence = 0;
  std::uint64_t size = 0;
};

class Log {
 public:
  // Replays every record with sequence >= `from` in order; records of a group are handed over only when their kCommit is there (then all
  // of them, the commit last). Reads only: an unfinished tail is skipped, not cut.
  //
  // A bad record with nothing valid after it is an unfinished write and is dropped, with a note. With valid records after it, it is
  // damage (kDataLoss naming file and offset) when one of them says `synced` >= the missing sequence, or when the bad bytes do not
  // look like a block that never reached the disk (no aligned 512-byte sector of zeros); otherwise the whole unsynced rest is dropped.
  // A gap between files or sequences is damage unless it lies below `from`.
  static Result<LogState> replay(io::FileSystem& files, const std::string& folder, std::uint32_t salt, std::uint64_t from,
                                 const std::function<Status(const LogRecord&)>& apply);

  // Replays as above, then cuts the unfinished tail off and makes the log ready for appending after it. Makes the folder when absent.
  static Result<std::unique_ptr<Log>> open(io::FileSystem& files, const std::string& folder, std::uint32_t salt, std::uint64_t from,
                                           const std::function<Status(const LogRecord&)>& apply, LogState* state);

  // Appends encoded records whose first has sequence `first`; begins a new file when the current one is above `roll_bytes`. On failure the file is cut back to
  // where it was and the error returned; when even that fails, or a sync failed before, the log is broken: see fault().
  Status append(ByteView records, std::uint64_t first, std::uint64_t roll_bytes);

  // Everything appended so far is on the disk when this returns ok. A failure breaks the log for good.
  Status sync();

  // Removes files all of whose records are below `sequence`. The newest file stays.
  Status remove_before(std::uint64_t sequence);

  std::vector<LogFile> list() const;
  // Ok, or why nothing may be appended any more.
  Status fault() const;
  // Syncs nothing.
  Status close();
};

}  // namespace vecstore::storage
