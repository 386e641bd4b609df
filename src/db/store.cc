#include "db/store.h"

#include <algorithm>

#include "base/mutant.h"
#include "db/boundary.h"
#include "db/store_files.h"
#include "db/validate.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

// A tail longer than either is put into files at close, so that the next open is quick: replaying
// it would take about 3 ms.
constexpr std::uint64_t kLargeTailBytes = 1 << 20;
constexpr std::uint64_t kLargeTailRecords = 4096;

Status no_collection(std::string_view name) {
  return not_found("collection '" + std::string(name) + "' does not exist");
}

}  // namespace

Store::~Store() {
  static_cast<void>(guarded([this] {
                      const Status status = close();
                      if (!status.ok()) say(LogLevel::kError, "closing: " + status.to_string());
                      return status;
                    }).ok());
  // A write that was under way while another thread closed may have left work behind.
  if (pool_) pool_->wait_idle();
}

void Store::say(LogLevel level, const std::string& message) const {
  if (options_.log) options_.log(level, message);
}

Status Store::require_open() const {
  // unreached: in a child that fork() made, which ends without writing its counts
  if (inherited() && !VECSTORE_MUTANT("child.not_refused")) return in_child();
  MutexLock lock(mutex_);
  return closed_ ? closed() : Status();
}

Status Store::in_child() const {
  // unreached: in a child that fork() made, which ends without writing its counts
  return failed_precondition("the database '" + folder_ +
                             "' was opened by the process that this one was forked from: open it "
                             "here as well");
}

Status Store::closed() const {
  return failed_precondition("the database '" + folder_ + "' is closed");
}

void Store::start_timer() {
  const bool syncs = keep_log_ && !options_.read_only &&
                     options_.durability == Durability::kNormal && options_.threads > 0;
  const bool refreshes = options_.refresh_interval_ms > 0;
  if (!syncs && !refreshes) return;
  timer_thread_ = std::make_unique<ThreadPool>(1);
  if (timer_thread_->threads() == 0) return;
  timer_thread_->submit([this, syncs] { syncs ? run_sync_timer() : run_refresh_timer(); });
}

void Store::run_sync_timer() {
  while (true) {
    pause(options_.sync_interval_ms);
    if (!require_open().ok()) return;
    if (!commits_->dirty()) continue;
    if (Status status = commits_->sync(); !status.ok()) {
      say(LogLevel::kError, "syncing the log: " + status.to_string());
      return;
    }
  }
}

// Until the time has passed or the store closes.
void Store::pause(std::int64_t ms) {
  MutexLock lock(mutex_);
  if (!closed_) stop_timer_.wait_for(mutex_, ms);
}

Result<std::shared_ptr<ThreadPool>> Store::query_pool() {
  // unreached: in a child that fork() made, which ends without writing its counts
  if (inherited()) return in_child();
  MutexLock lock(mutex_);
  if (closed_) return closed();
  if (!query_pool_) query_pool_ = std::make_shared<ThreadPool>(options_.threads);
  return query_pool_;
}

Status Store::close() {
  // unreached: in a child that fork() made, which ends without writing its counts
  if (inherited()) return in_child();
  std::shared_ptr<ThreadPool> queries;
  {
    MutexLock lock(mutex_);
    if (closed_) return {};
    closed_ = true;
    queries = std::move(query_pool_);
  }
  if (queries) queries->wait_idle();
  stop_timer_.notify_all();
  if (!maintenance_) return {};  // it never opened
  maintenance_->stop();
  timer_thread_.reset();
  pool_->wait_idle();
  Status status = options_.read_only || !keep_log_ ? Status() : flush_if_large();
  if (status.ok()) status = maintenance_->take_error();
  if (const Status log = options_.read_only ? Status() : finish_log(); status.ok()) status = log;
  commits_->refuse(closed());
  maintenance_->end();
  lock_.reset();
  return status;
}

Status Store::flush_if_large() {
  VECSTORE_TRY(commits_->fault());
  const std::uint64_t records = commits_->committed() + 1 - maintenance_->manifest().log_start;
  std::uint64_t bytes = 0;
  for (const auto& core : catalog_.cores()) {
    const ReadState state = core->read();
    bytes += state.version->active->payload_bytes();
    for (const FrozenSegment& one : state.version->frozen) bytes += one.segment->payload_bytes();
  }
  if (bytes < kLargeTailBytes && records < kLargeTailRecords) return {};
  for (const auto& core : catalog_.cores()) VECSTORE_TRY(maintenance_->flush(core));
  return {};
}

// The mark tells the next reader that everything before it was on the disk: a bad byte there is
// damage, not an unfinished write. Writes that are under way are waited for: once the log is closed
// nobody would sync them.
Status Store::finish_log() {
  storage::Log* log = commits_->log();
  if (log == nullptr) return {};
  VECSTORE_TRY(commits_->sync());
  if (VECSTORE_MUTANT("close.not_marked")) return log->close();
  if (commits_->committed() != opened_at_)
    VECSTORE_TRY(commits_->exclusive([](Stage& stage) {
      stage.log(storage::LogType::kMark, 0, {}, false);
      return Status();
    }));
  commits_->refuse(closed());
  // unreached: needs an exception, and this build has none
  VECSTORE_TRY(commits_->exclusive([](Stage&) { return Status(); }));
  VECSTORE_TRY(commits_->sync());
  return log->close();
}

Status Store::wait_for_background(const Cancel& cancel) {
  // unreached: in a child that fork() made, which ends without writing its counts
  if (inherited()) return in_child();
  VECSTORE_TRY(maintenance_->wait_until_idle(cancel));
  return maintenance_->take_error();
}

Status Store::wait_durable(std::uint64_t sequence, const Cancel& cancel) {
  VECSTORE_TRY(require_open());
  return options_.read_only ? why_read_only() : commits_->wait_durable(sequence, cancel);
}

namespace {

// Of the files in the folder. One that goes while it is looked at does not count.
Result<std::uint64_t> bytes_in(io::FileSystem& files, const std::string& folder) {
  std::uint64_t bytes = 0;
  VECSTORE_ASSIGN(const std::vector<std::string> names, files.list(folder));
  for (const std::string& name : names) {
    const Result<std::uint64_t> size = files.file_size(folder + "/" + name);
    const bool no_file = size.status().code() == Code::kNotFound ||
                         size.status().code() == Code::kFailedPrecondition;
    if (no_file) continue;
    VECSTORE_TRY(size.status());
    bytes += *size;
  }
  return bytes;
}

}  // namespace

Result<DatabaseStats> Store::stats() {
  VECSTORE_TRY(require_open());
  DatabaseStats stats;
  const storage::Manifest manifest = maintenance_->manifest();
  stats.collections = catalog_.names().size();
  stats.manifest = manifest.number;
  stats.sequence = commits_->committed();
  stats.pending_background = maintenance_->pending();
  for (const auto& entry : manifest.collections) stats.segments += entry.segments.size();
  stats.snapshots = manifest.snapshots.size();
  const FileNames kept = without(files_of(manifest), files_of(manifest.collections));
  VECSTORE_ASSIGN(stats.snapshot_bytes, bytes_of(files_, folder_, kept));
  VECSTORE_ASSIGN(const std::uint64_t top, bytes_in(files_, folder_));
  VECSTORE_ASSIGN(const std::uint64_t segments, bytes_in(files_, folder_ + "/segments"));
  VECSTORE_ASSIGN(stats.log_bytes, bytes_in(files_, folder_ + "/wal"));
  stats.file_bytes = top + segments + stats.log_bytes;
  const Status fault = commits_->fault();
  stats.writable = fault.ok();
  stats.fault = fault.ok() ? "" : fault.message();
  return stats;
}

Status Store::change_catalog(storage::LogType type,
                             const std::function<Result<std::uint32_t>(Bytes& payload)>& prepare,
                             std::shared_ptr<CollectionCore>* made) {
  VECSTORE_TRY(require_open());
  storage::LogRecord record;
  Bytes payload;
  const auto log = [&](Stage& stage) -> Status {
    VECSTORE_ASSIGN(record.collection, prepare(payload));
    record.type = type;
    record.sequence = stage.next_sequence();
    record.time_ms = stage.time_ms();
    stage.log(type, record.collection, payload, false);
    return {};
  };
  const auto apply = [&] {
    record.payload = payload;
    // Its preconditions were checked above and its payload is our own: this cannot fail.
    if (Status status = catalog_.apply(record); !status.ok())
      say(LogLevel::kError, status.to_string());
    if (made == nullptr) return;
    *made = catalog_.by_number(record.collection);
    (*made)->publish(record.sequence, 0);
  };
  return commits_->exclusive(log, apply);
}

Result<std::shared_ptr<CollectionCore>> Store::create_collection(std::string_view name,
                                                                 const CollectionOptions& options) {
  VECSTORE_TRY(check_name("collection", name));
  VECSTORE_ASSIGN(const Schema schema, Schema::from_options(options));
  VECSTORE_TRY(check_kept(schema));
  std::shared_ptr<CollectionCore> core;
  VECSTORE_TRY(change_catalog(
      storage::LogType::kCreateCollection,
      [&](Bytes& payload) -> Result<std::uint32_t> {
        if (catalog_.has_collection(name))
          return already_exists("collection '" + std::string(name) + "' already exists");
        if (catalog_.has_alias(name))
          return already_exists("'" + std::string(name) + "' is an alias");
        if (catalog_.names().size() >= kMaxCollections)
          return resource_exhausted("a database holds at most " + std::to_string(kMaxCollections) +
                                    " collections");
        payload = create_payload(name, schema);
        return catalog_.next_number();
      },
      &core));
  if (schema.keep_versions != 0) maintenance_->note_catalog();
  return core;
}

Result<std::shared_ptr<CollectionCore>> Store::find_collection(std::string_view name) const {
  VECSTORE_TRY(require_open());
  auto core = catalog_.find(name);
  if (!core) return no_collection(name);
  return core;
}

Status Store::drop_collection(std::string_view name) {
  VECSTORE_TRY(require_open());
  MutexLock lock(state_mutex_);
  VECSTORE_TRY(
      change_catalog(storage::LogType::kDropCollection, [&](Bytes&) -> Result<std::uint32_t> {
        if (!catalog_.has_collection(name)) return no_collection(name);
        return catalog_.find(name)->number();
      }));
  maintenance_->note_catalog();
  return {};
}

Status Store::rename_collection(std::string_view from, std::string_view to) {
  VECSTORE_TRY(check_name("collection", to));
  return change_catalog(storage::LogType::kSetName, [&](Bytes& payload) -> Result<std::uint32_t> {
    if (!catalog_.has_collection(from)) return no_collection(from);
    if (catalog_.has_collection(to) || catalog_.has_alias(to))
      return already_exists("'" + std::string(to) + "' is taken");
    payload = name_payload(to, false);
    return catalog_.find(from)->number();
  });
}

Status Store::set_alias(std::string_view alias, std::string_view collection) {
  VECSTORE_TRY(check_name("alias", alias));
  return change_catalog(storage::LogType::kSetName, [&](Bytes& payload) -> Result<std::uint32_t> {
    if (catalog_.has_collection(alias))
      return already_exists("'" + std::string(alias) + "' is a collection");
    if (!catalog_.has_collection(collection)) return no_collection(collection);
    payload = name_payload(alias, true);
    return catalog_.find(collection)->number();
  });
}

Status Store::drop_alias(std::string_view alias) {
  return change_catalog(storage::LogType::kDropAlias, [&](Bytes& payload) -> Result<std::uint32_t> {
    if (!catalog_.has_alias(alias))
      return not_found("alias '" + std::string(alias) + "' does not exist");
    payload = drop_alias_payload(alias);
    return std::uint32_t{0};
  });
}

Status Store::alter(const std::shared_ptr<CollectionCore>& core,
                    const std::function<Status(Schema&)>& change) {
  VECSTORE_TRY(require_open());
  storage::LogRecord record;
  Bytes payload;
  bool changed = false;
  return commits_->exclusive(
      [&](Stage& stage) -> Status {
        const Schema before = *core->read().version->schema;
        Schema schema = before;
        VECSTORE_TRY(change(schema));
        changed = !(schema.to_object() == before.to_object());
        if (!changed) return {};
        payload = alter_payload(schema);
        record.type = storage::LogType::kAlterCollection;
        record.collection = core->number();
        record.sequence = stage.next_sequence();
        stage.log(record.type, record.collection, payload, false);
        return {};
      },
      [&] {
        record.payload = payload;
        if (!changed) return;
        if (Status status = catalog_.apply(record); !status.ok())
          say(LogLevel::kError, status.to_string());
      });
}

}  // namespace vecstore::db
