#include "db/commit_queue.h"

#include <algorithm>
#include <utility>

#include "base/mutant.h"
#include "db/boundary.h"
#include "db/collection_core.h"

namespace vecstore::db {
namespace {

Status call(const std::function<Status(Stage&)>& stage, Stage& on) {
  return guarded([&] { return stage(on); });
}

}  // namespace

void Stage::log(storage::LogType type, std::uint32_t collection, ByteView payload, bool in_group) {
  if (buffer_.empty()) first_sequence_ = next_sequence_;
  storage::LogRecord record;
  record.type = type;
  record.in_group = in_group;
  record.sequence = next_sequence_++;
  record.synced = synced_;
  record.epoch = epoch_;
  record.time_ms = time_ms_;
  record.collection = collection;
  record.payload = payload;
  storage::encode_log_record(record, salt_, buffer_);
}

void Stage::reserve_undo() {
  if (undo_.capacity() - undo_.size() < 2) undo_.reserve(2 * undo_.size() + 16);
}

void Stage::appended(const std::shared_ptr<StoredSegment>& segment, Row row) {
  undo_.push_back({segment, row, true});
}

void Stage::ended(const std::shared_ptr<StoredSegment>& segment, Row row) {
  undo_.push_back({segment, row, false});
}

void Stage::touch(const std::shared_ptr<CollectionCore>& collection) {
  const bool known = std::any_of(touched_.begin(), touched_.end(), [&](const Touched& touched) {
    return touched.collection == collection;
  });
  if (!known) touched_.push_back({collection, 0});
}

// A row that was appended stays where it is, dead since before the first write: no reader will ever
// see it.
void Stage::take_back(const Mark& to) {
  while (undo_.size() > to.undo) {
    const Undo& undo = undo_.back();
    undo.segment->mark_dead(undo.row, undo.appended ? 1 : 0);
    undo_.pop_back();
  }
  buffer_.resize(to.buffer);
  next_sequence_ = to.sequence;
}

CommitQueue::CommitQueue(std::unique_ptr<storage::Log> log, std::uint32_t salt, const Clock& clock,
                         const CommitOptions& options)
    : log_(std::move(log)), clock_(clock), options_(options) {
  MutexLock lock(mutex_);
  staged_.salt_ = salt;
  last_sync_ms_ = monotonic_ms();
}

void CommitQueue::resume(std::uint64_t last_sequence, std::uint64_t epoch, TimeMs last_time) {
  MutexLock lock(mutex_);
  committed_ = synced_ = last_sequence;
  staged_.next_sequence_ = last_sequence + 1;
  staged_.epoch_ = epoch;
  staged_.time_ms_ = last_time;
}

Status CommitQueue::ready() const {
  VECSTORE_TRY(behind_);
  VECSTORE_TRY(refusal_);
  return log_ ? log_->fault() : Status();
}

void CommitQueue::begin_stage() {
  staged_.time_ms_ = std::max(staged_.time_ms_, clock_.now_ms());
  staged_.synced_ = synced_;
}

Status CommitQueue::write(const std::function<Status(Stage&)>& stage) {
  MutexLock lock(mutex_);
  VECSTORE_TRY(ready());
  begin_stage();
  const Stage::Mark before = staged_.mark();
  Waiter me;
  waiters_.push_back(&me);
  const Status status = run_stage(stage, before);
  if (!status.ok() || staged_.next_sequence_ == before.sequence) {
    waiters_.pop_back();
    return settled(status, before.sequence - 1);
  }
  while (!me.done) {
    if (committing_) {
      changed_.wait(mutex_);
    } else {
      lead();
    }
  }
  return me.status;
}

Status CommitQueue::settled(const Status& status, std::uint64_t last) {
  const std::uint64_t failures = failures_;
  while (committed_ < last && failures_ == failures) {
    if (committing_) {
      changed_.wait(mutex_);
    } else {
      lead();
    }
  }
  return failures_ == failures ? status : failure_;
}

Status CommitQueue::run_stage(const std::function<Status(Stage&)>& stage,
                              const Stage::Mark& before) {
  Status status = call(stage, staged_);
  if (!status.ok()) staged_.take_back(before);
  return status;
}

void CommitQueue::lead() {
  Stage group = std::exchange(staged_, Stage());
  std::vector<Waiter*> waiters = std::exchange(waiters_, {});
  staged_.next_sequence_ = group.next_sequence_;
  staged_.epoch_ = group.epoch_;
  staged_.salt_ = group.salt_;
  staged_.time_ms_ = group.time_ms_;
  const std::uint64_t last = group.next_sequence_ - 1;
  for (auto& touched : group.touched_) touched.rows = touched.collection->staged_rows();
  committing_ = true;

  mutex_.unlock();
  const Status status = guarded([&] { return commit(group.buffer_, group.first_sequence_, last); });
  mutex_.lock();

  committing_ = false;
  if (status.ok() || VECSTORE_MUTANT("write.refusal_acknowledged")) {
    committed_ = last;
    for (const auto& touched : group.touched_) touched.collection->publish(last, touched.rows);
    for (Waiter* waiter : waiters) waiter->done = true;
  } else {
    fail_everything(group, waiters, status);
  }
  changed_.notify_all();
}

Status CommitQueue::commit(ByteView records, std::uint64_t first, std::uint64_t last) {
  if (!log_ || VECSTORE_MUTANT("write.not_logged")) return {};
  VECSTORE_TRY(log_->append(records, first, options_.roll_bytes));
  bool due = options_.durability == Durability::kFull;
  if (options_.durability == Durability::kNormal && options_.sync_inline) {
    MutexLock lock(mutex_);
    due = monotonic_ms() - last_sync_ms_ >= options_.sync_interval_ms;
  }
  if (VECSTORE_MUTANT("write.not_synced")) due = false;
  if (!due) return {};
  VECSTORE_TRY(log_->sync());
  MutexLock lock(mutex_);
  synced_ = std::max(synced_, last);
  last_sync_ms_ = monotonic_ms();
  return {};
}

// What was staged while the group was written stands on it and falls with it.
void CommitQueue::fail_everything(Stage& group, std::vector<Waiter*>& waiters,
                                  const Status& status) {
  if (VECSTORE_MUTANT("write.refused_but_kept")) group = Stage();
  staged_.take_back({0, 0, committed_ + 1});
  group.take_back({0, 0, committed_ + 1});
  staged_.touched_.clear();
  ++failures_;
  failure_ = status;
  for (auto* failed : {&waiters, &waiters_}) {
    for (Waiter* waiter : *failed) {
      waiter->status = status;
      waiter->done = true;
    }
    failed->clear();
  }
}

Status CommitQueue::exclusive(const std::function<Status(Stage&)>& stage,
                              const std::function<void()>& after) {
  MutexLock lock(mutex_);
  finish_others();
  begin_stage();
  staged_.log_file_ = LogFileUse::kStay;
  const Stage::Mark before = staged_.mark();
  Status status = run_stage(stage, before);
  const bool logged = staged_.next_sequence_ != before.sequence;
  if (status.ok() && logged) status = ready();
  const std::uint64_t last = staged_.next_sequence_ - 1;
  // The analysis does not see into a lambda that the lock above is held.
  const auto append = [&]() VECSTORE_NO_THREAD_SAFETY_ANALYSIS { return append_staged(last); };
  if (status.ok() && logged && log_) status = guarded(append);
  if (!status.ok()) {
    staged_.take_back(before);
    staged_.touched_.clear();
    return status;
  }
  if (logged) committed_ = last;
  for (const auto& touched : staged_.touched_)
    touched.collection->publish(last, touched.collection->staged_rows());
  staged_.touched_.clear();
  staged_.buffer_.clear();
  staged_.undo_.clear();
  return after ? run_after(after) : Status();
}

void CommitQueue::finish_others() {
  while (committing_ || !waiters_.empty()) {
    if (committing_) {
      changed_.wait(mutex_);
    } else {
      lead();
    }
  }
}

Status CommitQueue::replace_all(const std::function<Outcome(std::uint64_t, Status&)>& change,
                                const std::function<void(std::uint64_t)>& after) {
  MutexLock lock(mutex_);
  finish_others();
  VECSTORE_TRY(ready());
  if (log_) {
    VECSTORE_TRY(log_->sync());
    synced_ = committed_;
  }
  const std::uint64_t last = committed_;
  Status status;
  Outcome outcome = Outcome::kInDoubt;
  const Status ran = guarded([&] {
    outcome = change(last, status);
    return Status();
  });
  if (outcome == Outcome::kInDoubt) {
    // unreached: needs an exception, and this build has none
    behind_ = status.ok() ? kMemoryBehind : std::move(status);
    // unreached: needs an exception, and this build has none
    VECSTORE_TRY(ran);
    return behind_;
  }
  if (outcome == Outcome::kAsBefore) return status;
  return run_after([&] { after(last); });
}

Status CommitQueue::run_after(const std::function<void()>& after) {
  const Status applied = guarded([&] {
    after();
    return Status();
  });
  if (VECSTORE_MUTANT("write.behind_ignored")) return applied;
  // unreached: needs an exception, and this build has none
  if (!applied.ok()) behind_ = kMemoryBehind;
  return applied;
}

Status CommitQueue::append_staged(std::uint64_t last) {
  std::uint64_t roll_bytes = options_.roll_bytes;
  if (staged_.log_file_ == LogFileUse::kLeaveLarge)
    roll_bytes = std::min(roll_bytes, options_.leave_bytes);
  if (staged_.log_file_ == LogFileUse::kLeave) roll_bytes = 0;
  VECSTORE_TRY(log_->append(staged_.buffer_, staged_.first_sequence_, roll_bytes));
  if (VECSTORE_MUTANT("catalog.not_synced")) return {};
  if (options_.durability != Durability::kFull) return {};
  VECSTORE_TRY(log_->sync());
  synced_ = last;
  return {};
}

Status CommitQueue::sync() {
  if (!log_) return {};
  MutexLock lock(mutex_);
  VECSTORE_TRY(sync_until(committed_));
  return log_->fault();
}

Status CommitQueue::wait_durable(std::uint64_t sequence, const Cancel& cancel) {
  if (!log_ || VECSTORE_MUTANT("wait.not_synced")) return {};
  MutexLock lock(mutex_);
  if (sequence > committed_)
    return Status(Code::kOutOfRange, "write " + std::to_string(sequence) +
                                         " is not acknowledged yet: the last one is " +
                                         std::to_string(committed_));
  constexpr std::int64_t kLookMs = 10;
  while (cancel && synced_ < sequence) {
    VECSTORE_TRY(check_cancel(cancel, "the wait for the disk was called off"));
    if (!syncing_) break;
    changed_.wait_for(mutex_, kLookMs);
  }
  return sync_until(sequence);
}

Status CommitQueue::sync_until(std::uint64_t sequence) {
  while (synced_ < sequence) {
    if (syncing_) {
      changed_.wait(mutex_);
      if (VECSTORE_MUTANT("wait.earlier_sync_counts")) return {};
      continue;
    }
    const std::uint64_t upto = committed_;
    syncing_ = true;
    mutex_.unlock();
    const Status status = guarded([&] { return log_->sync(); });
    mutex_.lock();
    syncing_ = false;
    changed_.notify_all();
    VECSTORE_TRY(status);
    synced_ = std::max(synced_, upto);
    last_sync_ms_ = monotonic_ms();
  }
  return {};
}

std::uint64_t CommitQueue::committed() const {
  MutexLock lock(mutex_);
  return committed_;
}

TimeMs CommitQueue::now() {
  MutexLock lock(mutex_);
  staged_.time_ms_ = std::max(staged_.time_ms_, clock_.now_ms());
  return staged_.time_ms_;
}

bool CommitQueue::dirty() const {
  MutexLock lock(mutex_);
  return log_ && synced_ < committed_;
}

Status CommitQueue::fault() const {
  MutexLock lock(mutex_);
  return ready();
}

void CommitQueue::fall_behind() {
  MutexLock lock(mutex_);
  behind_ = kMemoryBehind;
}

Status CommitQueue::behind() const {
  MutexLock lock(mutex_);
  return behind_;
}

void CommitQueue::refuse(Status why) {
  MutexLock lock(mutex_);
  refusal_ = std::move(why);
}

}  // namespace vecstore::db
