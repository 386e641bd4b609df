#include "db/maintenance/maintenance.h"

#include <algorithm>

#include "base/clock.h"
#include "db/boundary.h"
#include "db/maintenance/merge_policy.h"
#include "db/segment/index_writer.h"

namespace vecstore::db {
namespace {

// Memory segments that may wait to be written before writers have to do it themselves.
constexpr std::size_t kMaxFrozen = 4;
// Between looks at the token of who waits: for a merge under way, which leaves gaps of twice that,
// and for the background.
constexpr std::int64_t kMergeLookMs = 1;
constexpr int kIdleLookMs = 10;
constexpr const char* kCalledOff = "the compaction was called off";

// A row that cannot be read counts: the rewrite will say what is wrong with it.
bool has_expired(const FileSegment& file, TimeMs now) {
  for (Row row = 0; file.has_times() && row < file.rows(); ++row) {
    const Result<RowInfo> info = file.info(row);
    if (!info.ok() || expired(*info, now)) return true;
  }
  return false;
}

// Null when every file that wants an index has one.
std::shared_ptr<FileSegment> first_without_index(const Version& version) {
  for (const std::shared_ptr<FileSegment>& file : version.files)
    if (file->index_file() == nullptr && wants_index(*file, *version.schema)) return file;
  return nullptr;
}

// Null when all graphs have the codes that their collection asks for.
std::shared_ptr<FileSegment> first_with_other_codes(const Version& version) {
  for (const std::shared_ptr<FileSegment>& file : version.files)
    if (file->index_file() != nullptr && !file->index_file()->has_codes_of(*version.schema))
      return file;
  return nullptr;
}

// One more for as long as it lives.
class Counted {
 public:
  explicit Counted(std::atomic<int>& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<int>& count_;
};

bool has_sound_index(const FileSegment& file, const Schema& schema) {
  if (!wants_index(file, schema)) return true;
  return file.index_file() != nullptr && file.index_file()->verify_structure().ok();
}

}  // namespace

Maintenance::Maintenance(io::FileSystem& files, std::string folder, const DatabaseOptions& options,
                         storage::Manifest manifest, Catalog& catalog, CommitQueue& commits,
                         ThreadPool& pool)
    : files_(files),
      folder_(std::move(folder)),
      options_(options),
      catalog_(catalog),
      commits_(commits),
      pool_(pool),
      next_file_(manifest.next_file),
      manifest_number_(manifest.number) {
  MutexLock lock(manifest_mutex_);
  manifest_ = std::move(manifest);
}

void Maintenance::after_write(const std::shared_ptr<CollectionCore>& core) {
  if (!core->wants_seal(options_.seal_rows, options_.seal_bytes)) return;
  background_error(guarded([&]() -> Status {
    VECSTORE_TRY(seal(core));
    schedule(core);
    return {};
  }));
}

void Maintenance::resume(const std::shared_ptr<CollectionCore>& core) {
  after_write(core);
  const ReadState state = core->read();
  if (!state.version->frozen.empty() || first_without_index(*state.version) ||
      first_with_other_codes(*state.version) ||
      !history_to_merge(*state.version, static_cast<std::size_t>(options_.merge_fanout)).empty())
    schedule(core);
}

// Rows of refused writes stay in their segment: while nothing can be logged, it must not grow.
Status Maintenance::make_room(const std::shared_ptr<CollectionCore>& core) {
  if (core->wants_seal(std::uint64_t{2} * options_.seal_rows, 2 * options_.seal_bytes)) {
    VECSTORE_TRY(seal(core));
    schedule(core);
  }
  if (core->read().version->frozen.size() < kMaxFrozen) return {};
  say(LogLevel::kInfo,
      "writers wait: " + std::to_string(kMaxFrozen) + " memory segments are not yet files");
  return write_frozen(core);
}

Status Maintenance::seal(const std::shared_ptr<CollectionCore>& core) {
  std::uint64_t sequence = 0;
  return commits_.exclusive(
      [&](Stage& stage) -> Status {
        if (!core->has_unsealed()) return {};
        sequence = stage.next_sequence();
        stage.begin_log_file(LogFileUse::kLeaveLarge);
        stage.log(storage::LogType::kSeal, core->number(), {}, false);
        return {};
      },
      [&] {
        if (sequence != 0) core->freeze(sequence);
      });
}

void Maintenance::schedule(const std::shared_ptr<CollectionCore>& core) {
  const auto end = [this] { pending_.fetch_sub(1, std::memory_order_relaxed); };
  const auto work = [this, core, end] {
    background_error(guarded([&] {
      run(core);
      return Status();
    }));
    end();
  };
  pending_.fetch_add(1, std::memory_order_relaxed);
  const Status submitted = guarded([&] {
    pool_.submit(work);
    return Status();
  });
  // unreached: needs an exception, and this build has none
  if (submitted.ok()) return;
  end();
  background_error(submitted);
}

void Maintenance::run(const std::shared_ptr<CollectionCore>& core) {
  background_error(guarded([&] { return write_frozen(core); }));
  background_error(guarded([&] { return seal_laggards(); }));
  if (!stopping_.load(std::memory_order_relaxed)) merge_in_turn(core);
}

Status Maintenance::write_frozen(const std::shared_ptr<CollectionCore>& core) {
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  MutexLock lock(flush_mutex_);
  return write_frozen_until(core, kAll);
}

Status Maintenance::write_frozen_until(const std::shared_ptr<CollectionCore>& core,
                                       std::uint64_t sequence) {
  while (true) {
    const ReadState state = core->read();
    if (state.version->frozen.empty() || core->dropped()) return {};
    const FrozenSegment& oldest = state.version->frozen.front();
    if (oldest.sealed_at > sequence) return {};
    VECSTORE_TRY(rewrite({core, {oldest.segment}, oldest.sealed_at, Rewrite::Kind::kSeal}));
  }
}

// A collection that is rarely written would keep the log from being cut.
Status Maintenance::seal_laggards() {
  if (commits_.log() == nullptr) return {};
  std::uint64_t bytes = 0;
  for (const storage::LogFile& file : commits_.log()->list()) bytes += file.size;
  if (bytes < 4 * options_.seal_bytes) return {};
  std::shared_ptr<CollectionCore> laggard;
  for (const auto& core : catalog_.cores()) {
    const std::uint64_t first = core->first_change_after(0);
    if (first != 0 && (!laggard || first < laggard->first_change_after(0))) laggard = core;
  }
  if (!laggard) return persist([](storage::Manifest&) { return Status(); });
  VECSTORE_TRY(seal(laggard));
  return write_frozen(laggard);
}

// One thread merges, whatever the number of collections that ask: the others go on with seals.
void Maintenance::merge_in_turn(const std::shared_ptr<CollectionCore>& core) {
  {
    MutexLock lock(merge_queue_mutex_);
    merge_queue_.push_back(core);
    if (merging_) return;
    merging_ = true;
  }
  while (true) {
    std::shared_ptr<CollectionCore> next;
    {
      MutexLock lock(merge_queue_mutex_);
      merging_ = !merge_queue_.empty();
      if (!merging_) return;
      next = merge_queue_.front();
      merge_queue_.pop_front();
    }
    background_error(guarded([&] { return merge_where_needed(next); }));
  }
}

Status Maintenance::merge_where_needed(const std::shared_ptr<CollectionCore>& core) {
  while (!stopping_ && !core->dropped()) {
    make_way(*core);
    MutexLock lock(merge_mutex_);
    paced_ = core.get();
    const ReadState state = core->read();
    const std::vector<MergeCandidate> candidates = candidates_of(*core, *state.version);
    const std::vector<std::size_t> chosen =
        choose_merge(candidates, static_cast<std::size_t>(options_.merge_fanout));
    if (chosen.empty()) {
      const std::shared_ptr<FileSegment> bare = first_without_index(*state.version);
      const std::shared_ptr<FileSegment> other = first_with_other_codes(*state.version);
      auto history =
          history_to_merge(*state.version, static_cast<std::size_t>(options_.merge_fanout));
      if (!bare && !other && history.empty()) return {};
      paced_at_ms_ = monotonic_ms();
      if (!bare && !other) {
        VECSTORE_TRY(unless_made_way(
            rewrite({core, {}, 0, Rewrite::Kind::kBackgroundMerge, std::move(history)})));
        continue;
      }
      VECSTORE_TRY(
          unless_made_way(bare ? add_index(core, bare)
                               : recode_index(core, other, Rewrite::Kind::kBackgroundMerge)));
      continue;
    }
    Rewrite work{core, {}, 0, Rewrite::Kind::kBackgroundMerge};
    for (const std::size_t i : chosen) work.sources.push_back(state.version->files[i]);
    paced_at_ms_ = monotonic_ms();
    VECSTORE_TRY(unless_made_way(rewrite(work)));
  }
  return {};
}

// Files of the history fall into tiers as others do; all of it goes when none is to be kept.
std::vector<std::shared_ptr<FileSegment>> Maintenance::history_to_merge(const Version& version,
                                                                        std::size_t fanout) {
  if (version.schema->keep_versions == 0) return version.history;
  std::vector<MergeCandidate> candidates;
  for (const auto& file : version.history)
    candidates.push_back({file->rows(), 0, file->bytes().file});
  std::vector<std::shared_ptr<FileSegment>> chosen;
  for (const std::size_t i : choose_merge(candidates, fanout)) chosen.push_back(version.history[i]);
  return chosen;
}

// Until nobody merges all files of the collection. Who wants to merge another one gets its turn.
void Maintenance::make_way(const CollectionCore& core) {
  MutexLock lock(pause_mutex_);
  while (core.merging_all > 0 && !stopping_) pause_.wait_for(pause_mutex_, 10);
  if (merging_all_ > 0 && !stopping_) pause_.wait_for(pause_mutex_, 2 * kMergeLookMs);
}

// Under the mutex: who is about to rest has seen what is new, or is woken.
void Maintenance::wake() {
  MutexLock lock(pause_mutex_);
  pause_.notify_all();
}

// What was given up for a merge of all files is looked at again behind it.
Status Maintenance::unless_made_way(const Status& status) const {
  return status.code() == Code::kCancelled && !stopping_ ? Status() : status;
}

// Only deaths that the masks know count: the log may still need rows that died later, so that a
// rewrite would keep them.
std::vector<MergeCandidate> Maintenance::candidates_of(const CollectionCore& core,
                                                       const Version& version) const {
  MutexLock lock(manifest_mutex_);
  std::vector<MergeCandidate> candidates;
  for (const auto& file : version.files) {
    candidates.push_back({file->rows(), 0, file->bytes().file});
    for (const storage::CollectionEntry& entry : manifest_.collections) {
      if (entry.number != core.number()) continue;
      for (const storage::SegmentEntry& segment : entry.segments)
        if (segment.file == file->number()) candidates.back().dead_rows = segment.dead_rows;
    }
  }
  return candidates;
}

// Into one file, whose rows all live, with the graph that it is to have.
bool Maintenance::is_merged(const CollectionCore& core) const {
  const ReadState state = core.read();
  const auto& all = state.version->files;
  if (all.empty()) return true;
  const FileSegment& first = *all.front();
  return all.size() == 1 && first.dead_rows() == 0 && !has_expired(first, commits_.now()) &&
         has_sound_index(first, *state.version->schema);
}

namespace {

// In one file, with no version too many. One that cannot be read is not: the rewrite will say why.
bool is_history_merged(const Version& version) {
  const std::uint32_t keep = version.schema->keep_versions;
  if (version.history.empty()) return true;
  if (keep == 0 || version.history.size() > 1) return false;
  const Result<bool> more = has_more_versions(*version.history.front(), keep);
  return more.ok() && !*more;
}

}  // namespace

bool Maintenance::is_all_merged(const CollectionCore& core) const {
  const ReadState state = core.read();
  return is_merged(core) && is_history_merged(*state.version) &&
         !first_with_other_codes(*state.version);
}

Status Maintenance::merge_all(const std::shared_ptr<CollectionCore>& core, const Cancel& cancel) {
  if (is_all_merged(*core)) return {};
  const Counted in_all(merging_all_), in_this(core->merging_all);
  wake();
  while (!merge_mutex_.try_lock()) {
    VECSTORE_TRY(check_cancel(cancel, kCalledOff));
    MutexLock lock(pause_mutex_);
    pause_.wait_for(pause_mutex_, kMergeLookMs);
  }
  const Status status =
      guarded([&]() VECSTORE_NO_THREAD_SAFETY_ANALYSIS { return merge_rest(core, cancel); });
  merge_mutex_.unlock();
  return status;
}

Status Maintenance::merge_rest(const std::shared_ptr<CollectionCore>& core, const Cancel& cancel) {
  VECSTORE_TRY(check_cancel(cancel, kCalledOff));
  if (is_all_merged(*core)) return {};
  const ReadState state = core->read();
  const bool merged = is_merged(*core);
  Rewrite work{core, {}, 0, Rewrite::Kind::kMerge, {}, cancel};
  if (!merged) work.sources.assign(state.version->files.begin(), state.version->files.end());
  if (!merged || !is_history_merged(*state.version)) work.history = state.version->history;
  if (!merged || !work.history.empty()) VECSTORE_TRY(rewrite(work));
  const std::shared_ptr<FileSegment> other =
      merged ? first_with_other_codes(*state.version) : nullptr;
  return other ? recode_index(core, other, Rewrite::Kind::kMerge, cancel) : Status();
}

Status Maintenance::flush(const std::shared_ptr<CollectionCore>& core) {
  VECSTORE_TRY(seal(core));
  return write_frozen(core);
}

Status Maintenance::empty_log() {
  if (commits_.log() == nullptr) return {};
  for (const auto& core : catalog_.cores()) VECSTORE_TRY(flush(core));
  VECSTORE_TRY(commits_.exclusive([](Stage& stage) {
    stage.begin_log_file(LogFileUse::kLeave);
    stage.log(storage::LogType::kMark, 0, {}, false);
    return Status();
  }));
  return persist([](storage::Manifest&) { return Status(); });
}

void Maintenance::note_catalog() {
  background_error(guarded([&] { return persist([](storage::Manifest&) { return Status(); }); }));
}

Status Maintenance::wait_until_idle(const Cancel& cancel) {
  const Counted counted(waiting_);
  wake();
  while (cancel && !pool_.wait_idle_for(kIdleLookMs))
    VECSTORE_TRY(check_cancel(cancel, "the wait for background work was called off"));
  if (!cancel) pool_.wait_idle();
  return {};
}

bool Maintenance::hurried() const { return waiting_ > 0 || merging_all_ > 0; }

// Works for a while, then rests so long that it took no more than its share.
Status Maintenance::pace() {
  const double worked = monotonic_ms() - paced_at_ms_;
  const double rest = worked * (1 - options_.background_share) / options_.background_share;
  if (options_.threads > 0 && rest >= 1) {
    MutexLock lock(pause_mutex_);
    if (!hurried() && !stopping_) pause_.wait_for(pause_mutex_, static_cast<std::int64_t>(rest));
  }
  paced_at_ms_ = monotonic_ms();
  if (paced_->merging_all > 0) return cancelled("a merge of all files takes its place");
  return stopping_ ? cancelled("the store is closing") : Status();
}

void Maintenance::stop() {
  stopping_ = true;
  wake();
}

void Maintenance::end() {
  MutexLock flush_lock(flush_mutex_);
  MutexLock merge_lock(merge_mutex_);
  MutexLock manifest_lock(manifest_mutex_);
  ended_ = true;
}

Status Maintenance::require_begun() const {
  return ended_ ? failed_precondition("the store is closed") : Status();
}

void Maintenance::background_error(const Status& status) {
  if (status.ok() || status.code() == Code::kCancelled) return;
  {
    MutexLock lock(error_mutex_);
    if (error_.ok()) error_ = status;
  }
  const auto tell = [&] {
    say(LogLevel::kError, "background work: " + status.to_string());
    return Status();
  };
  static_cast<void>(guarded(tell).ok());  // without memory nothing is told
}

Status Maintenance::take_error() {
  MutexLock lock(error_mutex_);
  return std::exchange(error_, Status());
}

storage::Manifest Maintenance::manifest() const {
  MutexLock lock(manifest_mutex_);
  return manifest_;
}

void Maintenance::follow(storage::Manifest manifest) {
  MutexLock lock(manifest_mutex_);
  manifest_ = std::move(manifest);
}

std::uint64_t Maintenance::pinned_bytes() {
  MutexLock lock(manifest_mutex_);
  const FileNames named = files_of(manifest_);
  std::uint64_t bytes = 0;
  for (const auto& removed : removed_) {
    const auto segment = removed.lock();
    if (!segment) continue;
    const std::string number = std::to_string(segment->number());
    const bool is_named = std::binary_search(named.begin(), named.end(), number + ".seg") ||
                          std::binary_search(named.begin(), named.end(), number + ".old");
    if (is_named) continue;  // for a snapshot
    bytes += segment->bytes().file + segment->bytes().index;
  }
  return bytes;
}

void Maintenance::say(LogLevel level, const std::string& message) const {
  if (options_.log) options_.log(level, message);
}

}  // namespace vecstore::db
