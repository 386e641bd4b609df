// Logs whose every record can be told from its sequence alone: for tests, fuzzing and benchmarks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "io/memory_file_system.h"
#include "storage/log.h"
#include "storage/log_file.h"
#include "storage/log_record.h"

namespace vecstore::storage {

inline constexpr std::uint32_t kSampleSalt = 0x5eed1234;

inline std::size_t sample_size(std::uint64_t sequence) { return sequence * 397 % 3200; }

// Bytes without a zero, so that nothing in them looks like a block that was never written. At most
// 4096 of them.
inline ByteView sample_payload(std::uint64_t sequence, std::size_t size) {
  static const Bytes kPattern = [] {
    Random random(1);
    Bytes bytes(8192);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(255) + 1);
    return bytes;
  }();
  return ByteView(kPattern).subspan(sequence * 131 % 4096, size);
}

// What every sample record with this sequence looks like.
inline LogRecord sample_record(std::uint64_t sequence) {
  LogRecord record;
  record.type = LogType::kUpsert;
  record.sequence = sequence;
  record.epoch = 1 + sequence / 16;
  record.time_ms = 1'700'000'000'000 + static_cast<std::int64_t>(sequence);
  record.collection = static_cast<std::uint32_t>(sequence % 3);
  record.payload = sample_payload(sequence, sample_size(sequence));
  return record;
}

// The bytes of records and where each begins.
class SampleLog {
 public:
  // What the writer says is on the disk: everything before the record, or nothing ever.
  enum class Synced { kAllBefore, kNothing };

  explicit SampleLog(Synced synced = Synced::kAllBefore, std::uint32_t salt = kSampleSalt)
      : synced_(synced), salt_(salt) {}

  // A file's header, for the records to come.
  void header(std::uint64_t number) { encode_log_file_header({salt_, number, next_}, bytes_); }
  void add() { add(sample_record(next_)); }
  // Sequence and `synced` are filled in.
  void add(LogRecord record) {
    record.sequence = next_++;
    record.synced = synced_ == Synced::kAllBefore ? record.sequence - 1 : 0;
    begins_.push_back(bytes_.size());
    encode_log_record(record, salt_, bytes_);
  }
  void add_in_group() {
    LogRecord record = sample_record(next_);
    record.in_group = true;
    add(record);
  }
  void add_commit() {
    LogRecord record;
    record.type = LogType::kCommit;
    add(record);
  }
  void skip_sequences(std::uint64_t count) { next_ += count; }
  // Starts over with empty bytes, for the next file.
  Bytes take() {
    begins_.clear();
    return std::exchange(bytes_, {});
  }

  const Bytes& bytes() const { return bytes_; }
  // Where each record begins.
  const std::vector<std::size_t>& begins() const { return begins_; }
  std::uint64_t next() const { return next_; }

  // Records that end at or before `size`.
  std::size_t whole_within(std::size_t size) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < begins_.size(); ++i) {
      std::size_t end = i + 1 < begins_.size() ? begins_[i + 1] : bytes_.size();
      if (end <= size) ++count;
    }
    return count;
  }

 private:
  Synced synced_;
  std::uint32_t salt_;
  std::uint64_t next_ = 1;
  Bytes bytes_;
  std::vector<std::size_t> begins_;
};

// What a replay handed over. `wrong` counts records that are not sample records.
struct Replayed {
  Status status;
  LogState state;
  std::vector<std::uint64_t> sequences;
  std::size_t wrong = 0;

  LogApply apply() {
    return [this](const LogRecord& record) {
      LogRecord right = sample_record(record.sequence);
      bool sample = record.type == LogType::kUpsert;
      bool same = record.epoch == right.epoch && record.time_ms == right.time_ms &&
                  record.collection == right.collection &&
                  std::ranges::equal(record.payload, right.payload);
      if (sample && !same) ++wrong;
      sequences.push_back(record.sequence);
      return Status();
    };
  }

  // First to last without a gap.
  bool is_run(std::uint64_t first, std::uint64_t last) const {
    std::uint64_t next = first;
    for (std::uint64_t sequence : sequences) {
      if (sequence != next++) return false;
    }
    return next == last + 1;
  }
};

inline Replayed replay_log(io::FileSystem& files, std::uint64_t from = 1,
                           std::uint32_t salt = kSampleSalt) {
  Replayed out;
  auto state = Log::replay(files, "wal", salt, from, out.apply());
  out.status = state.status();
  if (state.ok()) out.state = *state;
  return out;
}

// The log that consists of `bytes` as wal/1.log.
inline Replayed replay_bytes(ByteView bytes, std::uint64_t from = 1) {
  io::MemoryFileSystem files;
  Replayed out;
  out.status = files.set_content("wal/1.log", bytes);
  return out.status.ok() ? replay_log(files, from) : out;
}

}  // namespace vecstore::storage
