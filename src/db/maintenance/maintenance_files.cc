// How maintenance writes files and makes a manifest name them.
#include <algorithm>

#include "base/mutant.h"
#include "db/boundary.h"
#include "db/maintenance/maintenance.h"
#include "db/segment/index_writer.h"
#include "db/segment/mask_file.h"
#include "db/segment/segment_format.h"
#include "db/segment/segment_writer.h"

namespace vecstore::db {
namespace {

io::Access access_of(const DatabaseOptions& options) {
  return options.memory_map ? io::Access::kMap : io::Access::kRead;
}

storage::CollectionEntry* entry_of(storage::Manifest& manifest, std::uint32_t number) {
  for (storage::CollectionEntry& entry : manifest.collections)
    if (entry.number == number) return &entry;
  return nullptr;
}

// A snapshot that was made before the segment had an index has it now: all rows are in it,
// whichever have died.
void fill_in(storage::SnapshotEntry& snapshot, std::uint64_t segment, std::uint64_t index) {
  for (storage::CollectionEntry& entry : snapshot.collections)
    for (storage::SegmentEntry& one : entry.segments)
      if (one.file == segment && one.index_file == 0) one.index_file = index;
}

}  // namespace

std::vector<std::shared_ptr<StoredSegment>> Maintenance::Rewrite::all_sources() const {
  std::vector<std::shared_ptr<StoredSegment>> all = sources;
  all.insert(all.end(), history.begin(), history.end());
  return all;
}

Status Maintenance::rewrite(const Rewrite& given) {
  Rewrite work = given;
  if (work.kind != Rewrite::Kind::kSeal) {
    MutexLock lock(manifest_mutex_);
    const storage::CollectionEntry* entry = entry_of(manifest_, work.core->number());
    if (entry == nullptr) return {};
    work.applied = entry->applied;
  }
  Output output;
  const Status written = write_output(work, output);
  if (!written.ok()) discard(output);
  VECSTORE_TRY(written);
  if (output.made) prepare_for_queries(work.sources, *output.made);
  bool dropped = false;
  bool named = false;  // by the manifest, which is written
  const auto change = [&](storage::Manifest& manifest)
                          VECSTORE_NO_THREAD_SAFETY_ANALYSIS -> Status {
    storage::CollectionEntry* entry = entry_of(manifest, work.core->number());
    dropped = entry == nullptr;
    return dropped ? Status() : change_entry(work, output, *entry);
  };
  const Status persisted = persist(change, [&]() VECSTORE_NO_THREAD_SAFETY_ANALYSIS {
    named = !dropped;
    return install(work, output);
  });
  if (!named) discard(output);
  return persisted;
}

// Files that nothing names yet.
Status Maintenance::write_output(const Rewrite& work, Output& output) {
  // No later write is given an earlier time: what has expired here has expired for all of them.
  const TimeMs now = work.kind == Rewrite::Kind::kSeal ? 0 : commits_.now();
  const std::shared_ptr<const Schema> schema = work.core->read().version->schema;
  const std::uint32_t keep = VECSTORE_MUTANT("versions.dropped") ? 0 : schema->keep_versions;
  std::vector<SourceRow> left_out;
  VECSTORE_ASSIGN(output.plan, plan_segment(work.core->number(), *schema, work.sources,
                                            work.applied, now, keep == 0 ? nullptr : &left_out));
  output.plan.name = catalog_.name_of(work.core->number());
  VECSTORE_ASSIGN(output.past, plan_history(output.plan, left_out, work.history, keep));
  if (!output.past.rows.empty()) {
    VECSTORE_ASSIGN(output.old, write_file(work, output.past));
  }
  if (output.plan.rows.empty()) return {};
  VECSTORE_ASSIGN(output.made, write_file(work, output.plan));
  const bool seal = work.kind == Rewrite::Kind::kSeal;  // its index comes later: the log waits
  if (seal || !wants_index(*output.made, output.plan.schema)) return {};
  VECSTORE_ASSIGN(output.index, write_merged_index(*output.made, output.plan,
                                                   build_pace_of(work.kind, work.cancel)));
  output.made->set_index(std::move(output.index.file));
  return {};
}

void Maintenance::discard(const Output& output) {
  if (output.made) discard(segment_path(folder_, output.made->number()));
  if (output.old) discard(history_path(folder_, output.old->number()));
  if (output.index.number != 0) discard(index_path(folder_, output.index.number));
}

// A file that was not installed is of no use, unless a manifest that could not be finished reached
// the folder all the same: it may name the file.
void Maintenance::discard(const std::string& path) {
  const Result<storage::Manifest> found = storage::read_manifest(files_, folder_);
  if (!found.ok() || found->number != manifest().number) return;
  if (Status status = files_.remove(path); !status.ok()) say(LogLevel::kWarning, status.message());
}

// What is called while a file is written: a merge in the background keeps its share, one that
// somebody waits for ends when they call it off, and every merge ends when the store closes.
std::function<Status()> Maintenance::pace_of(Rewrite::Kind kind, const Cancel& cancel) {
  return [this, kind, cancel]() VECSTORE_NO_THREAD_SAFETY_ANALYSIS -> Status {
    if (kind == Rewrite::Kind::kBackgroundMerge) return pace();
    VECSTORE_TRY(check_cancel(cancel, "the compaction was called off"));
    const bool ends = kind == Rewrite::Kind::kMerge && stopping_.load(std::memory_order_relaxed);
    return ends ? cancelled("the store is closing") : Status();
  };
}

// All threads of the store for a graph that somebody waits for, one for the others.
index::Pace Maintenance::build_pace_of(Rewrite::Kind kind, const Cancel& cancel) {
  const auto threads = [this, kind] {
    const bool waited_for = kind == Rewrite::Kind::kMerge || hurried();
    return waited_for ? static_cast<std::size_t>(std::max(options_.threads, 1)) : std::size_t{1};
  };
  const auto guard = [](const std::function<void()>& work) {
    return guarded([&] {
      work();
      return Status();
    });
  };
  return {.keep = pace_of(kind, cancel), .pool = &pool_, .threads = threads, .guard = guard};
}

Result<std::shared_ptr<FileSegment>> Maintenance::write_file(const Rewrite& work,
                                                             const SegmentPlan& plan) {
  VECSTORE_TRY(require_begun());
  const std::uint64_t number = next_file_.fetch_add(1);
  const std::string path =
      plan.history ? history_path(folder_, number) : segment_path(folder_, number);
  const storage::BlockFileIdentity identity{plan.history ? kHistoryKind : kSegmentKind,
                                            manifest().database, number};
  const auto keep_pace = pace_of(work.kind, work.cancel);
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

// Where queries came, they will come again: what they would wait for is done before they see the
// file. What goes wrong is told by the query that needs it.
void Maintenance::prepare_for_queries(const std::vector<std::shared_ptr<StoredSegment>>& sources,
                                      const FileSegment& made) {
  const bool queried = std::any_of(sources.begin(), sources.end(),
                                   [](const auto& source) { return source->was_queried(); });
  if (!queried) return;
  made.mark_queried();
  static_cast<void>(made.prepare_for_queries().ok());
}

// Builds and writes the segment's index, which nothing uses yet.
Result<Maintenance::MadeIndex> Maintenance::write_index_of(const FileSegment& segment,
                                                           const Schema& schema,
                                                           const OldIndexes& old,
                                                           const index::Pace& pace) {
  VECSTORE_TRY(require_begun());
  MadeIndex made;
  made.number = next_file_.fetch_add(1);
  const std::string path = index_path(folder_, made.number);
  const storage::BlockFileIdentity identity{kIndexKind, manifest().database, made.number};
  VECSTORE_TRY(write_index(files_, path, identity, segment, schema, old, pace));
  const auto open = [&]() -> Status {
    if (!VECSTORE_MUTANT("index.folder_not_synced"))
      VECSTORE_TRY(files_.sync_folder(folder_ + "/segments"));
    VECSTORE_ASSIGN(made.file, IndexFile::open(files_, path, access_of(options_), identity,
                                               {segment.number(), segment.rows()}, schema));
    return {};
  };
  const Status opened = open();
  if (!opened.ok()) static_cast<void>(files_.remove(path).ok());
  VECSTORE_TRY(opened);
  return made;
}

// From the graphs of the sources, unless one of them cannot be read.
Result<Maintenance::MadeIndex> Maintenance::write_merged_index(const FileSegment& segment,
                                                               const SegmentPlan& plan,
                                                               const index::Pace& pace) {
  Result<MadeIndex> written =
      write_index_of(segment, plan.schema, {.merged = merged_indexes(plan)}, pace);
  if (written.status().code() == Code::kDataLoss)
    written = write_index_of(segment, plan.schema, {}, pace);
  return written;
}

// `install` is called when the manifest names the segment's new index.
Status Maintenance::name_index(const std::shared_ptr<CollectionCore>& core, std::uint64_t segment,
                               std::uint64_t index, const std::function<Status()>& install) {
  bool there = false;
  bool named = false;
  const auto change = [&](storage::Manifest& manifest) -> Status {
    storage::CollectionEntry* entry = entry_of(manifest, core->number());
    for (std::size_t i = 0; entry != nullptr && i < entry->segments.size(); ++i) {
      if (entry->segments[i].file != segment) continue;
      entry->segments[i].index_file = index;
      there = true;
    }
    for (storage::SnapshotEntry& snapshot : manifest.snapshots)
      if (there) fill_in(snapshot, segment, index);
    return {};
  };
  const Status persisted = persist(change, [&] {
    named = there;
    return there ? install() : Status();
  });
  if (!named) discard(index_path(folder_, index));
  return persisted;
}

// A segment that came without its index gets it. Until then queries scan.
Status Maintenance::add_index(const std::shared_ptr<CollectionCore>& core,
                              const std::shared_ptr<FileSegment>& segment) {
  VECSTORE_ASSIGN(MadeIndex made, write_index_of(*segment, *core->read().version->schema, {},
                                                 build_pace_of(Rewrite::Kind::kBackgroundMerge)));
  if (segment->was_queried()) static_cast<void>(made.file->verify_structure().ok());
  return name_index(core, segment->number(), made.number, [&] {
    segment->set_index(std::move(made.file));
    return Status();
  });
}

// The same graphs over other codes. Queries that run keep the segment as it was, with its old ones;
// whoever comes later has another that reads the same file. Graphs that cannot be read are built.
Status Maintenance::recode_index(const std::shared_ptr<CollectionCore>& core,
                                 const std::shared_ptr<FileSegment>& segment, Rewrite::Kind kind,
                                 const Cancel& cancel) {
  const std::shared_ptr<const Schema> schema = core->read().version->schema;
  const index::Pace pace = build_pace_of(kind, cancel);
  Result<MadeIndex> written =
      write_index_of(*segment, *schema, {.recoded = segment->index_file()}, pace);
  if (written.status().code() == Code::kDataLoss)
    written = write_index_of(*segment, *schema, {}, pace);
  VECSTORE_ASSIGN(MadeIndex made, std::move(written));
  const storage::BlockFileIdentity identity{kSegmentKind, manifest().database, segment->number()};
  auto opened = FileSegment::open(files_, segment_path(folder_, segment->number()),
                                  access_of(options_), identity, core->number(), *schema);
  if (!opened.ok()) discard(index_path(folder_, made.number));
  VECSTORE_TRY(opened.status());
  (*opened)->set_index(std::move(made.file));
  prepare_for_queries({segment}, **opened);
  return name_index(core, segment->number(), made.number,
                    [&] { return put_in_place(core, segment, *opened); });
}

// Both read the same file: only what died since the manifest was written is in memory alone.
Status Maintenance::put_in_place(const std::shared_ptr<CollectionCore>& core,
                                 const std::shared_ptr<FileSegment>& old,
                                 const std::shared_ptr<FileSegment>& made) {
  return commits_.exclusive([](Stage&) { return Status(); },
                            [&] {
                              for (Row row = 0; row < made->rows(); ++row)
                                if (const std::uint64_t dead = old->dead_at(row); dead != 0)
                                  made->mark_dead(row, dead);
                              core->replace({old}, made);
                            });
}

// Deaths that came while the file was written are carried over before any reader sees it.
Status Maintenance::install(const Rewrite& work, const Output& output) {
  const std::vector<std::shared_ptr<StoredSegment>> sources = work.all_sources();
  const std::shared_ptr<FileSegment>& made = output.made;
  // unreached: needs an exception, and this build has none
  VECSTORE_TRY(commits_.exclusive([](Stage&) { return Status(); },
                                  [&] {
                                    for (Row row = 0; made && row < made->rows(); ++row) {
                                      if (VECSTORE_MUTANT("merge.deaths_lost")) break;
                                      const SourceRow& from = output.plan.rows[row];
                                      const std::uint64_t dead =
                                          output.plan.sources[from.source]->dead_at(from.row);
                                      if (dead != 0) made->mark_dead(row, dead);
                                    }
                                    work.core->replace(sources, made, output.old);
                                  }));
  std::erase_if(removed_, [](const auto& segment) { return segment.expired(); });
  for (const auto& source : sources)
    if (source->number() != 0) removed_.push_back(source);
  return {};
}

namespace {

// Takes out the entries of these files; where the first of them stood, else the end.
template <typename Segment>
std::size_t take_out(const std::vector<std::shared_ptr<Segment>>& files,
                     std::vector<storage::SegmentEntry>& entries) {
  std::size_t at = entries.size();
  for (std::size_t i = entries.size(); i-- > 0;) {
    const bool replaced = std::any_of(files.begin(), files.end(), [&](const auto& source) {
      return source->number() == entries[i].file;
    });
    if (!replaced) continue;
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(i));
    at = i;
  }
  return std::min(at, entries.size());
}

}  // namespace

Status Maintenance::change_entry(const Rewrite& work, const Output& output,
                                 storage::CollectionEntry& entry) {
  if (work.kind == Rewrite::Kind::kSeal) entry.applied = std::max(entry.applied, work.applied);
  const std::size_t at = take_out(work.sources, entry.segments);
  if (output.made) {
    VECSTORE_ASSIGN(storage::SegmentEntry segment,
                    new_entry(work, output.plan, *output.made, entry.applied));
    segment.index_file = output.index.number;
    entry.segments.insert(entry.segments.begin() + static_cast<std::ptrdiff_t>(at), segment);
  }
  change_history(work, output, entry);
  if (VECSTORE_MUTANT("mask.not_written")) return {};
  return update_masks(*work.core, entry);
}

void Maintenance::change_history(const Rewrite& work, const Output& output,
                                 storage::CollectionEntry& entry) {
  take_out(work.history, entry.history);
  if (!output.old) return;
  storage::SegmentEntry& old = entry.history.emplace_back();
  old.file = output.old->number();
  old.rows = output.old->rows();
  old.bytes = output.old->bytes().file;
  old.level = work.kind == Rewrite::Kind::kSeal ? 0 : 1;
  old.min_sequence = output.past.min_sequence;
  old.max_sequence = output.past.max_sequence;
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
  if (VECSTORE_MUTANT("mask.rows_lost") && rows.size() > 1)
    return new_mask(segment, {rows.front()});
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
  if (VECSTORE_MUTANT("seal.folder_not_synced")) return {};
  return files_.sync_folder(folder_ + "/segments");
}

Status Maintenance::persist(const std::function<Status(storage::Manifest&)>& change,
                            const std::function<Status()>& install) {
  MutexLock lock(manifest_mutex_);
  VECSTORE_TRY(require_begun());
  VECSTORE_TRY(commits_.behind());
  storage::Manifest next = manifest_;
  std::uint64_t start = commits_.committed() + 1;  // nothing staged after this is below it
  catalog_.write_to(next);
  VECSTORE_TRY(change(next));
  for (const auto& core : catalog_.cores()) {
    const storage::CollectionEntry* entry = entry_of(next, core->number());
    const std::uint64_t first = core->first_change_after(entry == nullptr ? 0 : entry->applied);
    if (VECSTORE_MUTANT("seal.log_forgotten")) continue;
    if (first != 0) start = std::min(start, first);
  }
  next.log_start = start;
  next.next_file = next_file_.load();
  if (!VECSTORE_MUTANT("seal.ahead_of_log")) VECSTORE_TRY(commits_.sync());
  next.number = ++manifest_number_;
  VECSTORE_TRY(storage::write_manifest(files_, folder_, next));
  std::swap(manifest_, next);
  if (install) {
    const Status installed = guarded(install);
    // unreached: needs an exception, and this build has none
    if (!installed.ok()) commits_.fall_behind();
    // unreached: needs an exception, and this build has none
    VECSTORE_TRY(installed);
  }
  remove_obsolete_of(next);
  return {};
}

FileNames Maintenance::kept_files() const {
  FileNames kept = files_of(manifest_);
  for (const Pinned& pin : pins_) {
    const FileNames more = files_of(pin->collections);
    kept.insert(kept.end(), more.begin(), more.end());
  }
  std::sort(kept.begin(), kept.end());
  return kept;
}

// Readers that hold a removed file keep its content; what they pin is counted. What cannot be
// removed stays until the next open or the next removal: the manifest does not name it.
void Maintenance::remove_obsolete(const FileNames& before) {
  FileNames kept = kept_files();
  if (VECSTORE_MUTANT("merge.kept_file_removed")) kept.clear();
  for (const std::string& name : without(before, kept))
    if (Status status = files_.remove(folder_ + "/segments/" + name); !status.ok())
      say(LogLevel::kWarning, status.message());
  if (commits_.log() == nullptr) return;
  if (Status status = commits_.log()->remove_before(manifest_.log_start); !status.ok())
    say(LogLevel::kWarning, status.message());
}

// Memory that is short then is no error of what came before, which is done.
void Maintenance::remove_obsolete_of(const storage::Manifest& before) {
  const auto remove = [&]() VECSTORE_NO_THREAD_SAFETY_ANALYSIS {
    remove_obsolete(files_of(before));
    return Status();
  };
  static_cast<void>(guarded(remove).ok());
}

}  // namespace vecstore::db
