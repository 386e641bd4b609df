// Opening a store: folder and lock, manifest, segments, then the tail of the log.
#include <algorithm>

#include "base/hash.h"
#include "base/mutant.h"
#include "base/random.h"
#include "db/backup/restore_backup.h"
#include "db/segment/mask_file.h"
#include "db/segment/segment_format.h"
#include "db/store.h"
#include "db/store_files.h"
#include "storage/archive_file_system.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

// The folder's entries that are ours; anything else means that the folder is somebody else's.
bool is_ours(const std::string& name) {
  return name == "LOCK" || name == "wal" || name == "segments" || name.starts_with("MANIFEST-");
}

Status check_options(const DatabaseOptions& options) {
  const auto refuse = [](const std::string& name, const std::string& value,
                         const std::string& range) {
    return invalid_argument("option " + name + " is " + value + ", expected " + range);
  };
  if (options.threads < 0 || options.threads > 1024)
    return refuse("threads", std::to_string(options.threads), "0 to 1024");
  if (!(options.background_share > 0 && options.background_share <= 1))
    return refuse("background_share", std::to_string(options.background_share),
                  "above 0 and up to 1");
  if (!(options.recall_sample >= 0 && options.recall_sample <= 1))
    return refuse("recall_sample", std::to_string(options.recall_sample), "0 to 1");
  if (options.sync_interval_ms < 1)
    return refuse("sync_interval_ms", std::to_string(options.sync_interval_ms), "at least 1");
  if (options.refresh_interval_ms < 0)
    return refuse("refresh_interval_ms", std::to_string(options.refresh_interval_ms), "at least 0");
  if (options.refresh_interval_ms > 0 && !options.read_only)
    return invalid_argument(
        "option refresh_interval_ms is for a database that is opened read_only");
  if (options.refresh_interval_ms > 0 && options.threads == 0)
    return invalid_argument("option refresh_interval_ms needs a thread, threads is 0");
  if (options.seal_rows < 1) return refuse("seal_rows", "0", "at least 1");
  if (options.seal_bytes < 4096)
    return refuse("seal_bytes", std::to_string(options.seal_bytes), "at least 4096");
  if (options.merge_fanout < 2)
    return refuse("merge_fanout", std::to_string(options.merge_fanout), "at least 2");
  return {};
}

DatabaseOptions without_token(const DatabaseOptions& options) {
  DatabaseOptions kept = options;
  kept.cancel.reset();
  return kept;
}

}  // namespace

Store::Store(io::FileSystem& files, std::string folder, const DatabaseOptions& options,
             const Environment& environment)
    : owned_files_(environment.files),
      files_(files),
      folder_(std::move(folder)),
      options_(without_token(options)),
      opening_(options.cancel),
      clock_(environment.clock ? *environment.clock : system_clock()),
      keep_log_(environment.keep_log && environment.snapshot.empty()),
      new_database_(environment.database),
      leave_log_bytes_(environment.leave_log_bytes),
      snapshot_(environment.snapshot),
      given_manifest_(environment.manifest),
      never_changes_(environment.never_changes),
      known_(environment.known) {}

namespace {

// A snapshot took the place of the state that was opened, so that the end of the log, read later,
// is not what came after it.
bool is_overtaken(io::FileSystem& files, const std::string& folder,
                  const storage::Manifest& opened) {
  const Result<std::uint64_t> newest = storage::newest_manifest(files, folder);
  if (!newest.ok() || *newest == opened.number || VECSTORE_MUTANT("open.restore_unseen"))
    return false;
  const Result<storage::Manifest> now = storage::read_manifest(files, folder);
  return now.ok() && now->restored != opened.restored;
}

}  // namespace

// A reader beside a writer may find files gone that its manifest names: then there is a newer one.
Result<std::shared_ptr<Store>> Store::open_state(const std::string& folder,
                                                 const DatabaseOptions& options,
                                                 const Environment& environment) {
  constexpr int kAttempts = 10;
  Environment once = environment;
  for (int attempt = 1;; ++attempt) {
    std::uint64_t manifest = 0;
    Result<std::shared_ptr<Store>> store = open_once(folder, options, once, manifest);
    const bool last = !options.read_only || attempt == kAttempts || manifest == 0 ||
                      store.status().code() == Code::kCancelled;
    // unreached: only a build without a disk has none
    VECSTORE_ASSIGN(io::FileSystem * files, files_of(environment.files.get()));
    if (store.ok() && (!options.read_only || !environment.snapshot.empty() ||
                       !is_overtaken(*files, folder, (*store)->maintenance_->manifest())))
      return store;
    if (store.ok()) store = unavailable("'" + folder + "' changed each time it was read");
    if (last) return store;
    once.known = nullptr;  // deaths may be marked in them that are read again
    const Result<storage::Manifest> now = storage::read_manifest(*files, folder);
    const bool same = !now.ok() || now->number == manifest;
    if (same && attempt > 1) return store;  // once more, for a file that was cut while it was read
  }
}

// A single-file backup is opened as the folder that it holds.
Result<std::shared_ptr<Store>> Store::open(const std::string& folder,
                                           const DatabaseOptions& options,
                                           const Environment& environment) {
  // unreached: only a build without a disk has none
  VECSTORE_ASSIGN(io::FileSystem * files, files_of(environment.files.get()));
  const bool file = files->file_size(folder).ok();
  if (!file) return open_state(folder, options, environment);
  const io::Access access = options.memory_map ? io::Access::kMap : io::Access::kRead;
  VECSTORE_ASSIGN(auto archive, open_single_file(*files, folder, access));
  if (!is_whole(*archive))
    return failed_precondition(
        "'" + folder + "' stands on earlier backups: it can be restored with them, not opened");
  Environment within = environment;
  within.never_changes = true;
  within.files = std::make_shared<storage::ArchiveFileSystem>(folder, std::move(archive));
  DatabaseOptions reading = options;
  reading.read_only = true;
  return open_state(folder, reading, within);
}

Result<std::shared_ptr<Store>> Store::open_once(const std::string& folder,
                                                const DatabaseOptions& options,
                                                const Environment& environment,
                                                std::uint64_t& manifest_number) {
  if (folder.empty()) return invalid_argument("the database's path is empty");
  VECSTORE_TRY(check_options(options));
  // unreached: only a build without a disk has none
  VECSTORE_ASSIGN(io::FileSystem * files, files_of(environment.files.get()));
  // A child that fork() made leaves what it inherited as it is.
  std::shared_ptr<Store> store(new Store(*files, folder, options, environment), [](Store* one) {
    // unreached: in a child that fork() made, which ends without writing its counts
    if (!one->inherited()) delete one;
  });
  if (options.refresh_interval_ms > 0) VECSTORE_TRY(store->require_followed());
  if (!options.read_only) VECSTORE_TRY(store->prepare_folder());
  store->pool_ = std::make_unique<ThreadPool>(options.threads);  // not before the lock is ours
  VECSTORE_ASSIGN(const storage::Manifest manifest, store->load_manifest());
  manifest_number = manifest.number;
  if (!options.read_only) VECSTORE_TRY(store->remove_orphans(manifest));
  VECSTORE_TRY(store->load_segments(manifest));
  VECSTORE_TRY(store->recover(manifest));
  store->known_ = nullptr;
  store->opening_.reset();
  store->start_timer();
  for (const auto& core : store->catalog_.cores())
    if (!options.read_only) store->maintenance_->resume(core);
  return store;
}

Status Store::prepare_folder() {
  VECSTORE_ASSIGN(const bool there, files_.exists(folder_));
  if (!there && !options_.create) return not_found("no database at '" + folder_ + "'");
  if (there) {
    VECSTORE_ASSIGN(const std::vector<std::string> names, files_.list(folder_));
    const bool ours = std::all_of(names.begin(), names.end(), is_ours);
    const bool database = std::any_of(names.begin(), names.end(),
                                      [](const auto& n) { return n.starts_with("MANIFEST-"); });
    if (!ours && !database)
      return failed_precondition("folder '" + folder_ + "' is not empty and holds no database");
    if (!database && !options_.create) return not_found("no database at '" + folder_ + "'");
  }
  VECSTORE_TRY(make_durable_folder(files_, folder_));
  VECSTORE_ASSIGN(lock_, files_.lock(folder_ + "/LOCK"));
  VECSTORE_TRY(files_.make_folder(folder_ + "/segments"));
  return files_.make_folder(folder_ + "/wal");
}

// A snapshot as if nothing had been written since: all of it is in files.
Result<storage::Manifest> Store::read_state() const {
  storage::Manifest manifest;
  if (given_manifest_) {
    manifest = *given_manifest_;
  } else {
    VECSTORE_ASSIGN(manifest, storage::read_manifest(files_, folder_));
  }
  if (snapshot_.empty()) return manifest;
  for (storage::SnapshotEntry& one : std::exchange(manifest.snapshots, {})) {
    if (one.name != snapshot_) continue;
    manifest.collections = std::move(one.collections);
    manifest.aliases = std::move(one.aliases);
    manifest.catalog = one.sequence;
    manifest.log_start = one.sequence + 1;
    for (storage::CollectionEntry& entry : manifest.collections) entry.applied = one.sequence;
    return manifest;
  }
  return not_found("database '" + folder_ + "' has no snapshot '" + snapshot_ + "'");
}

Status Store::why_read_only() const {
  return failed_precondition(snapshot_.empty() ? "the database was opened read-only"
                                               : "snapshot '" + snapshot_ + "' cannot be changed");
}

Result<storage::Manifest> Store::load_manifest() {
  Result<storage::Manifest> manifest = read_state();
  if (!snapshot_.empty() && manifest.status().code() == Code::kNotFound) return manifest;
  if (manifest.ok() || manifest.status().code() != Code::kNotFound) return manifest;
  if (options_.read_only) return not_found("no database at '" + folder_ + "'");
  return first_manifest();
}

Result<storage::Manifest> Store::first_manifest() {
  for (const char* part : {"/wal", "/segments"}) {
    VECSTORE_ASSIGN(const std::vector<std::string> names, files_.list(folder_ + part));
    if (!names.empty())
      return data_loss("'" + folder_ + part + "' holds data but there is no MANIFEST file");
  }
  storage::Manifest manifest;
  manifest.number = 1;
  manifest.database = new_database_ != 0 ? new_database_ : new_database_id();
  VECSTORE_TRY(files_.sync_folder(folder_));
  VECSTORE_TRY(storage::write_manifest(files_, folder_, manifest));
  return manifest;
}

// Files that no manifest names: left by a crash between writing them and naming them.
Status Store::remove_orphans(const storage::Manifest& manifest) {
  if (VECSTORE_MUTANT("open.orphans_stay")) return {};
  const FileNames known = files_of(manifest);
  VECSTORE_ASSIGN(const std::vector<std::string> names, files_.list(folder_ + "/segments"));
  for (const std::string& name : names) {
    if (std::binary_search(known.begin(), known.end(), name)) continue;
    const bool ours = name.ends_with(".seg") || name.ends_with(".del") || name.ends_with(".idx") ||
                      name.ends_with(".old");
    if (!ours) continue;
    VECSTORE_TRY(files_.remove(folder_ + "/segments/" + name));
    say(LogLevel::kInfo, "removed segments/" + name + ", left by an interrupted write");
  }
  return {};
}

Status Store::load_segments(const storage::Manifest& manifest) {
  // Else the log has deaths to mark that are marked already.
  const bool go_on =
      known_ && manifest.restored == known_->restored && manifest.log_start > known_->sequence + 1;
  if (!go_on) known_ = nullptr;
  for (const storage::CollectionEntry& entry : manifest.collections) {
    VECSTORE_ASSIGN(auto core, load_collection(manifest, entry));
    catalog_.load(entry.name, std::move(core));
  }
  catalog_.load_aliases(manifest.aliases, manifest.catalog, manifest.next_collection);
  return {};
}

Result<std::shared_ptr<CollectionCore>> Store::load_collection(
    const storage::Manifest& manifest, const storage::CollectionEntry& entry) {
  VECSTORE_ASSIGN(Schema schema, Schema::from_object(entry.options));
  SegmentSource source = source_of_segments(manifest.database);
  source.known = known_.get();
  VECSTORE_ASSIGN(auto files, open_segments(source, entry, schema));
  VECSTORE_ASSIGN(auto history, open_history(source, entry, schema));
  return std::make_shared<CollectionCore>(entry.number, std::move(schema), std::move(files),
                                          std::move(history));
}

SegmentSource Store::source_of_segments(std::uint64_t database) const {
  const auto warn = [this](const std::string& what) {
    say(LogLevel::kWarning, what + "; queries scan instead");
  };
  const io::Access access = options_.memory_map ? io::Access::kMap : io::Access::kRead;
  return {files_, folder_, access, database, warn};
}

Status Store::recover(const storage::Manifest& manifest) {
  storage::LogState state;
  std::unique_ptr<storage::Log> log;
  const std::uint32_t salt = salt_of(manifest.database);
  const auto look = [this] { return check_cancel(opening_, "opening was called off"); };
  const auto apply = [&](const storage::LogRecord& record) -> Status {
    VECSTORE_TRY(look());
    return replay(record, &manifest);
  };
  VECSTORE_TRY(look());
  if (keep_log_ && options_.read_only) {
    const std::string wal = folder_ + "/wal";
    VECSTORE_ASSIGN(
        const storage::LogTail tail,
        storage::read_log(files_, wal, salt, {.from = manifest.log_start}, apply, &state));
    MutexLock lock(follow_mutex_);
    follower_.emplace(files_, wal, salt, tail, state.last_sequence);
    followed_ = {manifest.database, manifest.number, manifest.restored};
  } else if (keep_log_) {
    VECSTORE_ASSIGN(
        log, storage::Log::open(files_, folder_ + "/wal", salt, manifest.log_start, apply, &state));
  }
  for (const std::string& note : state.notes) say(LogLevel::kWarning, note);

  if (keep_log_) VECSTORE_TRY(check_log_end(files_, folder_, manifest, state.last_sequence));
  std::uint64_t last = std::max(state.last_sequence, last_known(manifest));
  opened_at_ = last;
  CommitOptions commit;
  commit.leave_bytes = leave_log_bytes_;
  commit.durability = options_.durability;
  commit.sync_interval_ms = options_.sync_interval_ms;
  commit.sync_inline = options_.threads == 0;
  commits_ = std::make_unique<CommitQueue>(std::move(log), salt, clock_, commit);
  storage::Manifest ours = manifest;
  ours.epoch = std::max(manifest.epoch, state.epoch) + 1;
  commits_->resume(last, ours.epoch, last_time_);
  if (options_.read_only) commits_->refuse(why_read_only());
  maintenance_ = std::make_unique<Maintenance>(files_, folder_, options_, std::move(ours), catalog_,
                                               *commits_, *pool_);
  for (const auto& core : catalog_.cores()) core->publish(last, core->staged_rows());
  return {};
}

Status Store::replay(const storage::LogRecord& record, const storage::Manifest* in_segments) {
  last_time_ = std::max(last_time_, record.time_ms);
  switch (record.type) {
    case storage::LogType::kCommit:
    case storage::LogType::kMark:
      return {};
    case storage::LogType::kCreateCollection:
    case storage::LogType::kDropCollection:
    case storage::LogType::kAlterCollection:
    case storage::LogType::kSetName:
    case storage::LogType::kDropAlias:
      return catalog_.apply(record);
    default:
      break;
  }
  const auto core = catalog_.by_number(record.collection);
  if (!core) return {};  // dropped later
  if (in_segments != nullptr)
    for (const auto& entry : in_segments->collections)
      if (entry.number == record.collection && record.sequence <= entry.applied) return {};
  if (record.type == storage::LogType::kSeal) {
    core->freeze(record.sequence);
    return {};
  }
  return core->apply(record, nullptr).status();
}

}  // namespace vecstore::db
