// Reads what another process appends to a log, piece by piece, without its help: nothing is locked,
// written or kept open.
//
// The writer may cut a failed write off, begin new files and remove old ones at any moment. A
// record or group that is not whole yet is not there yet.
#pragma once

#include <cstdint>
#include <string>

#include "io/file_system.h"
#include "storage/log_group.h"
#include "storage/log_reader.h"
#include "vecstore/status.h"

namespace vecstore::storage {

// Whole records and groups, in order.
struct LogPiece {
  PendingGroup records;
  std::uint64_t last_sequence = 0;  // what was read up to; as before when there is nothing new
  bool more = false;                // there may be more at once
  LogPlace end;
};

// One thread at a time.
class LogFollower {
 public:
  // After a reader has read up to `last_sequence` and found `tail`.
  LogFollower(io::FileSystem& files, std::string folder, std::uint32_t salt, const LogTail& tail,
              std::uint64_t last_sequence);

  std::uint64_t last_sequence() const { return last_sequence_; }

  // True when nothing was appended since the last read. Cost: the size of a file, a small read and
  // a look for a file.
  Result<bool> is_unchanged() const;

  // What came after the last accepted piece, about `max_bytes` of it. kNotFound when the log no
  // longer has it, kAborted when a write that was read was taken back, kDataLoss for damage; any of
  // these may come from a file that changed while it was read, and then go away.
  Result<LogPiece> read(std::uint64_t max_bytes) const;
  // The next read begins behind it.
  void accept(const LogPiece& piece);

 private:
  io::FileSystem* files_;
  std::string folder_;
  std::uint32_t salt_;
  std::uint64_t last_sequence_;
  LogPlace place_;  // file 0: none was valid
};

}  // namespace vecstore::storage
