// A folder of collections, or the same in memory. One process writes it at a time; any number may read.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/backup.h"
#include "vecstore/cancel.h"
#include "vecstore/collection.h"
#include "vecstore/diff.h"
#include "vecstore/options.h"
#include "vecstore/salvage.h"
#include "vecstore/snapshot.h"
#include "vecstore/stats.h"
#include "vecstore/status.h"

namespace vecstore {

// How the names of copies end that are not complete; no other collection can be given such a name.
inline constexpr std::string_view kUnfinishedCopy = ".unfinished-copy";

// Move-only, safe from many threads, closed by the destructor. Collections taken from it may outlive it: the store closes with the
// last handle.
//
// After fork() the child has to open the database itself, to read, or to write once the parent has closed it. Every call on a handle that
// it inherited returns kFailedPrecondition (name() and options() are empty) and touches nothing; the parent is not disturbed. Signals that
// interrupt a call of the system do not interrupt a call of VecStore.
class Database {
 public:
  // Opens the folder, created when absent. Cost: the log tail, not the data. kUnavailable with the holder's process id when another
  // process writes it; kDataLoss naming file and offset when bytes are damaged; kFailedPrecondition for a newer format. A single-file backup
  // opens where it lies, read-only. kCancelled, with nothing changed, when the token of the options says so.
  static Result<Database> open(const std::string& path, const DatabaseOptions& options = {});
  // Nothing touches a disk; gone when closed.
  static Result<Database> in_memory(const DatabaseOptions& options = {});
  // Verifies structure, or with `deep` every byte; reads only, also beside a writer. kNotFound when there is no database. kCancelled: no report.
  static Result<CheckReport> check(const std::string& path, bool deep = false, const std::optional<CancelToken>& cancel = {});
  // The database as it was when the snapshot was made, read-only; also beside a writer. kNotFound when there is no snapshot of that name.
  static Result<Database> open_snapshot(const std::string& path, std::string_view name, const DatabaseOptions& options = {});
  // A new database at `path`, where nothing may be, as the last of `backups` has it; those before it are the ones that it stands on, in any
  // order. Every file is checked against its hash while it is copied. Whole or not at all.
  static Result<BackupReport> restore(std::span<const std::string> backups, const std::string& path, const CancelToken& cancel = {});

  // Reads what is left of a damaged database, without changing it, and writes every record that is whole to a new one at `destination`,
  // which must not exist or be empty. What a checksum does not confirm is not saved. An ok report may tell of lost records. kNotFound
  // when nothing of a database is there, kCancelled when the token says so: then there is nothing at `destination`. Nobody may write it
  // meanwhile. Memory: its ids, and one segment at a time.
  static Result<SalvageReport> salvage(const std::string& path, const std::string& destination, const SalvageOptions& options = {});
  // Makes anew, in place, what follows from other bytes that are whole: graphs, text indexes, id maps and columns. kDataLoss, with
  // nothing changed, when other bytes are damaged: then salvage() saves what can be saved. Opens the database to write. kCancelled: nothing
  // is changed, or all is whole but graphs, which the next one to write makes.
  static Result<RepairReport> repair(const std::string& path, const std::optional<CancelToken>& cancel = {});

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // kAlreadyExists when the name is taken. Names: valid UTF-8, 1 to kMaxNameBytes bytes, no control characters.
  Result<Collection> create_collection(std::string_view name, const CollectionOptions& options = {});
  // By name or alias; kNotFound otherwise.
  Result<Collection> collection(std::string_view name) const;
  // The collection, made when absent. Options that are set and differ from the stored ones are an error that names both values.
  Result<Collection> get_or_create(std::string_view name, const CollectionOptions& options = {});
  // Names in order, without aliases.
  Result<std::vector<std::string>> list_collections() const;
  Status drop_collection(std::string_view name);
  Status rename_collection(std::string_view from, std::string_view to);
  // Points `alias` at the collection, moving it when it exists; an alias may not hide a collection.
  Status set_alias(std::string_view alias, std::string_view collection);
  Status drop_alias(std::string_view alias);
  // alias, collection
  Result<std::vector<std::pair<std::string, std::string>>> list_aliases() const;
  // A new collection with the same options and every active record of `from`, whole or not at all: until it is complete it is called
  // `to` + kUnfinishedCopy, and so what a killed process leaves is; the next copy to `to` removes that. kCancelled when the token says so.
  Result<Collection> copy_collection(std::string_view from, std::string_view to, const CancelToken& cancel = {});

  // Keeps the present state under a name until it is dropped: all collections with their options, and aliases. kAlreadyExists when the name is
  // taken; names are those of collections. Cost: what is in memory is written to files, for which writers do not wait; then one manifest.
  // Until it is dropped, nothing that it needs leaves the disk.
  Result<SnapshotInfo> create_snapshot(std::string_view name);
  // By name. Cost: the size of each file is asked for.
  Result<std::vector<SnapshotInfo>> list_snapshots() const;
  // Readers of the snapshot keep it.
  Status drop_snapshot(std::string_view name);
  // The database becomes what it was, atomically; what was written since is gone, unless another snapshot has it. Handles of collections that
  // the snapshot has show the old state, those of others return kNotFound; snapshots stay.
  // kDataLoss, with nothing changed, when a byte of its segments is damaged. Cost: reading them.
  Status restore_snapshot(std::string_view name);
  // The snapshot as a database of its own, read-only, in this process.
  Result<Database> snapshot(std::string_view name) const;
  // What differs between a snapshot and a later one, or the present when `to` is empty. Files that both have are passed over, so that the cost
  // follows what was written between; memory: a few bytes for each row that died between in files of both.
  Result<Diff> diff(std::string_view from, std::string_view to = {}, const DiffOptions& options = {}) const;
  // Collection::compact of every collection, and who keeps bytes in the folder that it no longer needs. Cancelled as that is.
  Result<DatabaseCompactResult> compact(const std::optional<CancelToken>& cancel = {});
  // Copies the present state to `destination`, where nothing may be, while writes go on; without named snapshots. Each copy is verified
  // to the last byte. Whole or not at all. A folder is a database that opens by itself. Opened read-only, what this database sees, or a later
  // state when a writer elsewhere has removed files of that one.
  Result<BackupReport> backup(const std::string& destination, const BackupOptions& options = {});

  // For a database that was opened read_only, beside its writer in this or another process: afterwards every write is seen, through all handles,
  // that the writer acknowledged before the call, batches whole; a restored snapshot, too. Queries that run keep what they see. Cost: a few looks
  // at the folder when nothing was written, else the new end of the log; of files that the writer made, the new ones are opened. An
  // error leaves what is seen as it was, or at a later write. kFailedPrecondition for a writer, a snapshot and a
  // single-file backup. DatabaseOptions::refresh_interval_ms does it by itself.
  Status refresh();
  // Refreshes until the write with that WriteResult::sequence is seen; kDeadlineExceeded, naming the sequence reached, when it takes longer. The
  // token is looked at between refreshes, at least every 10 ms.
  Status refresh_to(std::uint64_t sequence, std::chrono::milliseconds timeout, const std::optional<CancelToken>& cancel = {});
  // Returns when the write with that WriteResult::sequence, and all before it, are on the disk: at once in `full`; else callers that wait at
  // one time share a sync. kOutOfRange for one that was not acknowledged yet. Nothing to do in memory. kCancelled: whether they are is not
  // known; a sync that this call began itself is waited for.
  Status wait_durable(std::uint64_t sequence, const std::optional<CancelToken>& cancel = {});

  Result<DatabaseStats> stats() const;
  Status flush();
  // Waits until no seal or merge is queued or running; the first background error, if any. kCancelled ends the wait, not the work, within 10 ms.
  Status wait_for_background(const std::optional<CancelToken>& cancel = {});
  // Writes out, syncs, releases the lock and reports what went wrong. Later calls on any handle return kFailedPrecondition.
  Status close();

 private:
  friend struct DatabaseInternals;
  struct State;
  explicit Database(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

// The one-collection convenience: a Database with the collection "default".
class VecStore {
 public:
  static Result<Collection> open(const std::string& path, const CollectionOptions& options = {});
  static Result<Collection> in_memory(const CollectionOptions& options = {});
};

}  // namespace vecstore
