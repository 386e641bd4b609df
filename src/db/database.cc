// Database and VecStore: handles on a Store.
#include "vecstore/database.h"

#include "db/backup/restore_backup.h"
#include "db/boundary.h"
#include "db/cancel.h"
#include "db/check.h"
#include "db/handle.h"
#include "db/repair.h"
#include "db/salvage/salvage.h"
#include "db/schema.h"
#include "db/store.h"
#include "db/store_files.h"
#include "db/validate.h"
#include "io/memory_file_system.h"
#include "vecstore/limits.h"

namespace vecstore {

Database::Database(std::shared_ptr<State> state) : state_(std::move(state)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> DatabaseInternals::open(const std::string& path, const DatabaseOptions& options,
                                         const db::Environment& environment) {
  return db::guarded([&]() -> Result<Database> {
    VECSTORE_ASSIGN(auto store, db::Store::open(path, options, environment));
    return Database(std::make_shared<Database::State>(Database::State{std::move(store)}));
  });
}

Result<Database> Database::open(const std::string& path, const DatabaseOptions& options) {
  return DatabaseInternals::open(path, options, {});
}

Result<Database> Database::in_memory(const DatabaseOptions& options) {
  return db::guarded([&]() -> Result<Database> {
    db::Environment environment;
    environment.files = std::make_shared<io::MemoryFileSystem>();
    environment.keep_log = false;
    return DatabaseInternals::open("memory", options, environment);
  });
}

Result<CheckReport> Database::check(const std::string& path, bool deep,
                                    const std::optional<CancelToken>& cancel) {
  return db::guarded([&]() -> Result<CheckReport> {
    // unreached: only a build without a disk has none
    VECSTORE_ASSIGN(io::FileSystem * files, db::files_of(nullptr));
    return db::check_store(*files, path, deep, cancel);
  });
}

Result<SalvageReport> Database::salvage(const std::string& path, const std::string& destination,
                                        const SalvageOptions& options) {
  return db::guarded([&]() -> Result<SalvageReport> {
    // unreached: only a build without a disk has none
    VECSTORE_ASSIGN(io::FileSystem * files, db::files_of(nullptr));
    return db::salvage_store(*files, path, destination, options);
  });
}

Result<RepairReport> DatabaseInternals::repair(const std::string& path,
                                               const std::optional<CancelToken>& cancel,
                                               const db::Environment& environment) {
  return db::guarded([&]() -> Result<RepairReport> {
    // unreached: only a build without a disk has none
    VECSTORE_ASSIGN(io::FileSystem * files, db::files_of(environment.files.get()));
    VECSTORE_ASSIGN(RepairReport report, db::repair_store(*files, path, cancel));
    if (report.repaired.empty()) return report;
    // A writer makes the graphs that are missing now, and removes what no manifest names.
    // Without threads it would be made before there is anything to close.
    const int threads = cancel ? 1 : 0;
    VECSTORE_ASSIGN(
        Database database,
        open(path, {.create = false, .threads = threads, .cancel = cancel}, environment));
    VECSTORE_TRY(database.wait_for_background(cancel));
    VECSTORE_TRY(database.close());
    return report;
  });
}

Result<RepairReport> Database::repair(const std::string& path,
                                      const std::optional<CancelToken>& cancel) {
  return DatabaseInternals::repair(path, cancel, {});
}

namespace {

Status check_unreserved(std::string_view name) {
  if (!name.ends_with(kUnfinishedCopy)) return {};
  return invalid_argument("'" + std::string(name) + "' is the name of an unfinished copy");
}

}  // namespace

Result<Collection> Database::create_collection(std::string_view name,
                                               const CollectionOptions& options) {
  return db::guarded([&]() -> Result<Collection> {
    VECSTORE_TRY(check_unreserved(name));
    VECSTORE_ASSIGN(auto core, state_->store->create_collection(name, options));
    return Collection(
        std::make_shared<Collection::State>(Collection::State{state_->store, std::move(core)}));
  });
}

Result<Collection> Database::collection(std::string_view name) const {
  return db::guarded([&]() -> Result<Collection> {
    VECSTORE_ASSIGN(auto core, state_->store->find_collection(name));
    return Collection(
        std::make_shared<Collection::State>(Collection::State{state_->store, std::move(core)}));
  });
}

Result<Collection> Database::get_or_create(std::string_view name,
                                           const CollectionOptions& options) {
  return db::guarded([&]() -> Result<Collection> {
    Result<Collection> found = collection(name);
    if (!found.ok() && found.status().code() == Code::kNotFound) {
      Result<Collection> made = create_collection(name, options);
      if (made.ok() || made.status().code() != Code::kAlreadyExists) return made;
      found = collection(name);  // another thread was quicker
    }
    if (!found.ok()) return found;
    const auto schema = found->state_->core->read().version->schema;
    VECSTORE_TRY(db::check_same_options(name, *schema, options));
    VECSTORE_TRY(state_->store->alter(found->state_->core, [&](db::Schema& changed) {
      return db::adopt_options(changed, options);
    }));
    return found;
  });
}

Result<std::vector<std::string>> Database::list_collections() const {
  return db::guarded([&]() -> Result<std::vector<std::string>> {
    VECSTORE_TRY(state_->store->require_open());
    return state_->store->catalog().names();
  });
}

Status Database::drop_collection(std::string_view name) {
  return db::guarded([&]() -> Status { return state_->store->drop_collection(name); });
}

Status Database::rename_collection(std::string_view from, std::string_view to) {
  return db::guarded([&]() -> Status {
    VECSTORE_TRY(check_unreserved(to));
    return state_->store->rename_collection(from, to);
  });
}

Status Database::set_alias(std::string_view alias, std::string_view collection) {
  return db::guarded([&]() -> Status {
    VECSTORE_TRY(check_unreserved(alias));
    return state_->store->set_alias(alias, collection);
  });
}

Status Database::drop_alias(std::string_view alias) {
  return db::guarded([&]() -> Status { return state_->store->drop_alias(alias); });
}

Result<std::vector<std::pair<std::string, std::string>>> Database::list_aliases() const {
  return db::guarded([&]() -> Result<std::vector<std::pair<std::string, std::string>>> {
    VECSTORE_TRY(state_->store->require_open());
    return state_->store->catalog().aliases();
  });
}

namespace {

// Room for the name that it has until it is complete.
Status check_copy_name(std::string_view to) {
  VECSTORE_TRY(db::check_name("collection", to));
  const std::size_t most = kMaxNameBytes - kUnfinishedCopy.size();
  if (to.size() <= most) return {};
  return invalid_argument("collection name has " + std::to_string(to.size()) +
                          " bytes, the limit for a copy is " + std::to_string(most));
}

// In batches that stay well below the limit on one.
Status copy_records(const Collection& from, Collection& to, const CancelToken& cancel) {
  constexpr std::size_t kBatch = 200;
  VECSTORE_ASSIGN(Scan scan, from.scan());
  while (true) {
    if (cancel.cancelled()) return cancelled("the copy was stopped; nothing of it is left");
    VECSTORE_ASSIGN(const std::vector<Record> records, scan.next(kBatch));
    if (records.empty()) return {};
    Status status = to.upsert_many(records).status();
    if (status.code() != Code::kInvalidArgument) {
      VECSTORE_TRY(status);
      continue;
    }
    for (const Record& record : records) VECSTORE_TRY(to.upsert(record).status());
  }
}

}  // namespace

Result<Collection> Database::copy_collection(std::string_view from, std::string_view to,
                                             const CancelToken& cancel) {
  return db::guarded([&]() -> Result<Collection> {
    db::Store& store = *state_->store;
    VECSTORE_ASSIGN(const Collection source, collection(from));
    VECSTORE_TRY(check_unreserved(source.name()));
    VECSTORE_TRY(check_unreserved(to));
    VECSTORE_TRY(check_copy_name(to));
    MutexLock lock(store.copying());
    if (store.find_collection(to).ok())
      return already_exists("there is a collection or alias '" + std::string(to) + "' already");
    const std::string unfinished = std::string(to).append(kUnfinishedCopy);
    if (store.find_collection(unfinished).ok()) VECSTORE_TRY(store.drop_collection(unfinished));
    VECSTORE_ASSIGN(auto core, store.create_collection(unfinished, source.options()));
    Collection copy(
        std::make_shared<Collection::State>(Collection::State{state_->store, std::move(core)}));
    const Status status = db::guarded([&]() -> Status {
      VECSTORE_TRY(copy_records(source, copy, cancel));
      return store.rename_collection(unfinished, to);
    });
    if (status.ok()) return copy;
    static_cast<void>(store.drop_collection(unfinished).ok());  // the first error is told
    return status;
  });
}

Result<Database> Database::open_snapshot(const std::string& path, std::string_view name,
                                         const DatabaseOptions& options) {
  return db::guarded([&]() -> Result<Database> {
    DatabaseOptions reading = options;
    reading.read_only = true;
    db::Environment environment;
    environment.snapshot = name;
    return DatabaseInternals::open(path, reading, environment);
  });
}

Result<Database> Database::snapshot(std::string_view name) const {
  return db::guarded([&]() -> Result<Database> {
    VECSTORE_ASSIGN(auto store, state_->store->open_snapshot(name));
    return Database(std::make_shared<State>(State{std::move(store)}));
  });
}

Result<SnapshotInfo> Database::create_snapshot(std::string_view name) {
  return db::guarded([&] { return state_->store->create_snapshot(name); });
}

Result<std::vector<SnapshotInfo>> Database::list_snapshots() const {
  return db::guarded([&] { return state_->store->list_snapshots(); });
}

Status Database::drop_snapshot(std::string_view name) {
  return db::guarded([&] { return state_->store->drop_snapshot(name); });
}

Status Database::restore_snapshot(std::string_view name) {
  return db::guarded([&] { return state_->store->restore_snapshot(name); });
}

Result<DatabaseCompactResult> Database::compact(const std::optional<CancelToken>& cancel) {
  return db::guarded([&]() -> Result<DatabaseCompactResult> {
    VECSTORE_ASSIGN(const std::vector<std::string> names, list_collections());
    DatabaseCompactResult result;
    for (const std::string& name : names) {
      VECSTORE_ASSIGN(Collection one, collection(name));
      VECSTORE_ASSIGN(CompactResult compacted, one.compact(cancel));
      result.collections.emplace_back(name, std::move(compacted));
    }
    VECSTORE_TRY(db::check_cancel(cancel, "the compaction was called off"));
    VECSTORE_TRY(state_->store->maintenance().empty_log());
    VECSTORE_ASSIGN(result.pins, state_->store->maintenance().pins({}));
    return result;
  });
}

Result<BackupReport> Database::backup(const std::string& destination,
                                      const BackupOptions& options) {
  return db::guarded([&] { return state_->store->backup(destination, options); });
}

Result<BackupReport> Database::restore(std::span<const std::string> backups,
                                       const std::string& path, const CancelToken& cancel) {
  return db::guarded([&]() -> Result<BackupReport> {
    // unreached: only a build without a disk has none
    VECSTORE_ASSIGN(io::FileSystem * files, db::files_of(nullptr));
    return db::restore_backup(*files, backups, path, cancel);
  });
}

Status Database::refresh() {
  return db::guarded([&]() -> Status { return state_->store->refresh(); });
}

Status Database::refresh_to(std::uint64_t sequence, std::chrono::milliseconds timeout,
                            const std::optional<CancelToken>& cancel) {
  return db::guarded(
      [&]() -> Status { return state_->store->refresh_to(sequence, timeout.count(), cancel); });
}

Status Database::wait_durable(std::uint64_t sequence, const std::optional<CancelToken>& cancel) {
  return db::guarded([&]() -> Status { return state_->store->wait_durable(sequence, cancel); });
}

Result<DatabaseStats> Database::stats() const {
  return db::guarded([&]() -> Result<DatabaseStats> { return state_->store->stats(); });
}

Status Database::flush() {
  return db::guarded([&]() -> Status {
    VECSTORE_TRY(state_->store->require_open());
    VECSTORE_TRY(state_->store->commits().fault());
    for (const auto& core : state_->store->catalog().cores()) {
      VECSTORE_TRY(state_->store->maintenance().flush(core));
      state_->store->maintenance().resume(core);
    }
    return state_->store->commits().sync();
  });
}

Status Database::wait_for_background(const std::optional<CancelToken>& cancel) {
  return db::guarded([&]() -> Status { return state_->store->wait_for_background(cancel); });
}

Status Database::close() {
  return db::guarded([&]() -> Status { return state_->store->close(); });
}

namespace {

constexpr const char* kOnlyCollection = "default";

}  // namespace

Result<Collection> VecStore::open(const std::string& path, const CollectionOptions& options) {
  return db::guarded([&]() -> Result<Collection> {
    VECSTORE_ASSIGN(Database database, Database::open(path));
    return database.get_or_create(kOnlyCollection, options);
  });
}

Result<Collection> VecStore::in_memory(const CollectionOptions& options) {
  return db::guarded([&]() -> Result<Collection> {
    // unreached: with the usual options it opens
    VECSTORE_ASSIGN(Database database, Database::in_memory());
    return database.get_or_create(kOnlyCollection, options);
  });
}

}  // namespace vecstore
