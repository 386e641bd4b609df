// The write-ahead log of a database: files wal/<number>.log, appended in order, replayed from where
// the manifest says.
//
// Log knows records and files, not what they mean. The caller serialises calls to append(), and to
// sync(); sync(), list(), fault() and remove_before() may run beside append().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/sync.h"
#include "io/file_system.h"
#include "storage/log_reader.h"
#include "storage/log_record.h"
#include "vecstore/status.h"

namespace vecstore::storage {

class Log {
 public:
  // Replays every record with sequence >= `from` in order; records of a group are handed over only
  // when their kCommit is there (then all of them, the commit last). Reads only: an unfinished tail
  // is skipped, not cut. A payload lives until `apply` returns; its error ends the replay.
  //
  // A bad record with nothing valid after it is an unfinished write and is dropped, with a note.
  // With valid records after it, it is damage (kDataLoss naming file and offset) when one of them
  // says `synced` >= the missing sequence, or when the bad bytes do not look like a block that
  // never reached the disk (no aligned 512-byte sector of zeros); otherwise the whole unsynced rest
  // is dropped. A gap between files or sequences is damage unless it lies below `from`.
  static Result<LogState> replay(io::FileSystem& files, const std::string& folder,
                                 std::uint32_t salt, std::uint64_t from, const LogApply& apply);

  // Replays as above, then cuts the unfinished tail off and makes the log ready for appending after
  // it. Makes the folder when absent. What was replayed is on the disk when this returns, even if
  // whoever wrote it was killed before syncing.
  static Result<std::unique_ptr<Log>> open(io::FileSystem& files, const std::string& folder,
                                           std::uint32_t salt, std::uint64_t from,
                                           const LogApply& apply, LogState* state);

  // Appends encoded records whose first has sequence `first`; begins a new file when the current
  // one is above `roll_bytes`, which syncs the current one. On failure the file is cut back to
  // where it was and the error returned; when even that fails, or a sync failed before, the log is
  // broken: see fault().
  Status append(ByteView records, std::uint64_t first, std::uint64_t roll_bytes)
      VECSTORE_EXCLUDES(sync_mutex_, mutex_);

  // Everything appended so far is on the disk when this returns ok. A failure breaks the log for
  // good.
  Status sync() VECSTORE_EXCLUDES(sync_mutex_, mutex_);

  // Removes files all of whose records are below `sequence`. The newest file stays, and is on the
  // disk with its name before the one before it goes: some file always has a header.
  Status remove_before(std::uint64_t sequence) VECSTORE_EXCLUDES(sync_mutex_, mutex_);

  // Oldest first.
  std::vector<LogFile> list() const VECSTORE_EXCLUDES(mutex_);
  // Ok, or why nothing may be appended any more.
  Status fault() const VECSTORE_EXCLUDES(mutex_);
  // Syncs nothing. Appending is over.
  Status close() VECSTORE_EXCLUDES(sync_mutex_, mutex_);

 private:
  Log(io::FileSystem& files, std::string folder, std::uint32_t salt)
      : files_(files), folder_(std::move(folder)), salt_(salt) {}

  Status cut(const LogTail& tail) VECSTORE_EXCLUDES(mutex_);
  Status roll(std::uint64_t first) VECSTORE_EXCLUDES(sync_mutex_, mutex_);
  Status cut_back(io::WritableFile& file, std::uint64_t size, Status cause);
  Status sync_current() VECSTORE_REQUIRES(sync_mutex_) VECSTORE_EXCLUDES(mutex_);
  // Breaks the log at its end, unless lifted: an error whose message finds no memory must not pass.
  class Fence {
   public:
    explicit Fence(Log& log) : log_(log) {}
    ~Fence();
    Fence(const Fence&) = delete;
    Fence& operator=(const Fence&) = delete;
    void lift() { lifted_ = true; }

   private:
    Log& log_;
    bool lifted_ = false;
  };
  Status break_for(const Status& cause) VECSTORE_EXCLUDES(mutex_);
  // Where the newest file ends, as far as appends succeeded.
  std::uint64_t newest_size() const VECSTORE_EXCLUDES(mutex_);
  std::shared_ptr<io::WritableFile> current() const VECSTORE_EXCLUDES(mutex_);

  io::FileSystem& files_;
  const std::string folder_;
  const std::uint32_t salt_;

  // One sync at a time, because the system reports a failed write-back to one caller only: whoever
  // comes second must see fault_. Taken before mutex_.
  Mutex sync_mutex_;
  // A file was made since the folder was last synced.
  bool names_unsynced_ VECSTORE_GUARDED_BY(sync_mutex_) = true;

  mutable Mutex mutex_;
  std::shared_ptr<io::WritableFile> file_
      VECSTORE_GUARDED_BY(mutex_);  // none: the next append rolls
  std::vector<LogFile> list_ VECSTORE_GUARDED_BY(mutex_);
  std::uint64_t next_number_ VECSTORE_GUARDED_BY(mutex_) = 1;
  std::uint64_t durable_number_ VECSTORE_GUARDED_BY(mutex_) = 0;  // files up to it have headers
  Status fault_ VECSTORE_GUARDED_BY(mutex_);
};

}  // namespace vecstore::storage
