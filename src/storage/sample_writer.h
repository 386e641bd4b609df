// Writers of sample logs, well-behaved ones and one that goes on after errors: for tests.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "io/fault_file_system.h"
#include "storage/log.h"
#include "storage/sample_log.h"

namespace vecstore::storage {

inline constexpr std::uint64_t kNeverRoll = UINT64_MAX;

struct Opened {
  std::unique_ptr<Log> log;
  Replayed replayed;
};

inline Opened open_log(io::FileSystem& files, std::uint64_t from = 1) {
  Opened out;
  auto log = Log::open(files, "wal", kSampleSalt, from, out.replayed.apply(), &out.replayed.state);
  out.replayed.status = log.status();
  if (log.ok()) out.log = *std::move(log);
  return out;
}

// The bytes of `count` sample records, one group when `group`, whose commit is one of them.
inline Bytes encode_records(std::uint64_t first, std::uint64_t count, bool group,
                            std::uint64_t synced) {
  Bytes bytes;
  for (std::uint64_t sequence = first; sequence < first + count; ++sequence) {
    LogRecord record = sample_record(sequence);
    record.in_group = group;
    if (group && sequence + 1 == first + count) {
      record = LogRecord();
      record.type = LogType::kCommit;
      record.sequence = sequence;
    }
    record.synced = synced;
    encode_log_record(record, kSampleSalt, bytes);
  }
  return bytes;
}

inline Status append_one(Log& log, std::uint64_t sequence, std::uint64_t roll_bytes = kNeverRoll) {
  return log.append(encode_records(sequence, 1, false, 0), sequence, roll_bytes);
}

// A writer that appends single records and groups, syncs every `sync_every`-th append and goes on
// after errors as long as the log lets it.
class Workload {
 public:
  Workload(io::FaultFileSystem& files, std::uint64_t appends, std::uint64_t sync_every)
      : files_(files), appends_(appends), sync_every_(sync_every) {}

  void run() {
    Opened opened = open_log(files_);
    if (!opened.log) return;
    for (std::uint64_t i = 0; i < appends_; ++i) {
      const std::uint64_t count = i % 3 == 1 ? 3 : 1;
      Bytes bytes = encode_records(acknowledged_ + 1, count, count > 1, durable_);
      bool ok = opened.log->append(bytes, acknowledged_ + 1, 6000).ok();
      maybe_there_ = acknowledged_ + count;
      ends_.insert(maybe_there_);
      if (ok) acknowledged_ = maybe_there_;
      if (!opened.log->fault().ok()) return;
      maybe_there_ = acknowledged_;
      if (sync_every_ == 0 || i % sync_every_ != 0 || !opened.log->sync().ok()) continue;
      durable_ = acknowledged_;
      durable_after_.push_back({files_.record().size(), durable_});
    }
    removed_after_ = files_.record().size();
    needed_ = acknowledged_ / 2;
    removal_ = opened.log->remove_before(needed_);
  }

  std::uint64_t acknowledged() const { return acknowledged_; }
  std::uint64_t maybe_there() const { return maybe_there_; }
  // The first sequence that was still needed after the first `operations` operations.
  std::uint64_t needed(std::size_t operations) const {
    return operations > removed_after_ ? needed_ : 1;
  }
  const Status& removal() const { return removal_; }
  // Whether some append ended with this sequence.
  bool is_end(std::uint64_t sequence) const { return ends_.contains(sequence); }
  // The last sequence that was durable after the first `operations` operations.
  std::uint64_t durable(std::size_t operations) const {
    std::uint64_t durable = 0;
    for (auto [after, sequence] : durable_after_) {
      if (after <= operations) durable = sequence;
    }
    return durable;
  }

 private:
  io::FaultFileSystem& files_;
  const std::uint64_t appends_;
  const std::uint64_t sync_every_;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t maybe_there_ = 0;
  std::uint64_t durable_ = 0;
  std::vector<std::pair<std::size_t, std::uint64_t>> durable_after_;
  std::set<std::uint64_t> ends_ = {0};
  std::size_t removed_after_ = SIZE_MAX;
  std::uint64_t needed_ = 1;
  Status removal_;
};

}  // namespace vecstore::storage
