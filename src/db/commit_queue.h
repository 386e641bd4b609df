// The one door for writes: orders them, logs them, and makes them visible when the log has them.
//
// A writer stages under the mutex: it takes sequences, puts log records into a buffer, and applies
// its change to memory, where readers do not see it yet. One of the waiting writers then leads: it
// writes everything staged so far with one append (and in kFull one sync), publishes it, and wakes
// the others. Memory is thus taken before the log is written, and concurrent writers share a sync.
// When the append fails, all that is staged is taken back, newest first, and every waiting writer
// gets the error; when a sync fails the log is broken for good and later writes are refused.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/sync.h"
#include "db/cancel.h"
#include "db/segment/stored_segment.h"
#include "storage/log.h"
#include "vecstore/options.h"
#include "vecstore/status.h"

namespace vecstore::db {

class CollectionCore;

// Records stay in the log file, or begin a new one (if the current one is large enough to be worth
// the sync): files before it can be removed as soon as their records are elsewhere.
enum class LogFileUse { kStay, kLeaveLarge, kLeave };

// What one change does, collected while it is staged.
class Stage {
 public:
  // The sequence the next logged record will have.
  std::uint64_t next_sequence() const { return next_sequence_; }
  // The time of this change: the clock, never going back.
  TimeMs time_ms() const { return time_ms_; }
  // Appends a log record.
  void log(storage::LogType type, std::uint32_t collection, ByteView payload, bool in_group);
  // Where what is logged goes. In an exclusive() stage only.
  void begin_log_file(LogFileUse use) { log_file_ = use; }
  // Room to take two changes back. Called before anything is changed: undoing needs no memory.
  void reserve_undo();
  // To be taken back should the commit fail.
  void appended(const std::shared_ptr<StoredSegment>& segment, Row row);
  void ended(const std::shared_ptr<StoredSegment>& segment, Row row);
  // The collection has something to publish.
  void touch(const std::shared_ptr<CollectionCore>& collection);

 private:
  friend class CommitQueue;
  struct Undo {
    std::shared_ptr<StoredSegment> segment;
    Row row;
    bool appended;
  };
  struct Mark {
    std::size_t buffer, undo;
    std::uint64_t sequence;
  };
  Mark mark() const { return {buffer_.size(), undo_.size(), next_sequence_}; }
  void take_back(const Mark& to);

  Bytes buffer_;
  std::vector<Undo> undo_;
  struct Touched {
    std::shared_ptr<CollectionCore> collection;
    Row rows = 0;  // of its active segment when the group was closed
  };
  std::vector<Touched> touched_;
  std::uint64_t first_sequence_ = 0;  // of the buffer
  std::uint64_t next_sequence_ = 1;
  std::uint64_t synced_ = 0;
  std::uint64_t epoch_ = 0;
  std::uint32_t salt_ = 0;
  TimeMs time_ms_ = 0;
  LogFileUse log_file_ = LogFileUse::kStay;
};

struct CommitOptions {
  Durability durability = Durability::kNormal;
  std::uint64_t roll_bytes = 64u << 20;  // a log file's size before the next begins
  // What LogFileUse::kLeaveLarge takes for large: reading it at open costs about half a
  // millisecond.
  std::uint64_t leave_bytes = 1u << 20;
  int sync_interval_ms = 100;
  bool sync_inline =
      false;  // no thread syncs in kNormal: writes do it when the interval has passed
};

class CommitQueue {
 public:
  // `log` may be null: nothing is kept. The clock outlives the queue.
  CommitQueue(std::unique_ptr<storage::Log> log, std::uint32_t salt, const Clock& clock,
              const CommitOptions& options);

  // Where a recovered log ended.
  void resume(std::uint64_t last_sequence, std::uint64_t epoch, TimeMs last_time);

  // Runs `stage` alone among writers and returns when its effect, or what it saw when it has none,
  // is logged, durable as asked, and visible. An error of `stage` takes back what it did.
  Status write(const std::function<Status(Stage&)>& stage) VECSTORE_EXCLUDES(mutex_);
  // The same with nothing else staged or under way while it runs; `after`, when given, runs before
  // anyone else once the log has it. Should `after` run out of memory, memory is behind the log,
  // and later writes are refused.
  Status exclusive(const std::function<Status(Stage&)>& stage,
                   const std::function<void()>& after = {}) VECSTORE_EXCLUDES(mutex_);

  // Puts another state in the place of all that was committed: `change`, given the last committed
  // sequence, makes the disk say so, then `after` makes memory follow, with no write under way. The
  // log is on the disk before. Where `change` fails so that the disk may or may not have changed,
  // memory counts as behind, and later writes are refused.
  enum class Outcome { kDone, kAsBefore, kInDoubt };
  Status replace_all(const std::function<Outcome(std::uint64_t, Status&)>& change,
                     const std::function<void(std::uint64_t)>& after) VECSTORE_EXCLUDES(mutex_);

  // Everything committed so far is on the disk when this returns ok.
  Status sync() VECSTORE_EXCLUDES(mutex_);
  // Everything up to this sequence is. kOutOfRange when it is not committed. A token ends the wait
  // for the sync of another thread.
  Status wait_durable(std::uint64_t sequence, const Cancel& cancel = {}) VECSTORE_EXCLUDES(mutex_);
  // Everything up to this sequence is committed; nothing staged later is below.
  std::uint64_t committed() const VECSTORE_EXCLUDES(mutex_);
  // The time, as a write would see it now. No later write sees an earlier one.
  TimeMs now() VECSTORE_EXCLUDES(mutex_);
  // kNormal: bytes wait for a sync.
  bool dirty() const VECSTORE_EXCLUDES(mutex_);
  Status fault() const VECSTORE_EXCLUDES(mutex_);
  // Later writes return `why`.
  void refuse(Status why) VECSTORE_EXCLUDES(mutex_);

  // What is on the disk could not be applied to memory: later writes are refused, and nothing that
  // memory says may be stored any more.
  void fall_behind() VECSTORE_EXCLUDES(mutex_);
  // Ok, or the refusal for that.
  Status behind() const VECSTORE_EXCLUDES(mutex_);

  // Null when nothing is kept.
  storage::Log* log() { return log_.get(); }

 private:
  struct Waiter {
    bool done = false;
    Status status;
  };
  // An error, or no memory, takes back what it did.
  Status run_stage(const std::function<Status(Stage&)>& stage, const Stage::Mark& before)
      VECSTORE_REQUIRES(mutex_);
  // What a write returns that changed nothing: `status`, once all it can have seen (up to `last`)
  // is committed.
  Status settled(const Status& status, std::uint64_t last) VECSTORE_REQUIRES(mutex_);
  void lead() VECSTORE_REQUIRES(mutex_);
  Status commit(ByteView records, std::uint64_t first, std::uint64_t last)
      VECSTORE_EXCLUDES(mutex_);
  // Puts what is staged into the log, without giving the mutex up.
  Status append_staged(std::uint64_t last) VECSTORE_REQUIRES(mutex_);
  Status run_after(const std::function<void()>& after) VECSTORE_REQUIRES(mutex_);
  // Who needs a sync while one runs waits for it, and for another if it began too early: any number
  // of callers share two.
  Status sync_until(std::uint64_t sequence) VECSTORE_REQUIRES(mutex_);
  // Until nothing is staged or under way.
  void finish_others() VECSTORE_REQUIRES(mutex_);
  Status ready() const VECSTORE_REQUIRES(mutex_);
  void begin_stage() VECSTORE_REQUIRES(mutex_);
  void fail_everything(Stage& group, std::vector<Waiter*>& waiters, const Status& status)
      VECSTORE_REQUIRES(mutex_);

  const std::unique_ptr<storage::Log> log_;
  const Clock& clock_;
  const CommitOptions options_;

  mutable Mutex mutex_;
  CondVar changed_;
  Stage staged_ VECSTORE_GUARDED_BY(mutex_);
  std::vector<Waiter*> waiters_ VECSTORE_GUARDED_BY(mutex_);
  bool committing_ VECSTORE_GUARDED_BY(mutex_) = false;
  bool syncing_ VECSTORE_GUARDED_BY(mutex_) = false;  // in sync_until
  std::uint64_t committed_ VECSTORE_GUARDED_BY(mutex_) = 0;
  std::uint64_t synced_ VECSTORE_GUARDED_BY(mutex_) = 0;
  double last_sync_ms_ VECSTORE_GUARDED_BY(mutex_) = 0;
  std::uint64_t failures_ VECSTORE_GUARDED_BY(mutex_) = 0;  // commits that failed...
  Status failure_ VECSTORE_GUARDED_BY(mutex_);              // ...and why the last did
  Status refusal_ VECSTORE_GUARDED_BY(mutex_);
  Status behind_ VECSTORE_GUARDED_BY(mutex_);
};

}  // namespace vecstore::db
