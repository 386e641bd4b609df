// States of the whole database that are kept, by a name in the manifest or for as long as a backup
// takes, and how one becomes the present state again.
#include <algorithm>

#include "base/mutant.h"
#include "db/boundary.h"
#include "db/maintenance/maintenance.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

using Snapshots = std::vector<storage::SnapshotEntry>;

Snapshots::iterator place_of(Snapshots& snapshots, std::string_view name) {
  return std::find_if(snapshots.begin(), snapshots.end(),
                      [&](const auto& snapshot) { return snapshot.name >= name; });
}

Status no_snapshot(std::string_view name) {
  return not_found("snapshot '" + std::string(name) + "' does not exist");
}

Status check_new(Snapshots& snapshots, const std::string& name) {
  const auto at = place_of(snapshots, name);
  if (at != snapshots.end() && at->name == name)
    return already_exists("snapshot '" + name + "' already exists");
  if (snapshots.size() < kMaxSnapshots) return {};
  return resource_exhausted("a database keeps at most " + std::to_string(kMaxSnapshots) +
                            " snapshots");
}

// Merges of these collections in the background give up while it lives.
class MadeWay {
 public:
  explicit MadeWay(std::vector<std::shared_ptr<CollectionCore>> cores) : cores_(std::move(cores)) {
    for (const auto& core : cores_) ++core->merging_all;
  }
  ~MadeWay() {
    for (const auto& core : cores_) --core->merging_all;
  }
  MadeWay(const MadeWay&) = delete;
  MadeWay& operator=(const MadeWay&) = delete;

 private:
  const std::vector<std::shared_ptr<CollectionCore>> cores_;
};

}  // namespace

// One moment for all collections: no write is under way while they are sealed.
Result<storage::SnapshotEntry> Maintenance::seal_all() {
  storage::SnapshotEntry state;
  std::vector<std::pair<std::shared_ptr<CollectionCore>, std::uint64_t>> sealed;
  const auto log_seals = [&](Stage& stage) -> Status {
    for (const auto& core : catalog_.cores()) {
      if (!core->has_unsealed()) continue;
      sealed.emplace_back(core, stage.next_sequence());
      stage.begin_log_file(LogFileUse::kLeaveLarge);
      stage.log(storage::LogType::kSeal, core->number(), {}, false);
    }
    state.sequence = stage.next_sequence() - 1;
    return {};
  };
  const auto freeze = [&] {
    for (const auto& [core, sequence] : sealed) core->freeze(sequence);
    storage::Manifest manifest;
    catalog_.write_to(manifest);
    state.collections = std::move(manifest.collections);
    state.aliases = std::move(manifest.aliases);
  };
  VECSTORE_TRY(commits_.exclusive(log_seals, freeze));
  return state;
}

// What is sealed here is written before anything that is sealed later: then the manifest has the
// state of that moment, whatever was written since. Merges change files, not what is in them.
Status Maintenance::capture(const Change& change, const std::function<Status()>& install) {
  for (const auto& core : catalog_.cores()) VECSTORE_TRY(flush(core));  // so that the rest is short
  MutexLock lock(flush_mutex_);
  VECSTORE_ASSIGN(storage::SnapshotEntry state, seal_all());
  for (const storage::CollectionEntry& entry : state.collections)
    if (const auto core = catalog_.by_number(entry.number))
      VECSTORE_TRY(write_frozen_until(core, state.sequence));
  const auto take = [&](storage::Manifest& manifest) -> Status {
    for (storage::CollectionEntry& entry : state.collections) {
      const auto now = std::find_if(manifest.collections.begin(), manifest.collections.end(),
                                    [&](const auto& one) { return one.number == entry.number; });
      if (now == manifest.collections.end())
        // unreached: a drop waits while a state is taken
        return internal_error("collection '" + entry.name + "' was dropped meanwhile");
      entry.applied = now->applied;
      entry.segments = now->segments;
      entry.history = now->history;
    }
    return change(manifest, state);
  };
  return persist(take, install);
}

Status Maintenance::create_snapshot(const std::string& name, TimeMs created_at) {
  storage::Manifest now = manifest();
  VECSTORE_TRY(check_new(now.snapshots, name));  // before anything is written
  return capture([&](storage::Manifest& manifest, storage::SnapshotEntry& state) -> Status {
    // unreached: checked above, and no other snapshot is made meanwhile
    VECSTORE_TRY(check_new(manifest.snapshots, name));
    state.name = name;
    state.created_at = created_at;
    manifest.snapshots.insert(place_of(manifest.snapshots, name), std::move(state));
    return {};
  });
}

Status Maintenance::drop_snapshot(std::string_view name) {
  return persist([&](storage::Manifest& manifest) -> Status {
    const auto at = place_of(manifest.snapshots, name);
    if (at == manifest.snapshots.end() || at->name != name) return no_snapshot(name);
    manifest.snapshots.erase(at);
    return {};
  });
}

Result<Maintenance::Pinned> Maintenance::pin() {
  Pinned pinned;
  const auto take = [&](storage::Manifest&, storage::SnapshotEntry& state)
                        VECSTORE_NO_THREAD_SAFETY_ANALYSIS -> Status {
    pinned = std::make_shared<const storage::SnapshotEntry>(std::move(state));
    pins_.reserve(pins_.size() + 1);  // what follows needs no memory
    return {};
  };
  VECSTORE_TRY(capture(take, [&]() VECSTORE_NO_THREAD_SAFETY_ANALYSIS {
    pins_.push_back(pinned);
    return Status();
  }));
  return pinned;
}

void Maintenance::unpin(const Pinned& pin) {
  MutexLock lock(manifest_mutex_);
  std::erase(pins_, pin);
  remove_obsolete(files_of(pin->collections));
}

Result<std::vector<OldCollection>> Maintenance::open_state(
    const storage::SnapshotEntry& state) const {
  const auto warn = [this](const std::string& what) {
    say(LogLevel::kWarning, what + "; queries scan instead");
  };
  const io::Access access = options_.memory_map ? io::Access::kMap : io::Access::kRead;
  const SegmentSource source{files_, folder_, access, manifest().database, warn};
  std::vector<OldCollection> opened;
  for (const storage::CollectionEntry& entry : state.collections) {
    OldCollection& old = opened.emplace_back();
    old.number = entry.number;
    old.name = entry.name;
    VECSTORE_ASSIGN(old.schema, Schema::from_object(entry.options));
    VECSTORE_ASSIGN(old.files, open_segments(source, entry, old.schema));
    VECSTORE_ASSIGN(old.history, open_history(source, entry, old.schema));
  }
  return opened;
}

// In doubt when the new manifest has its name and yet may be lost: what is written from then on
// would stand on one state or the other.
CommitQueue::Outcome Maintenance::write_restored(const storage::SnapshotEntry& state,
                                                 std::uint64_t sequence, Status& status) {
  storage::Manifest next = manifest_;
  next.collections = state.collections;
  for (storage::CollectionEntry& entry : next.collections) entry.applied = sequence;
  next.aliases = state.aliases;
  next.catalog = sequence;
  next.log_start = sequence + 1;
  next.next_file = next_file_.load();
  next.number = ++manifest_number_;
  if (!VECSTORE_MUTANT("restore.readers_not_told")) next.restored = next.number;
  status = storage::write_manifest(files_, folder_, next);
  if (status.ok()) {
    std::swap(manifest_, next);
    return CommitQueue::Outcome::kDone;
  }
  const Result<bool> named = storage::has_manifest(files_, folder_, next.number);
  if (named.ok() && !*named) return CommitQueue::Outcome::kAsBefore;
  status = Status(status.code(), status.message() +
                                     "; whether the snapshot is restored shows when the database "
                                     "is opened again");
  return CommitQueue::Outcome::kInDoubt;
}

namespace {

// Every byte of what takes the place of a present that may be whole. Graphs follow from the rest.
Status verify_state(const std::vector<OldCollection>& state) {
  for (const OldCollection& old : state) {
    std::vector<std::shared_ptr<FileSegment>> all = old.files;
    all.insert(all.end(), old.history.begin(), old.history.end());
    for (const std::shared_ptr<FileSegment>& segment : all) {
      const storage::BlockFile& file = *segment->file();
      Status first;
      VECSTORE_TRY(file.verify([&](std::uint64_t offset, const std::string& what) {
        if (first.ok())
          first = data_loss(file.path() + " at byte " + std::to_string(offset) + ": " + what);
      }));
      VECSTORE_TRY(first);
    }
  }
  return {};
}

}  // namespace

Status Maintenance::restore_snapshot(std::string_view name) {
  const MadeWay way(catalog_.cores());
  wake();
  MutexLock flush_lock(flush_mutex_);  // nothing is written that would then be installed
  MutexLock merge_lock(merge_mutex_);
  storage::Manifest before = manifest();
  const auto at = place_of(before.snapshots, name);
  if (at == before.snapshots.end() || at->name != name) return no_snapshot(name);
  const storage::SnapshotEntry state = *at;
  VECSTORE_ASSIGN(std::vector<OldCollection> old, open_state(state));
  VECSTORE_TRY(verify_state(old).with_context("snapshot '" + std::string(name) + "'"));
  MutexLock lock(manifest_mutex_);
  const auto change = [&](std::uint64_t last, Status& status) VECSTORE_NO_THREAD_SAFETY_ANALYSIS {
    return write_restored(state, last, status);
  };
  const auto follow = [&](std::uint64_t last) VECSTORE_NO_THREAD_SAFETY_ANALYSIS {
    std::vector<std::weak_ptr<const StoredSegment>> replaced;
    for (const auto& core : catalog_.cores()) {
      const ReadState now = core->read();  // the loop does not keep a temporary alive
      replaced.insert(replaced.end(), now.version->files.begin(), now.version->files.end());
      replaced.insert(replaced.end(), now.version->history.begin(), now.version->history.end());
    }
    removed_.reserve(removed_.size() + replaced.size());
    catalog_.restore(std::move(old), state.aliases, last);  // the last that needs memory
    removed_.insert(removed_.end(), replaced.begin(), replaced.end());
  };
  VECSTORE_TRY(commits_.replace_all(change, follow));
  remove_obsolete_of(before);
  return {};
}

}  // namespace vecstore::db
