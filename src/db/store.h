// An open database: what Database and Collection handles share.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/forks.h"
#include "base/thread_pool.h"
#include "db/cancel.h"
#include "db/catalog.h"
#include "db/commit_queue.h"
#include "db/maintenance/maintenance.h"
#include "db/store_files.h"
#include "io/file_system.h"
#include "storage/log_follower.h"
#include "vecstore/backup.h"
#include "vecstore/options.h"
#include "vecstore/snapshot.h"
#include "vecstore/stats.h"

namespace vecstore::db {

struct ReaderState;

// Where a store lives and what time it is; tests bring their own.
struct Environment {
  std::shared_ptr<io::FileSystem> files;  // null: the disk
  const Clock* clock = nullptr;           // null: the computer's
  bool keep_log = true;                   // false: in memory, nothing to recover
  std::uint64_t database = 0;             // the id of one that is made; 0: random
  std::uint64_t leave_log_bytes = CommitOptions().leave_bytes;
  std::string snapshot = {};  // opened instead of the present state, for reading...
  std::shared_ptr<const storage::Manifest> manifest = {};  // ...as this has it; null: the newest
  bool never_changes = false;                              // nobody writes it: a single-file backup
  std::shared_ptr<const KnownSegments> known = {};         // used if the log goes on behind them
};

class Store : public std::enable_shared_from_this<Store> {
 public:
  // `folder` may be a single-file backup.
  static Result<std::shared_ptr<Store>> open(const std::string& folder,
                                             const DatabaseOptions& options,
                                             const Environment& environment);
  ~Store();

  // In a child that fork() made of the process that opened it: nothing may be used, since threads
  // that held its mutexes are not there, nor let go of.
  bool inherited() const { return forks_ != forks(); }
  Status require_own() const { return inherited() ? in_child() : Status(); }
  // Puts what is large into files, syncs, gives the lock back. Once; later calls return ok.
  Status close();
  Status require_open() const;

  Catalog& catalog() { return catalog_; }
  const Catalog& catalog() const { return catalog_; }
  CommitQueue& commits() { return *commits_; }
  Maintenance& maintenance() { return *maintenance_; }
  ThreadPool& pool() { return *pool_; }
  // Held while a collection is copied: two copies would share the name of an unfinished one.
  Mutex& copying() VECSTORE_RETURN_CAPABILITY(copying_) { return copying_; }
  // Where queries wait that nobody waits for: threads of their own, made at the first of them, so
  // that no merge holds one up. An error once the store is closed. Their tasks must not own the
  // store: whoever lets go of it last waits for them.
  Result<std::shared_ptr<ThreadPool>> query_pool();
  const Clock& clock() const { return clock_; }
  const DatabaseOptions& options() const { return options_; }
  Status wait_for_background(const Cancel& cancel = {});
  Status wait_durable(std::uint64_t sequence, const Cancel& cancel = {});
  Result<DatabaseStats> stats();

  Result<std::shared_ptr<CollectionCore>> create_collection(std::string_view name,
                                                            const CollectionOptions& options);
  Result<std::shared_ptr<CollectionCore>> find_collection(std::string_view name) const;
  Status drop_collection(std::string_view name);
  Status rename_collection(std::string_view from, std::string_view to);
  Status set_alias(std::string_view alias, std::string_view collection);
  Status drop_alias(std::string_view alias);
  // --- named snapshots: store_snapshots.cc
  Result<SnapshotInfo> create_snapshot(std::string_view name);
  Result<std::vector<SnapshotInfo>> list_snapshots() const;
  Status drop_snapshot(std::string_view name);
  Status restore_snapshot(std::string_view name);
  Result<std::shared_ptr<Store>> open_snapshot(std::string_view name) const;
  // --- a reader beside a writer: store_follow.cc
  Status refresh() VECSTORE_EXCLUDES(follow_mutex_);
  Status refresh_to(std::uint64_t sequence, std::int64_t timeout_ms, const Cancel& cancel = {})
      VECSTORE_EXCLUDES(follow_mutex_);
  // --- backup: backup/store_backup.cc. Of a store that only reads, what it sees.
  Result<BackupReport> backup(const std::string& destination, const BackupOptions& options);

  // Gives the collection a schema made from its present one, unless `change` leaves it as it is.
  Status alter(const std::shared_ptr<CollectionCore>& core,
               const std::function<Status(Schema&)>& change);

 private:
  Store(io::FileSystem& files, std::string folder, const DatabaseOptions& options,
        const Environment& environment);

  // `manifest` becomes the number of the one that was read.
  static Result<std::shared_ptr<Store>> open_state(const std::string& folder,
                                                   const DatabaseOptions& options,
                                                   const Environment& environment);
  static Result<std::shared_ptr<Store>> open_once(const std::string& folder,
                                                  const DatabaseOptions& options,
                                                  const Environment& environment,
                                                  std::uint64_t& manifest);
  Status prepare_folder();
  Result<storage::Manifest> load_manifest();
  Result<storage::Manifest> first_manifest();
  Result<storage::Manifest> read_state() const;
  Result<ReaderState> read_to_copy() const;
  Status why_read_only() const;
  Status require_writable() const;
  Status remove_orphans(const storage::Manifest& manifest);
  Status load_segments(const storage::Manifest& manifest);
  Result<std::shared_ptr<CollectionCore>> load_collection(const storage::Manifest& manifest,
                                                          const storage::CollectionEntry& entry);
  Status recover(const storage::Manifest& manifest) VECSTORE_EXCLUDES(follow_mutex_);
  // What `in_segments` (may be null) has of a collection's records is passed over.
  Status replay(const storage::LogRecord& record, const storage::Manifest* in_segments);
  Status require_followed() const;
  Status refresh_once() VECSTORE_REQUIRES(follow_mutex_);
  Status read_next(std::optional<storage::Manifest>& next) const VECSTORE_REQUIRES(follow_mutex_);
  Status catch_up(std::optional<storage::Manifest>& next) VECSTORE_REQUIRES(follow_mutex_);
  Status apply(storage::LogPiece& piece) VECSTORE_REQUIRES(follow_mutex_);
  Status install(const storage::Manifest& next) VECSTORE_REQUIRES(follow_mutex_);
  Status open_again(bool keep_segments) VECSTORE_REQUIRES(follow_mutex_);
  KnownSegments known_segments() const VECSTORE_REQUIRES(follow_mutex_);
  void follow(const storage::Manifest& manifest) VECSTORE_REQUIRES(follow_mutex_);
  Status check_same_database(const storage::Manifest& manifest) const
      VECSTORE_REQUIRES(follow_mutex_);
  SegmentSource source_of_segments(std::uint64_t database) const;
  void pause(std::int64_t ms) VECSTORE_EXCLUDES(mutex_);
  // `made` may be null, else it is given what kCreateCollection makes.
  Status change_catalog(storage::LogType type,
                        const std::function<Result<std::uint32_t>(Bytes& payload)>& prepare,
                        std::shared_ptr<CollectionCore>* made = nullptr);
  Status closed() const;
  Status in_child() const;
  void start_timer();
  void run_sync_timer();
  void run_refresh_timer();
  Status flush_if_large();
  Status finish_log();
  void say(LogLevel level, const std::string& message) const;

  const std::shared_ptr<io::FileSystem> owned_files_;
  io::FileSystem& files_;
  const std::string folder_;
  const DatabaseOptions options_;  // without the token
  Cancel opening_;                 // null once it is open
  const Clock& clock_;
  const bool keep_log_;
  const std::uint64_t new_database_;
  const std::uint64_t leave_log_bytes_;
  const std::string snapshot_;
  const std::shared_ptr<const storage::Manifest> given_manifest_;
  const bool never_changes_;
  std::shared_ptr<const KnownSegments> known_;  // while it opens

  const std::uint64_t forks_ = forks();  // in the process that opened it
  std::unique_ptr<io::FileLock> lock_;
  Catalog catalog_;
  TimeMs last_time_ = 0;         // of the replayed log
  std::uint64_t opened_at_ = 0;  // the last sequence then
  std::unique_ptr<ThreadPool> pool_;
  std::unique_ptr<CommitQueue> commits_;
  std::unique_ptr<Maintenance> maintenance_;
  std::unique_ptr<ThreadPool> timer_thread_;

  Mutex copying_;
  // One refresh at a time; taken before all others.
  Mutex follow_mutex_;
  std::optional<storage::LogFollower> follower_ VECSTORE_GUARDED_BY(follow_mutex_);
  struct Followed {
    std::uint64_t database = 0, manifest = 0, restored = 0;  // as in the manifest
  } followed_ VECSTORE_GUARDED_BY(follow_mutex_);
  // What is in memory may not be what the log and the manifest say: it has to be read anew.
  bool astray_ VECSTORE_GUARDED_BY(follow_mutex_) = false;
  // Held while the state of all collections is taken or replaced, and while one is dropped. Taken
  // before all others but copying_.
  mutable Mutex state_mutex_;
  mutable Mutex mutex_;
  CondVar stop_timer_;
  bool closed_ VECSTORE_GUARDED_BY(mutex_) = false;
  std::shared_ptr<ThreadPool> query_pool_ VECSTORE_GUARDED_BY(mutex_);
};

}  // namespace vecstore::db
