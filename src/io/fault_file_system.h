// A file system that remembers every operation and fails on cue: the seam of the fault and
// power-cut tests. It passes everything on to another file system, most often a MemoryFileSystem.
//
//   for (std::size_t n = 0;; ++n) {           // fail the n-th operation, every n
//     MemoryFileSystem disk;
//     FaultFileSystem files(disk);
//     files.fail({.kind = FaultKind::kDiskFull, .at = n, .sticky = true});
//     run_workload(files);
//     if (files.faults_hit() == 0) break;     // the workload has fewer operations than n
//   }
//
// Safe from many threads: operations are recorded in the order in which they took effect.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/sync.h"
#include "io/file_system.h"

namespace vecstore::io {

enum class OperationKind {
  kOpen,
  kRead,
  kCreate,
  kAppend,
  kTruncate,
  kSync,
  kClose,
  kFileSize,
  kExists,
  kList,
  kMakeFolder,
  kRename,
  kRemove,
  kSyncFolder,
  kLock,
};

std::string_view operation_name(OperationKind kind);

struct Operation {
  OperationKind kind = OperationKind::kOpen;
  std::string path = {};
  std::string to = {};       // kRename
  std::uint64_t file = 0;    // which opened file: kCreate, kAppend, kTruncate, kSync, kClose
  std::uint64_t offset = 0;  // kRead: where; kAppend: the size before
  std::uint64_t size = 0;    // kRead, kAppend: bytes asked for; kTruncate: the new size
  Bytes data = {};           // kAppend: what landed, all of it or a prefix
  Status result = {};

  // "append wal/1.log 0+512: ok"
  std::string to_string() const;
};

enum class FaultKind {
  kInputOutput,   // any operation: nothing happens, "input/output error"
  kDiskFull,      // create, append, make_folder, rename, lock: nothing happens
  kShortWrite,    // append: the first half lands, then the disk is full
  kFailedSync,    // sync, sync_folder: what was not on the disk may never get there
  kReadOnly,      // everything that changes the disk is refused
  kTooManyFiles,  // open, create, list, lock, sync_folder
  kNoMemory,      // open, read, create, file_size, exists, list, lock
};

struct Fault {
  FaultKind kind = FaultKind::kInputOutput;
  std::size_t at = 0;   // counts from 0 and only the operations that the kind can hit
  bool sticky = false;  // all later ones too, until clear_fault()
};

class FaultFileSystem : public FileSystem {
 public:
  // `inner` must outlive this and all files opened through it, as must this its files.
  explicit FaultFileSystem(FileSystem& inner) : inner_(inner) {}

  // Replaces any fault set before and counts anew.
  void fail(const Fault& fault) VECSTORE_EXCLUDES(mutex_);
  void clear_fault() VECSTORE_EXCLUDES(mutex_);
  // What files made from now on say of append_bytes(): with 1 nothing is gathered, and each piece
  // of a file is an operation that can fail.
  void gather(std::size_t append_bytes) VECSTORE_EXCLUDES(mutex_);
  std::size_t faults_hit() const VECSTORE_EXCLUDES(mutex_);

  // What happened so far. Without the data of reads.
  std::vector<Operation> record() const VECSTORE_EXCLUDES(mutex_);

  Result<std::unique_ptr<ReadableFile>> open(const std::string& path, Access access) override;
  Result<std::unique_ptr<WritableFile>> create(const std::string& path, Create mode) override;
  Result<std::uint64_t> file_size(const std::string& path) override;
  Result<bool> exists(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  Status make_folder(const std::string& folder) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status sync_folder(const std::string& folder) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;

 private:
  friend class FaultReadableFile;
  friend class FaultWritableFile;

  bool must_fail(OperationKind kind) VECSTORE_REQUIRES(mutex_);

  // Runs `call` (Status(Operation&)) or fails in its place, and records what happened.
  template <typename Call>
  Status run(Operation operation, Call&& call) VECSTORE_EXCLUDES(mutex_);

  // The same for calls that return a Result<T>.
  template <typename T, typename Call>
  Result<T> run_for(Operation operation, Call&& call) VECSTORE_EXCLUDES(mutex_);

  FileSystem& inner_;
  mutable Mutex mutex_;
  std::vector<Operation> record_ VECSTORE_GUARDED_BY(mutex_);
  Fault fault_ VECSTORE_GUARDED_BY(mutex_);
  bool armed_ VECSTORE_GUARDED_BY(mutex_) = false;
  std::size_t eligible_ VECSTORE_GUARDED_BY(mutex_) = 0;
  std::size_t hit_ VECSTORE_GUARDED_BY(mutex_) = 0;
  std::size_t append_bytes_ VECSTORE_GUARDED_BY(mutex_) = 0;  // 0: as the other's files say
  std::uint64_t next_file_ VECSTORE_GUARDED_BY(mutex_) = 1;
};

}  // namespace vecstore::io
