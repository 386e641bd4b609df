#include "db/maintenance.h"

#include <algorithm>

#include "base/clock.h"
#include "db/boundary.h"
#include "db/mask_file.h"
#include "db/merge_policy.h"
#include "db/segment_format.h"
#include "db/segment_writer.h"

namespace vecstore::db {
namespace {

// Memory segments that may wait to be written before writers have to do it themselves.
constexpr std::size_t kMaxFrozen = 4;

io::Access access_of(const DatabaseOptions& options) {
  return options.memory_map ? io::Access::kMap : io::Access::kRead;
}

// A row that cannot be read counts: the rewrite will say what is wrong with it.
bool has_expired(const FileSegment& file, TimeMs now) {
  for (Row row = 0; file.has_times() && row < file.rows(); ++row) {
    const Result<RowInfo> info = file.info(row);
    if (!info.ok() || expired(*info, now)) return true;
  }
  return false;
}

storage::CollectionEntry* entry_of(storage::Manifest& manifest, std::uint32_t number) {
  for (storage::CollectionEntry& entry : manifest.collections)
    if (entry.number == number) return &entry;
  return nullptr;
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
  if (!core->read().version->frozen.empty()) schedule(core);
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
  MutexLock lock(flush_mutex_);
  while (true) {
    const ReadState state = core->read();
    if (state.version->frozen.empty() || core->dropped()) return {};
    const FrozenSegment& oldest = state.version->frozen.front();
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
  while (!stopping_.load(std::memory_order_relaxed) && !core->dropped()) {
    MutexLock lock(merge_mutex_);
    const ReadState state = core->read();
    const std::vector<MergeCandidate> candidates = candidates_of(*core, *state.version);
    const std::vector<std::size_t> chosen =
        choose_merge(candidates, static_cast<std::size_t>(options_.merge_fanout));
    if (chosen.empty()) return {};
    Rewrite work{core, {}, 0, Rewrite::Kind::kBackgroundMerge};
    for (const std::size_t i : chosen) work.sources.push_back(state.version->files[i]);
    paced_at_ms_ = monotonic_ms();
    VECSTORE_TRY(rewrite(work));
  }
  return {};
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

Status Maintenance::merge_all(const std::shared_ptr<CollectionCore>& core) {
  MutexLock lock(merge_mutex_);
  const ReadState state = core->read();
  const auto& all = state.version->files;
  const TimeMs now = commits_.now();
  const bool clean = std::all_of(all.begin(), all.end(), [&](const auto& file) {
    return file->dead_rows() == 0 && !has_expired(*file, now);
  });
  if (all.empty() || (all.size() == 1 && clean)) return {};
  Rewrite work{core, {}, 0, Rewrite::Kind::kMerge};
  work.sources.assign(all.begin(), all.end());
  return rewrite(work);
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

Status Maintenance::rewrite(const Rewrite& given) {
  Rewrite work = given;
  if (work.kind != Rewrite::Kind::kSeal) {
    MutexLock lock(manifest_mutex_);
    const storage::CollectionEntry* entry = entry_of(manifest_, work.core->number());
    if (entry == nullptr) return {};
    work.applied = entry->applied;
  }
  // No later write is given an earlier time: what has expired here has expired for all of them.
  const TimeMs now = work.kind == Rewrite::Kind::kSeal ? 0 : commits_.now();
  VECSTORE_ASSIGN(const SegmentPlan plan,
                  plan_segment(work.core->number(), *work.core->read().version->schema,
                               work.sources, work.applied, now));
  std::shared_ptr<FileSegment> made;
  if (!plan.rows.empty()) {
    VECSTORE_ASSIGN(made, write_file(work, plan));
  }
  bool dropped = false;
  bool named = false;  // by the manifest, which is written
  const auto change = [&](storage::Manifest& manifest)
                          VECSTORE_NO_THREAD_SAFETY_ANALYSIS -> Status {
    storage::CollectionEntry* entry = entry_of(manifest, work.core->number());
    dropped = entry == nullptr;
    return dropped ? Status() : change_entry(work, plan, made, *entry);
  };
  const Status persisted = persist(change, [&]() VECSTORE_NO_THREAD_SAFETY_ANALYSIS {
    named = !dropped;
    return install(work, plan, made);
  });
  if (made && !named) discard(made->number());
  return persisted;
}

// A file that was not installed is of no use, unless a manifest that could not be finished reached
// the folder all the same: it may name the file.
void Maintenance::discard(std::uint64_t segment) {
  const Result<storage::Manifest> found = storage::read_manifest(files_, folder_);
  if (!found.ok() || found->number != manifest().number) return;
  if (Status status = files_.remove(segment_path(folder_, segment)); !status.ok())
    say(LogLevel::kWarning, status.message());
}

Result<std::shared_ptr<FileSegment>> Maintenance::write_file(const Rewrite& work,
                                                             const SegmentPlan& plan) {
  const std::uint64_t number = next_file_.fetch_add(1);
  const std::string path = segment_path(folder_, number);
  const storage::BlockFileIdentity identity{kSegmentKind, manifest().database, number};
  const auto keep_pace = [&]() VECSTORE_NO_THREAD_SAFETY_ANALYSIS -> Status {
    return work.kind == Rewrite::Kind::kBackgroundMerge ? pace() : Status();
  };
  VECSTORE_TRY(write_segment(files_, path, identity, plan, keep_pace).status());
  const auto open = [&]() -> Result<std::shared_ptr<FileSegment>> {
    VECSTORE_TRY(files_.sync_folder(folder_ + "/segments"));
    return FileSegment::open(files_, path, access_of(options_), identity, plan.collection,
                             plan.schema);
  };
  auto made = open();
  if (!made.ok()) static_cast<void>(files_.remove(path).ok());  // its own error is the one to tell
  return made;
}

// Deaths that came while the file was written are carried over before any reader sees it.
Status Maintenance::install(const Rewrite& work, const SegmentPlan& plan,
                            const std::shared_ptr<FileSegment>& made) {
  VECSTORE_TRY(commits_.exclusive(
      [](Stage&) { return Status(); },
      [&] {
        for (Row row = 0; made && row < made->rows(); ++row) {
          const SourceRow& from = plan.rows[row];
          if (const std::uint64_t dead = plan.sources[from.source]->dead_at(from.row); dead != 0)
            made->mark_dead(row, dead);
        }
        work.core->replace(work.sources, made);
      }));
  std::erase_if(removed_, [](const auto& segment) { return segment.expired(); });
  for (const auto& source : work.sources)
    if (source->number() != 0) removed_.push_back(source);
  return {};
}

Status Maintenance::change_entry(const Rewrite& work, const SegmentPlan& plan,
                                 const std::shared_ptr<FileSegment>& made,
                                 storage::CollectionEntry& entry) {
  if (work.kind == Rewrite::Kind::kSeal) entry.applied = std::max(entry.applied, work.applied);
  std::size_t at = entry.segments.size();
  for (std::size_t i = entry.segments.size(); i-- > 0;) {
    const bool replaced =
        std::any_of(work.sources.begin(), work.sources.end(),
                    [&](const auto& source) { return source->number() == entry.segments[i].file; });
    if (!replaced) continue;
    entry.segments.erase(entry.segments.begin() + static_cast<std::ptrdiff_t>(i));
    at = i;
  }
  if (made) {
    VECSTORE_ASSIGN(const storage::SegmentEntry segment,
                    new_entry(work, plan, *made, entry.applied));
    entry.segments.insert(
        entry.segments.begin() + static_cast<std::ptrdiff_t>(std::min(at, entry.segments.size())),
        segment);
  }
  return update_masks(*work.core, entry);
}

Result<storage::SegmentEntry> Maintenance::new_entry(const Rewrite& work, const SegmentPlan& plan,
                                                     const FileSegment& made,
                                                     std::uint64_t applied) {
  storage::SegmentEntry segment;
  segment.file = made.number();
  segment.rows = made.rows();
  segment.bytes = made.bytes().file;
  segment.level = work.kind == Rewrite::Kind::kSeal ? 0 : 1;
  segment.min_sequence = plan.min_sequence;
  segment.max_sequence = plan.max_sequence;
  std::vector<Row> dead;
  for (Row row = 0; row < made.rows(); ++row) {
    const std::uint64_t died = plan.sources[plan.rows[row].source]->dead_at(plan.rows[row].row);
    if (died != 0 && died <= applied) dead.push_back(row);
  }
  segment.dead_rows = dead.size();
  VECSTORE_ASSIGN(segment.mask_file, new_mask(segment.file, dead));
  return segment;
}

Result<std::uint64_t> Maintenance::new_mask(std::uint64_t segment, const std::vector<Row>& rows) {
  if (rows.empty()) return std::uint64_t{0};
  const std::uint64_t number = next_file_.fetch_add(1);
  VECSTORE_TRY(
      write_mask(files_, mask_path(folder_, number), manifest_.database, number, segment, rows));
  return number;
}

// Deaths up to the entry's `applied` will not be replayed from the log, so the masks have to know
// them.
Status Maintenance::update_masks(const CollectionCore& core, storage::CollectionEntry& entry) {
  const ReadState state = core.read();  // the loop does not keep a temporary alive
  for (const auto& file : state.version->files) {
    for (storage::SegmentEntry& segment : entry.segments) {
      if (segment.file != file->number() || file->dead_rows() == segment.dead_rows) continue;
      const std::vector<Row> dead = dead_rows_until(*file, entry.applied);
      if (dead.size() == segment.dead_rows) continue;
      VECSTORE_ASSIGN(segment.mask_file, new_mask(segment.file, dead));
      segment.dead_rows = dead.size();
    }
  }
  return files_.sync_folder(folder_ + "/segments");
}

Status Maintenance::persist(const std::function<Status(storage::Manifest&)>& change,
                            const std::function<Status()>& install) {
  MutexLock lock(manifest_mutex_);
  VECSTORE_TRY(commits_.behind());
  storage::Manifest next = manifest_;
  std::uint64_t start = commits_.committed() + 1;  // nothing staged after this is below it
  catalog_.write_to(next);
  VECSTORE_TRY(change(next));
  for (const auto& core : catalog_.cores()) {
    const storage::CollectionEntry* entry = entry_of(next, core->number());
    const std::uint64_t first = core->first_change_after(entry == nullptr ? 0 : entry->applied);
    if (first != 0) start = std::min(start, first);
  }
  next.log_start = start;
  next.next_file = next_file_.load();
  VECSTORE_TRY(commits_.sync());
  next.number = ++manifest_number_;
  VECSTORE_TRY(storage::write_manifest(files_, folder_, next));
  std::swap(manifest_, next);
  if (install) {
    const Status installed = guarded(install);
    if (!installed.ok()) commits_.fall_behind();
    VECSTORE_TRY(installed);
  }
  remove_obsolete(next);
  return {};
}

// Readers that hold a removed file keep its content; what they pin is counted. What cannot be
// removed stays until the next open or the next removal: the manifest does not name it.
void Maintenance::remove_obsolete(const storage::Manifest& before) {
  std::vector<std::string> kept;
  for (const auto& entry : manifest_.collections) {
    for (const auto& segment : entry.segments) {
      kept.push_back(segment_path(folder_, segment.file));
      kept.push_back(mask_path(folder_, segment.mask_file));
    }
  }
  std::sort(kept.begin(), kept.end());
  const auto remove = [&](const std::string& path) {
    if (std::binary_search(kept.begin(), kept.end(), path)) return;
    if (Status status = files_.remove(path); !status.ok())
      say(LogLevel::kWarning, status.message());
  };
  for (const auto& entry : before.collections) {
    for (const auto& segment : entry.segments) {
      remove(segment_path(folder_, segment.file));
      if (segment.mask_file != 0) remove(mask_path(folder_, segment.mask_file));
    }
  }
  if (commits_.log() == nullptr) return;
  if (Status status = commits_.log()->remove_before(manifest_.log_start); !status.ok())
    say(LogLevel::kWarning, status.message());
}

void Maintenance::forget_dropped() {
  background_error(guarded([&] { return persist([](storage::Manifest&) { return Status(); }); }));
}

// Works for a while, then rests so long that it took no more than its share.
Status Maintenance::pace() {
  const double worked = monotonic_ms() - paced_at_ms_;
  const double rest = worked * (1 - options_.background_share) / options_.background_share;
  if (options_.threads > 0 && rest >= 1 && !stopping_.load(std::memory_order_relaxed)) {
    MutexLock lock(pause_mutex_);
    pause_.wait_for(pause_mutex_, static_cast<std::int64_t>(rest));
  }
  paced_at_ms_ = monotonic_ms();
  return stopping_.load(std::memory_order_relaxed) ? cancelled("the store is closing") : Status();
}

void Maintenance::stop() {
  stopping_.store(true, std::memory_order_relaxed);
  pause_.notify_all();
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

std::uint64_t Maintenance::pinned_bytes() {
  MutexLock lock(manifest_mutex_);
  std::uint64_t bytes = 0;
  for (const auto& removed : removed_)
    if (const auto segment = removed.lock()) bytes += segment->bytes().file;
  return bytes;
}

void Maintenance::say(LogLevel level, const std::string& message) const {
  if (options_.log) options_.log(level, message);
}

}  // namespace vecstore::db
