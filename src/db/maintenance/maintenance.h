// What a store does by itself: seals memory segments, writes them as files, merges files, keeps the
// manifest, drops what is obsolete.
//
// Every step is safe to lose: a file counts only once a manifest names it, and until then its rows
// are in the log or in older files.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sync.h"
#include "base/thread_pool.h"
#include "db/cancel.h"
#include "db/catalog.h"
#include "db/commit_queue.h"
#include "db/maintenance/merge_policy.h"
#include "db/segment/index_writer.h"
#include "db/segment/segment_writer.h"
#include "db/store_files.h"
#include "index/crew.h"
#include "io/file_system.h"
#include "storage/manifest.h"
#include "vecstore/options.h"
#include "vecstore/stats.h"

namespace vecstore::db {

class Maintenance {
 public:
  Maintenance(io::FileSystem& files, std::string folder, const DatabaseOptions& options,
              storage::Manifest manifest, Catalog& catalog, CommitQueue& commits, ThreadPool& pool);

  // Seals the collection if it is over the limits, and has the file written in the background. The
  // write itself is committed: what goes wrong here is an error of the background.
  void after_write(const std::shared_ptr<CollectionCore>& core);
  // The same, and has done what is left to do: seals that a crash interrupted, graphs.
  void resume(const std::shared_ptr<CollectionCore>& core);
  // When too much waits to be written, does that now: the error is what stops the writer.
  Status make_room(const std::shared_ptr<CollectionCore>& core);

  // Seals and writes everything of the collection that is in memory.
  Status flush(const std::shared_ptr<CollectionCore>& core);
  // Merges all its files into one without dead rows. A merge in the background makes way.
  Status merge_all(const std::shared_ptr<CollectionCore>& core, const Cancel& cancel = {})
      VECSTORE_EXCLUDES(merge_mutex_);
  // Writes the catalog into a manifest: a dropped collection's files go, and what an older program
  // must know is known. What goes wrong is an error of the background.
  void note_catalog();
  // Seals and writes everything of every collection, so that the log files written until now can go
  // with all that they hold.
  Status empty_log();

  // --- states that are kept: maintenance_snapshots.cc. Nobody drops a collection meanwhile.
  // Names the present state in the manifest.
  Status create_snapshot(const std::string& name, TimeMs created_at);
  Status drop_snapshot(std::string_view name);
  // All collections become what they were. Their graphs may be left to be built: see resume().
  Status restore_snapshot(std::string_view name);
  // The present state, whose files stay until it is given to unpin() or the process ends.
  using Pinned = std::shared_ptr<const storage::SnapshotEntry>;
  Result<Pinned> pin();
  void unpin(const Pinned& pin) VECSTORE_EXCLUDES(manifest_mutex_);
  // Why files of the collection stay that it no longer needs.
  struct Kept {
    std::uint64_t bytes = 0;
    std::vector<std::string> snapshots = {};
  };
  Result<Kept> kept_by_snapshots(std::uint32_t collection) const;
  // Who keeps what of the collection, or of all.
  Result<std::vector<Pin>> pins(std::optional<std::uint32_t> collection);

  // Ends merges; seals go on. Called before the store closes.
  void stop();
  // Waits for what writes files now; from then on nothing does. Called when the log is closed,
  // before another writer may open the folder.
  void end() VECSTORE_EXCLUDES(flush_mutex_, merge_mutex_, manifest_mutex_);
  // Background work that somebody waits for does not rest. kCancelled ends the wait alone.
  Status wait_until_idle(const Cancel& cancel = {});
  // Of the background, since it was last asked; then ok again.
  Status take_error();
  std::uint64_t pending() const { return pending_.load(std::memory_order_relaxed); }
  storage::Manifest manifest() const VECSTORE_EXCLUDES(manifest_mutex_);
  // For a reader: what its writer has made the state of the folder.
  void follow(storage::Manifest manifest) VECSTORE_EXCLUDES(manifest_mutex_);
  // Bytes of removed segment files that readers still hold.
  std::uint64_t pinned_bytes() VECSTORE_EXCLUDES(manifest_mutex_);

 private:
  struct Rewrite {
    std::shared_ptr<CollectionCore> core;
    std::vector<std::shared_ptr<StoredSegment>> sources;
    std::uint64_t applied = 0;  // rows live at this sequence are kept
    enum class Kind {
      kSeal,
      kMerge,
      kBackgroundMerge
    } kind = Kind::kSeal;                                    // only the last keeps the pace
    std::vector<std::shared_ptr<FileSegment>> history = {};  // sources too, of the history
    Cancel cancel = {};                                      // of who waits for it

    std::vector<std::shared_ptr<StoredSegment>> all_sources() const;
  };
  struct MadeIndex {
    std::uint64_t number = 0;  // 0: none was made
    std::unique_ptr<IndexFile> file;
  };
  // What a rewrite makes: rows that live, with their index, and older versions of records.
  struct Output {
    SegmentPlan plan, past;
    std::shared_ptr<FileSegment> made = {}, old = {};
    MadeIndex index = {};
  };
  Status seal(const std::shared_ptr<CollectionCore>& core);
  // Everything that is committed at one moment, in files, and then a manifest with `change`.
  using Change = std::function<Status(storage::Manifest&, storage::SnapshotEntry&)>;
  Status capture(const Change& change, const std::function<Status()>& install = {})
      VECSTORE_EXCLUDES(flush_mutex_, manifest_mutex_);
  Result<storage::SnapshotEntry> seal_all();
  Status write_frozen_until(const std::shared_ptr<CollectionCore>& core, std::uint64_t sequence)
      VECSTORE_REQUIRES(flush_mutex_) VECSTORE_EXCLUDES(manifest_mutex_);
  Result<std::vector<OldCollection>> open_state(const storage::SnapshotEntry& state) const;
  CommitQueue::Outcome write_restored(const storage::SnapshotEntry& state, std::uint64_t sequence,
                                      Status& status) VECSTORE_REQUIRES(manifest_mutex_);
  FileNames kept_files() const VECSTORE_REQUIRES(manifest_mutex_);
  void schedule(const std::shared_ptr<CollectionCore>& core);
  void run(const std::shared_ptr<CollectionCore>& core);
  Status write_frozen(const std::shared_ptr<CollectionCore>& core) VECSTORE_EXCLUDES(flush_mutex_);
  void merge_in_turn(const std::shared_ptr<CollectionCore>& core)
      VECSTORE_EXCLUDES(merge_queue_mutex_);
  Status merge_where_needed(const std::shared_ptr<CollectionCore>& core)
      VECSTORE_EXCLUDES(merge_mutex_);
  std::vector<MergeCandidate> candidates_of(const CollectionCore& core,
                                            const Version& version) const
      VECSTORE_EXCLUDES(manifest_mutex_);
  Status seal_laggards();
  static std::vector<std::shared_ptr<FileSegment>> history_to_merge(const Version& version,
                                                                    std::size_t fanout);
  Result<MadeIndex> write_index_of(const FileSegment& segment, const Schema& schema,
                                   const OldIndexes& old, const index::Pace& pace)
      VECSTORE_EXCLUDES(manifest_mutex_);
  Result<MadeIndex> write_merged_index(const FileSegment& segment, const SegmentPlan& plan,
                                       const index::Pace& pace) VECSTORE_EXCLUDES(manifest_mutex_);
  Status add_index(const std::shared_ptr<CollectionCore>& core,
                   const std::shared_ptr<FileSegment>& segment) VECSTORE_REQUIRES(merge_mutex_);
  Status recode_index(const std::shared_ptr<CollectionCore>& core,
                      const std::shared_ptr<FileSegment>& segment, Rewrite::Kind kind,
                      const Cancel& cancel = {}) VECSTORE_REQUIRES(merge_mutex_);
  Status merge_rest(const std::shared_ptr<CollectionCore>& core, const Cancel& cancel)
      VECSTORE_REQUIRES(merge_mutex_);
  Status name_index(const std::shared_ptr<CollectionCore>& core, std::uint64_t segment,
                    std::uint64_t index, const std::function<Status()>& install)
      VECSTORE_EXCLUDES(manifest_mutex_);
  Status put_in_place(const std::shared_ptr<CollectionCore>& core,
                      const std::shared_ptr<FileSegment>& old,
                      const std::shared_ptr<FileSegment>& made);
  std::function<Status()> pace_of(Rewrite::Kind kind, const Cancel& cancel);
  index::Pace build_pace_of(Rewrite::Kind kind, const Cancel& cancel = {});
  bool hurried() const;
  Status require_begun() const;
  Status rewrite(const Rewrite& work);
  Status write_output(const Rewrite& work, Output& output) VECSTORE_EXCLUDES(manifest_mutex_);
  void discard(const Output& output) VECSTORE_EXCLUDES(manifest_mutex_);
  // Writes a manifest with the change, then `install`s what it names before another can be written:
  // masks are made from the segments that are installed, so a death would be forgotten that comes
  // between.
  Status persist(const std::function<Status(storage::Manifest&)>& change,
                 const std::function<Status()>& install = {}) VECSTORE_EXCLUDES(manifest_mutex_);
  Status update_masks(const CollectionCore& core, storage::CollectionEntry& entry)
      VECSTORE_REQUIRES(manifest_mutex_);
  Result<std::shared_ptr<FileSegment>> write_file(const Rewrite& work, const SegmentPlan& plan)
      VECSTORE_EXCLUDES(manifest_mutex_);
  static void prepare_for_queries(const std::vector<std::shared_ptr<StoredSegment>>& sources,
                                  const FileSegment& made);
  void discard(const std::string& path) VECSTORE_EXCLUDES(manifest_mutex_);
  Status install(const Rewrite& work, const Output& output) VECSTORE_REQUIRES(manifest_mutex_);
  Status change_entry(const Rewrite& work, const Output& output, storage::CollectionEntry& entry)
      VECSTORE_REQUIRES(manifest_mutex_);
  static void change_history(const Rewrite& work, const Output& output,
                             storage::CollectionEntry& entry);
  Result<storage::SegmentEntry> new_entry(const Rewrite& work, const SegmentPlan& plan,
                                          const FileSegment& made, std::uint64_t applied)
      VECSTORE_REQUIRES(manifest_mutex_);
  Result<std::uint64_t> new_mask(std::uint64_t segment, const std::vector<Row>& rows)
      VECSTORE_REQUIRES(manifest_mutex_);
  void remove_obsolete(const FileNames& before) VECSTORE_REQUIRES(manifest_mutex_);
  void remove_obsolete_of(const storage::Manifest& before) VECSTORE_REQUIRES(manifest_mutex_);
  Status pace() VECSTORE_REQUIRES(merge_mutex_);
  void make_way(const CollectionCore& core);
  bool is_merged(const CollectionCore& core) const;
  bool is_all_merged(const CollectionCore& core) const;
  Status add_snapshot_pins(const storage::Manifest& now, std::optional<std::uint32_t> collection,
                           std::vector<Pin>& pins) const;
  void wake();
  Status unless_made_way(const Status& status) const;
  void background_error(const Status& status);
  void say(LogLevel level, const std::string& message) const;

  io::FileSystem& files_;
  const std::string folder_;
  const DatabaseOptions options_;
  Catalog& catalog_;
  CommitQueue& commits_;
  ThreadPool& pool_;

  std::atomic<std::uint64_t> next_file_;
  std::atomic<std::uint64_t> pending_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> ended_ = false;   // set under all of the mutexes below
  std::atomic<int> waiting_ = 0;      // threads in wait_until_idle
  std::atomic<int> merging_all_ = 0;  // threads in merge_all
  double paced_at_ms_ VECSTORE_GUARDED_BY(merge_mutex_) = 0;
  const CollectionCore* paced_ VECSTORE_GUARDED_BY(merge_mutex_) = nullptr;  // in the background

  Mutex flush_mutex_;  // one seal is written at a time; taken before manifest_mutex_
  Mutex merge_mutex_;  // one merge at a time; taken before manifest_mutex_
  Mutex merge_queue_mutex_;
  std::deque<std::shared_ptr<CollectionCore>> merge_queue_ VECSTORE_GUARDED_BY(merge_queue_mutex_);
  bool merging_ VECSTORE_GUARDED_BY(merge_queue_mutex_) = false;
  Mutex pause_mutex_;
  CondVar pause_;
  mutable Mutex manifest_mutex_;
  storage::Manifest manifest_ VECSTORE_GUARDED_BY(manifest_mutex_);
  std::uint64_t manifest_number_
      VECSTORE_GUARDED_BY(manifest_mutex_);  // last tried; a failed one is not used again
  std::vector<std::weak_ptr<const StoredSegment>> removed_ VECSTORE_GUARDED_BY(manifest_mutex_);
  std::vector<Pinned> pins_ VECSTORE_GUARDED_BY(manifest_mutex_);
  Mutex error_mutex_;
  Status error_ VECSTORE_GUARDED_BY(error_mutex_);
};

}  // namespace vecstore::db
