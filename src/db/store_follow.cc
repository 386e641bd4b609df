// A reader that keeps up with a writer in another process: the new end of the log is applied to
// memory, as at open, and files of a new manifest take the place of what they were made from. Why
// it is right: docs/design/021-followers.md.
#include <algorithm>

#include "base/clock.h"
#include "base/mutant.h"
#include "db/boundary.h"
#include "db/follow/next_version.h"
#include "db/store.h"
#include "db/store_files.h"

namespace vecstore::db {
namespace {

constexpr std::uint64_t kPieceBytes = 4u << 20;  // of the log, held in memory at a time

// What a file that changes while it is read looks like. What it looks like in the end is true.
bool may_pass(Code code) {
  return code == Code::kDataLoss || code == Code::kNotFound || code == Code::kAborted ||
         code == Code::kUnavailable;
}

}  // namespace

Status Store::require_followed() const {
  VECSTORE_TRY(require_open());
  if (!snapshot_.empty())
    return failed_precondition("snapshot '" + snapshot_ + "' never changes: nothing to refresh");
  if (never_changes_)
    return failed_precondition("'" + folder_ + "' is a single-file backup: nothing to refresh");
  if (!options_.read_only || !keep_log_)
    return failed_precondition("'" + folder_ + "' was not opened read-only: nothing to refresh");
  return {};
}

Status Store::refresh() {
  VECSTORE_TRY(require_followed());
  constexpr int kAttempts = 6;
  MutexLock lock(follow_mutex_);
  for (int attempt = 1;; ++attempt) {
    const Status status = refresh_once();
    if (status.ok() || !may_pass(status.code()) || attempt == kAttempts) return status;
    pause(attempt);
    VECSTORE_TRY(require_open());
  }
}

Status Store::refresh_to(std::uint64_t sequence, std::int64_t timeout_ms, const Cancel& cancel) {
  constexpr std::int64_t kLongestPauseMs = 10;
  const double deadline = monotonic_ms() + static_cast<double>(timeout_ms);
  for (std::int64_t wait = 1;; wait = std::min(2 * wait, kLongestPauseMs)) {
    VECSTORE_TRY(check_cancel(cancel, "the wait for a write was called off"));
    VECSTORE_TRY(refresh());
    const std::uint64_t seen = commits_->committed();
    if (seen >= sequence) return {};
    if (monotonic_ms() >= deadline)
      return deadline_exceeded("write " + std::to_string(sequence) +
                               " is not there yet: the last one is " + std::to_string(seen));
    pause(wait);
  }
}

void Store::run_refresh_timer() {
  std::string said;
  while (true) {
    pause(options_.refresh_interval_ms);
    if (!require_open().ok()) return;
    const Status status = guarded([this] { return refresh(); });
    if (!status.ok() && status.message() != said)
      say(LogLevel::kError, "refreshing: " + status.to_string());
    said = status.ok() ? "" : status.message();
  }
}

Status Store::refresh_once() {
  if (astray_) return open_again(false);
  std::optional<storage::Manifest> next;
  Status status = read_next(next);
  if (status.ok()) status = catch_up(next);
  if (status.code() == Code::kNotFound) return open_again(true);
  if (status.code() == Code::kAborted) return open_again(false);
  VECSTORE_TRY(status);
  return next ? install(*next) : Status();
}

// The newest manifest, unless it is `next` or what is followed. kAborted when a snapshot has become
// the state: the log does not lead there.
Status Store::read_next(std::optional<storage::Manifest>& next) const {
  VECSTORE_ASSIGN(const std::uint64_t newest, storage::newest_manifest(files_, folder_));
  if (newest == (next ? next->number : followed_.manifest)) return {};
  VECSTORE_ASSIGN(next, storage::read_manifest(files_, folder_));
  VECSTORE_TRY(check_same_database(*next));
  return next->restored == followed_.restored ? Status() : aborted("a snapshot was restored");
}

Status Store::check_same_database(const storage::Manifest& manifest) const {
  if (manifest.database == followed_.database) return {};
  return failed_precondition("'" + folder_ + "' holds another database than when it was opened");
}

void Store::follow(const storage::Manifest& manifest) {
  maintenance_->follow(manifest);
  followed_ = {manifest.database, manifest.number, manifest.restored};
}

// To the end of the log. Nothing of a piece is applied before it is certain that no snapshot was
// restored while it was read: it might come after that.
Status Store::catch_up(std::optional<storage::Manifest>& next) {
  if (!next) {
    VECSTORE_ASSIGN(const bool same, follower_->is_unchanged());
    if (same) return {};
  }
  while (true) {
    VECSTORE_ASSIGN(storage::LogPiece piece, follower_->read(kPieceBytes));
    if (!VECSTORE_MUTANT("follow.restore_unseen")) VECSTORE_TRY(read_next(next));
    VECSTORE_TRY(apply(piece));
    if (!piece.more) return {};
  }
}

// Seen as a whole when all of it is there, but for what a seal in it ends, which is whole, too.
Status Store::apply(storage::LogPiece& piece) {
  astray_ = true;  // unless it ends well
  VECSTORE_TRY(piece.records.deliver_to(
      [&](const storage::LogRecord& record) { return replay(record, nullptr); }));
  for (const auto& core : catalog_.cores()) core->publish(piece.last_sequence, core->staged_rows());
  commits_->resume(piece.last_sequence, 0, last_time_);
  follower_->accept(piece);
  astray_ = false;
  return {};
}

// Everything that the manifest counts on was in the log before it.
Status Store::install(const storage::Manifest& next) {
  VECSTORE_TRY(check_log_end(files_, folder_, next, follower_->last_sequence()));
  KnownSegments known = known_segments();
  known.masks_known = true;
  SegmentSource source = source_of_segments(next.database);
  source.known = &known;
  std::vector<std::pair<std::shared_ptr<CollectionCore>, std::shared_ptr<const Version>>> versions;
  for (const storage::CollectionEntry& entry : next.collections) {
    const auto core = catalog_.by_number(entry.number);
    if (!core) continue;  // dropped later
    auto version = next_version(*core->read().version, entry, source);
    if (version.status().code() == Code::kNotFound) {
      const Result<std::uint64_t> newest = storage::newest_manifest(files_, folder_);
      if (newest.ok() && *newest != next.number) return {};  // the next refresh has its files
    }
    VECSTORE_TRY(version.status());
    versions.emplace_back(core, *std::move(version));
  }
  for (const auto& [core, version] : versions) core->install(version);
  follow(next);
  return {};
}

KnownSegments Store::known_segments() const {
  const storage::Manifest manifest = maintenance_->manifest();
  KnownSegments known;
  known.restored = manifest.restored;
  known.sequence = follower_->last_sequence();
  for (const storage::CollectionEntry& entry : manifest.collections) {
    const auto core = catalog_.by_number(entry.number);
    if (!core) continue;
    const ReadState state = core->read();  // the loop does not keep a temporary alive
    for (const auto& file : state.version->files)
      for (const storage::SegmentEntry& one : entry.segments)
        if (one.file == file->number()) known.by_file[one.file] = {file, one.index_file};
  }
  return known;
}

// As a new reader finds it, put in the place of what is here.
Status Store::open_again(bool keep_segments) {
  Environment environment;
  environment.files = owned_files_;
  environment.clock = &clock_;
  if (keep_segments) environment.known = std::make_shared<KnownSegments>(known_segments());
  DatabaseOptions options = options_;
  options.threads = 0;
  options.refresh_interval_ms = 0;
  astray_ = true;  // unless it ends well
  VECSTORE_ASSIGN(const auto fresh, open_state(folder_, options, environment));
  const storage::Manifest manifest = fresh->maintenance_->manifest();
  VECSTORE_TRY(check_same_database(manifest));
  MutexLock lock(fresh->follow_mutex_);
  catalog_.adopt(fresh->catalog_);
  follower_ = fresh->follower_;
  last_time_ = std::max(last_time_, fresh->last_time_);
  commits_->resume(follower_->last_sequence(), manifest.epoch, last_time_);
  follow(manifest);
  astray_ = false;
  return {};
}

}  // namespace vecstore::db
