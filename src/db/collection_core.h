// One collection's state: its schema, its segments, and how each kind of change is applied to them.
//
// Changes are applied in one way only, from the bytes of a log record: a live write, a replay after
// a crash and a replica do the same thing and reach the same state. Writers come through
// CommitQueue, one at a time; readers take a ReadState and need nothing more.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/sync.h"
#include "db/commit_queue.h"
#include "db/recall_monitor.h"
#include "db/schema.h"
#include "db/segment/file_segment.h"
#include "db/segment/memory_segment.h"
#include "db/segment/record_codec.h"
#include "query/segment.h"
#include "storage/log_record.h"
#include "vecstore/record.h"

namespace vecstore::db {

// A memory segment that takes no more rows and waits to become a file.
struct FrozenSegment {
  std::shared_ptr<MemorySegment> segment;
  std::uint64_t sealed_at = 0;       // sequence of its kSeal
  std::uint64_t first_sequence = 0;  // of the changes since the seal before
};

// The segments of a collection at some moment; never changes.
struct Version {
  std::shared_ptr<const Schema> schema;
  std::vector<std::shared_ptr<FileSegment>> files;  // oldest first
  std::vector<FrozenSegment> frozen;                // oldest first
  std::shared_ptr<MemorySegment> active;
  // Rows that were replaced or deleted, which nothing but versions() looks at.
  std::vector<std::shared_ptr<FileSegment>> history = {};

  // All of them, oldest first.
  std::vector<std::shared_ptr<StoredSegment>> segments() const;
};

// What a reader holds: it sees `sequence` and nothing later.
struct ReadState {
  std::shared_ptr<const Version> version;
  std::uint64_t sequence = 0;
  Row active_rows = 0;

  query::Snapshot snapshot() const;
  // Rows of the i-th of version->segments() that count.
  Row bound(std::size_t segment, const StoredSegment& of) const;
};

// Where a record's newest row lies.
struct Place {
  std::shared_ptr<StoredSegment> segment;
  Row row = 0;
  RowInfo info;
};

// Of these files alone.
std::shared_ptr<const Version> version_of(Schema schema,
                                          std::vector<std::shared_ptr<FileSegment>> files,
                                          std::vector<std::shared_ptr<FileSegment>> history = {});

// A row of a record, present or past.
struct VersionRow {
  Place place;
  bool ended = false;  // replaced or removed
};

class CollectionCore : public std::enable_shared_from_this<CollectionCore> {
 public:
  CollectionCore(std::uint32_t number, Schema schema,
                 std::vector<std::shared_ptr<FileSegment>> files,
                 std::vector<std::shared_ptr<FileSegment>> history = {});

  std::uint32_t number() const { return number_; }

  // Threads that merge all its files, or wait to: a merge in the background makes way.
  std::atomic<int> merging_all = 0;
  RecallMonitor recall;

  // --- readers
  ReadState read() const VECSTORE_EXCLUDES(mutex_);
  // The row of `id` that `state` sees, deleted or expired ones too.
  static Result<std::optional<Place>> find(const ReadState& state, std::string_view id);

  // All rows of `id` that `state` can see or could have seen, newest first.
  static Result<std::vector<VersionRow>> versions(const ReadState& state, std::string_view id);

  // --- the writer, inside CommitQueue
  // As if everything staged were committed.
  ReadState newest() const;
  // The row of `id` that the next change would replace.
  Result<std::optional<Place>> find_newest(std::string_view id) const;
  // Applies one record operation, logged or about to be, at its sequence and time. `stage` may be
  // null (replay: nothing is taken back).
  // `terms`: those of an upsert's text fields, when they are made already.
  Result<WriteResult> apply(const storage::LogRecord& record, Stage* stage,
                            std::span<const text::RowTerms> terms = {});
  // Rows of the active segment, uncommitted ones included.
  Row staged_rows() const;
  void publish(std::uint64_t sequence, Row active_rows) VECSTORE_EXCLUDES(mutex_);
  // Freezes the active segment at `sequence` and begins another. False when nothing happened since
  // the last seal.
  bool freeze(std::uint64_t sequence) VECSTORE_EXCLUDES(mutex_);
  void set_schema(Schema schema) VECSTORE_EXCLUDES(mutex_);
  // Puts `replacement` (may be null) in place of the sources, and `past` (may be null) in place of
  // those of them that are history.
  void replace(const std::vector<std::shared_ptr<StoredSegment>>& sources,
               const std::shared_ptr<FileSegment>& replacement,
               const std::shared_ptr<FileSegment>& past = nullptr) VECSTORE_EXCLUDES(mutex_);

  // Everything becomes `old`, which no write has touched, as of `sequence`. Readers keep what they
  // hold. Takes no memory.
  void restore(std::shared_ptr<const Version> old, std::uint64_t sequence)
      VECSTORE_EXCLUDES(mutex_);

  // --- a reader that follows a writer, in the thread that applies its changes
  // The same rows, deaths and sequence in other segments.
  void install(std::shared_ptr<const Version> same) VECSTORE_EXCLUDES(mutex_);
  // Everything becomes what `other` has, which nobody else writes. Takes no memory.
  void adopt(const CollectionCore& other) VECSTORE_EXCLUDES(mutex_);

  // Sequence of the first change that is not in segments up to `applied`; 0 = none. It may be
  // uncommitted.
  std::uint64_t first_change_after(std::uint64_t applied) const VECSTORE_EXCLUDES(mutex_);
  bool has_unsealed() const { return first_change_.load(std::memory_order_relaxed) != 0; }
  bool wants_seal(std::uint64_t rows, std::uint64_t bytes) const;

  void drop() { dropped_.store(true, std::memory_order_relaxed); }
  bool dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  Result<WriteResult> apply_upsert(const storage::LogRecord& record, Stage* stage,
                                   std::span<const text::RowTerms> terms);
  Result<WriteResult> apply_update(const storage::LogRecord& record, Stage* stage);
  Result<WriteResult> apply_remove(const storage::LogRecord& record, Stage* stage);
  Result<WriteResult> apply_soft(const storage::LogRecord& record, Stage* stage);
  Status put(const RecordView& record, const RowInfo& info, const std::optional<Place>& old,
             Stage* stage);
  void end(const Place& old, std::uint64_t sequence, Stage* stage);
  Status bury(const storage::LogRecord& record, const Place& old, Stage* stage);
  Result<RecordView> copy_row(const Place& from, std::vector<Bytes>& scratch) const;
  std::shared_ptr<const Version> version() const VECSTORE_EXCLUDES(mutex_);
  void set_version(std::shared_ptr<const Version> version) VECSTORE_EXCLUDES(mutex_);

  const std::uint32_t number_;
  std::atomic<bool> dropped_ = false;
  std::atomic<std::uint64_t> first_change_ =
      0;  // in the active segment, 0 = none; written inside CommitQueue

  mutable Mutex mutex_;  // held for copying a pointer
  ReadState state_ VECSTORE_GUARDED_BY(mutex_);
};

}  // namespace vecstore::db
