#include "storage/log_reader.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "io/fault_file_system.h"
#include "storage/sample_writer.h"

namespace vecstore::storage {
namespace {

using Synced = SampleLog::Synced;

constexpr std::size_t kLogBytes = 64 << 10;

SampleLog log_of_64_kib(Synced synced = Synced::kAllBefore) {
  SampleLog log(synced);
  log.header(1);
  while (log.bytes().size() < kLogBytes) log.add();
  return log;
}

std::string at_offset(std::size_t offset) { return "at offset " + std::to_string(offset) + ":"; }

TEST(LogReader, nothing_is_an_empty_log) {
  io::MemoryFileSystem files;
  Replayed none = replay_log(files, 5);
  ASSERT_TRUE(none.status.ok()) << none.status.to_string();
  EXPECT_EQ(none.state.last_sequence, 4u);
  EXPECT_TRUE(none.state.notes.empty());
}

TEST(LogReader, every_record_comes_back_in_order) {
  SampleLog log = log_of_64_kib();
  Replayed all = replay_bytes(log.bytes());
  ASSERT_TRUE(all.status.ok()) << all.status.to_string();
  EXPECT_TRUE(all.is_run(1, log.next() - 1));
  EXPECT_EQ(all.wrong, 0u);
  EXPECT_EQ(all.state.last_sequence, log.next() - 1);
  EXPECT_EQ(all.state.bytes, log.bytes().size() - kLogFileHeaderBytes);
  EXPECT_EQ(all.state.epoch, 1 + (log.next() - 1) / 16);
  EXPECT_TRUE(all.state.notes.empty());
}

TEST(LogReader, only_records_from_the_one_asked_for_are_handed_over) {
  SampleLog log = log_of_64_kib();
  for (std::uint64_t from : {1u, 2u, 20u}) {
    Replayed some = replay_bytes(log.bytes(), from);
    ASSERT_TRUE(some.status.ok());
    EXPECT_TRUE(some.is_run(from, log.next() - 1));
  }
  Replayed none = replay_bytes(log.bytes(), log.next() + 10);
  ASSERT_TRUE(none.status.ok());
  EXPECT_TRUE(none.sequences.empty());
  EXPECT_EQ(none.state.last_sequence, log.next() + 9);
}

TEST(LogReader, the_error_of_apply_ends_the_replay) {
  io::MemoryFileSystem files;
  ASSERT_TRUE(files.set_content("wal/1.log", log_of_64_kib().bytes()).ok());
  int calls = 0;
  auto state = Log::replay(files, "wal", kSampleSalt, 1, [&](const LogRecord& record) {
    ++calls;
    return record.sequence == 3 ? cancelled("enough") : Status();
  });
  EXPECT_EQ(state.status().code(), Code::kCancelled);
  EXPECT_EQ(calls, 3);
}

TEST(LogReader, a_log_cut_off_at_any_byte_gives_its_whole_records) {
  SampleLog log = log_of_64_kib();
  for (std::size_t size = 0; size <= log.bytes().size(); ++size) {
    Replayed cut = replay_bytes(ByteView(log.bytes()).first(size));
    std::size_t whole = log.whole_within(size);
    ASSERT_TRUE(cut.status.ok()) << size << ": " << cut.status.to_string();
    ASSERT_TRUE(cut.is_run(1, whole)) << size;
    ASSERT_EQ(cut.wrong, 0u) << size;
    ASSERT_EQ(cut.state.last_sequence, whole) << size;
    bool between = size == log.bytes().size() || size == kLogFileHeaderBytes ||
                   std::ranges::count(log.begins(), size) > 0;
    ASSERT_EQ(cut.state.notes.empty(), between) << size;
  }
}

TEST(LogReader, the_note_names_file_bytes_and_offset) {
  SampleLog log;
  log.header(1);
  log.add();
  log.add();
  std::size_t begin = log.begins()[1];
  Replayed cut = replay_bytes(ByteView(log.bytes()).first(begin + 9));
  ASSERT_EQ(cut.state.notes.size(), 1u);
  EXPECT_EQ(cut.state.notes[0], "wal/1.log: 9 bytes from offset " + std::to_string(begin) +
                                    " were an unfinished write and were dropped");
}

// Every byte, one bit each; whether `synced` covers the record or not, nothing here looks
// unwritten.
void flip_every_byte(Synced synced) {
  SampleLog log = log_of_64_kib(synced);
  const std::size_t last = log.begins().size() - 1;
  for (std::size_t at = 0; at < log.bytes().size(); ++at) {
    Bytes bytes = log.bytes();
    bytes[at] ^= std::byte{1} << (at % 8);
    Replayed flipped = replay_bytes(bytes);
    auto next = std::ranges::upper_bound(log.begins(), at);
    std::size_t record = static_cast<std::size_t>(next - log.begins().begin());  // 0: file header
    ASSERT_EQ(flipped.wrong, 0u) << at;
    if (record == last + 1) {
      ASSERT_TRUE(flipped.status.ok()) << at;
      ASSERT_TRUE(flipped.is_run(1, last)) << at;
      ASSERT_EQ(flipped.state.notes.size(), 1u) << at;
      continue;
    }
    std::size_t begin = record == 0 ? 0 : log.begins()[record - 1];
    ASSERT_EQ(flipped.status.code(), Code::kDataLoss) << at;
    ASSERT_NE(flipped.status.message().find("wal/1.log " + at_offset(begin)), std::string::npos)
        << at << " " << flipped.status.message();
    ASSERT_TRUE(flipped.is_run(1, record == 0 ? 0 : record - 1)) << at;
  }
}

TEST(LogReader, a_flipped_bit_is_damage_unless_in_the_last_record) {
  flip_every_byte(Synced::kAllBefore);
}

TEST(LogReader, a_flipped_bit_in_an_unsynced_log_is_damage_too) {
  flip_every_byte(Synced::kNothing);
}

// The records that lie wholly before `offset`.
std::size_t records_before(const SampleLog& log, std::size_t offset) {
  return log.whole_within(offset);
}

void zero_every_sector(Synced synced, std::size_t sector_bytes) {
  SampleLog log = log_of_64_kib(synced);
  const std::size_t last = log.begins().back();
  for (std::size_t begin = 0; begin < log.bytes().size(); begin += sector_bytes) {
    Bytes bytes = log.bytes();
    std::size_t end = std::min(begin + sector_bytes, bytes.size());
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
              bytes.begin() + static_cast<std::ptrdiff_t>(end), std::byte{0});
    Replayed lost = replay_bytes(bytes);
    bool unfinished = synced == Synced::kNothing || end > last;  // no header survives behind it
    ASSERT_EQ(lost.wrong, 0u) << begin;
    ASSERT_TRUE(lost.is_run(1, records_before(log, begin))) << begin;
    ASSERT_EQ(lost.status.code(), unfinished ? Code::kOk : Code::kDataLoss) << begin;
    ASSERT_EQ(lost.state.notes.size(), unfinished ? 1u : 0u) << begin;
  }
}

TEST(LogReader, a_zeroed_sector_that_had_been_synced_is_damage) {
  zero_every_sector(Synced::kAllBefore, 512);
  zero_every_sector(Synced::kAllBefore, 4096);
}

TEST(LogReader, a_zeroed_sector_never_synced_drops_the_unsynced_rest) {
  zero_every_sector(Synced::kNothing, 512);
  zero_every_sector(Synced::kNothing, 4096);
}

TEST(LogReader, one_late_claim_makes_a_zeroed_sector_damage) {
  SampleLog log(Synced::kNothing);
  log.header(1);
  for (int i = 0; i < 20; ++i) log.add();
  Bytes bytes = log.bytes();
  SampleLog mark;
  mark.skip_sequences(20);
  mark.add();
  bytes.insert(bytes.end(), mark.bytes().begin(), mark.bytes().end());
  std::fill(bytes.begin() + 4096, bytes.begin() + 4096 + 512, std::byte{0});
  EXPECT_EQ(replay_bytes(bytes).status.code(), Code::kDataLoss);
  // Once more with the claim's own payload gone: its header says enough.
  bytes.resize(bytes.size() - 1);
  EXPECT_EQ(replay_bytes(bytes).status.code(), Code::kDataLoss);
}

// A payload that quotes the log so far, as a user who indexes his own files will write.
SampleLog quoting_log() {
  SampleLog log(Synced::kNothing);
  log.header(1);
  for (int i = 0; i < 6; ++i) log.add();
  Bytes quoted = log.bytes();
  LogRecord record;
  record.type = LogType::kUpdate;
  record.payload = quoted;
  log.add(record);
  return log;
}

TEST(LogReader, a_log_quoted_in_a_payload_does_not_confuse_the_search) {
  SampleLog log = quoting_log();
  const std::size_t last = log.begins().back();
  EXPECT_TRUE(replay_bytes(log.bytes()).is_run(1, 7));
  for (std::size_t size = last + 1; size < log.bytes().size(); ++size) {
    Replayed cut = replay_bytes(ByteView(log.bytes()).first(size));
    ASSERT_TRUE(cut.status.ok()) << size << " " << cut.status.to_string();
    ASSERT_TRUE(cut.is_run(1, 6));
  }
  // The header lost, so that the search goes through the quotation.
  Bytes bytes = log.bytes();
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(last), kLogRecordHeaderBytes,
              std::byte{0xee});
  Replayed lost = replay_bytes(bytes);
  ASSERT_TRUE(lost.status.ok()) << lost.status.to_string();
  EXPECT_TRUE(lost.is_run(1, 6));
}

TEST(LogReader, a_record_of_another_database_does_not_verify) {
  SampleLog log;
  log.header(1);
  log.add();
  SampleLog other(Synced::kAllBefore, kSampleSalt + 1);
  other.skip_sequences(1);
  other.add();
  Bytes bytes = log.bytes();
  bytes.insert(bytes.end(), other.bytes().begin(), other.bytes().end());
  Replayed mixed = replay_bytes(bytes);
  ASSERT_TRUE(mixed.status.ok());
  EXPECT_TRUE(mixed.is_run(1, 1));
}

// Files 1 to 4 with four records each.
void write_four_files(io::MemoryFileSystem& files) {
  SampleLog log;
  for (std::uint64_t number = 1; number <= 4; ++number) {
    log.header(number);
    for (int i = 0; i < 4; ++i) log.add();
    ASSERT_TRUE(files.set_content(log_file_path("wal", number), log.take()).ok());
  }
}

TEST(LogReader, files_are_read_in_numeric_order) {
  io::MemoryFileSystem files;
  SampleLog log;
  for (std::uint64_t number = 8; number <= 12; ++number) {
    log.header(number);
    log.add();
    ASSERT_TRUE(files.set_content(log_file_path("wal", number), log.take()).ok());
  }
  ASSERT_TRUE(files.set_content("wal/notes.txt", as_bytes("ours")).ok());
  EXPECT_TRUE(replay_log(files).is_run(1, 5));
}

TEST(LogReader, a_missing_file_is_damage_unless_all_of_it_lies_below) {
  for (std::uint64_t gone = 1; gone <= 3; ++gone) {
    for (std::uint64_t from = 1; from <= 17; ++from) {
      io::MemoryFileSystem files;
      write_four_files(files);
      ASSERT_TRUE(files.remove(log_file_path("wal", gone)).ok());
      Replayed gap = replay_log(files, from);
      bool needed = from <= gone * 4;
      EXPECT_EQ(gap.status.code(), needed ? Code::kDataLoss : Code::kOk) << gone << " " << from;
      EXPECT_TRUE(needed || gap.is_run(from, 16)) << gone << " " << from;
    }
  }
}

TEST(LogReader, the_error_for_a_gap_names_the_records) {
  io::MemoryFileSystem files;
  write_four_files(files);
  ASSERT_TRUE(files.remove("wal/2.log").ok());
  EXPECT_EQ(replay_log(files).status.message(),
            "wal/3.log at offset 0: records 5 to 8 are missing before it");
  ASSERT_TRUE(files.remove("wal/1.log").ok());
  EXPECT_EQ(replay_log(files).status.message(),
            "wal/3.log at offset 0: the log begins behind records 1 to 8");
}

TEST(LogReader, swapped_files_are_damage) {
  io::MemoryFileSystem files;
  write_four_files(files);
  ASSERT_TRUE(files.rename("wal/2.log", "wal/x").ok());
  ASSERT_TRUE(files.rename("wal/3.log", "wal/2.log").ok());
  ASSERT_TRUE(files.rename("wal/x", "wal/3.log").ok());
  EXPECT_EQ(replay_log(files).status.code(), Code::kDataLoss);
}

TEST(LogReader, another_databases_file_is_refused) {
  io::MemoryFileSystem files;
  write_four_files(files);
  EXPECT_EQ(replay_log(files, 1, kSampleSalt + 1).status.code(), Code::kDataLoss);
}

TEST(LogReader, only_the_newest_file_may_end_in_an_unfinished_write) {
  io::MemoryFileSystem files;
  write_four_files(files);
  for (std::uint64_t number = 1; number <= 4; ++number) {
    const std::string path = log_file_path("wal", number);
    Bytes bytes = *files.content(path);
    ASSERT_TRUE(files.set_content(path, ByteView(bytes).first(bytes.size() - 1)).ok());
    Replayed cut = replay_log(files);
    EXPECT_EQ(cut.status.ok(), number == 4) << number;
    EXPECT_TRUE(cut.is_run(1, number * 4 - 1));
    // Without its last record, cut exactly between two, it is a gap.
    SampleLog log;
    log.skip_sequences(number * 4 - 1);
    log.add();
    Bytes shorter(bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(log.bytes().size()));
    ASSERT_TRUE(files.set_content(path, shorter).ok());
    EXPECT_EQ(replay_log(files).status.ok(), number == 4) << number;
    ASSERT_TRUE(files.set_content(path, bytes).ok());
  }
}

TEST(LogReader, a_newest_file_that_was_just_begun_is_no_damage) {
  io::MemoryFileSystem files;
  write_four_files(files);
  Bytes header;
  encode_log_file_header({kSampleSalt, 5, 17}, header);
  for (std::size_t size = 0; size <= header.size(); ++size) {
    ASSERT_TRUE(files.set_content("wal/5.log", ByteView(header).first(size)).ok());
    Replayed begun = replay_log(files);
    ASSERT_TRUE(begun.status.ok()) << size;
    EXPECT_TRUE(begun.is_run(1, 16));
    EXPECT_EQ(begun.state.notes.size(), size == header.size() ? 0u : 1u);
  }
}

// The manifest counts on what was before `from`: that had been synced, with some file's header.
TEST(LogReader, a_log_with_no_header_left_is_damage_when_it_had_been_synced) {
  SampleLog log;
  log.skip_sequences(20);
  log.header(3);
  log.add();
  for (const std::size_t size : {std::size_t{0}, std::size_t{20}, kLogFileHeaderBytes}) {
    io::MemoryFileSystem files;
    ASSERT_TRUE(files.set_content("wal/3.log", ByteView(log.bytes()).first(size)).ok());
    const bool whole = size == kLogFileHeaderBytes;
    const Replayed read = replay_log(files, 21);
    EXPECT_EQ(read.status.code(), whole ? Code::kOk : Code::kDataLoss) << size;
    EXPECT_EQ(read.status.message().find("wal/3.log at offset 0") != std::string::npos, !whole);
    const Opened opened = open_log(files, 21);
    EXPECT_EQ(opened.log != nullptr, whole);
    EXPECT_EQ(files.file_size("wal/3.log").value(), size) << "a refusal changes nothing";
  }
}

TEST(LogReader, a_bad_header_before_records_is_damage_unless_never_written) {
  for (Synced synced : {Synced::kAllBefore, Synced::kNothing}) {
    SampleLog log(synced);
    log.header(1);
    for (int i = 0; i < 3; ++i) log.add();
    Bytes bytes = log.bytes();
    bytes[20] ^= std::byte{1};
    EXPECT_EQ(replay_bytes(bytes).status.message(), "wal/1.log at offset 0: the header is damaged");
    std::fill_n(bytes.begin(), 512, std::byte{0});
    Replayed zeroed = replay_bytes(bytes);
    EXPECT_EQ(zeroed.status.ok(), synced == Synced::kNothing);
    EXPECT_TRUE(zeroed.sequences.empty());
  }
}

TEST(LogReader, damage_below_the_first_record_needed_is_passed_over_with_a_note) {
  SampleLog log = log_of_64_kib();
  for (std::size_t damaged = 0; damaged < 10; ++damaged) {
    Bytes bytes = log.bytes();
    bytes[log.begins()[damaged] + 30] ^= std::byte{1};
    for (std::uint64_t from : {damaged + 1, damaged + 2, std::size_t{30}}) {
      Replayed some = replay_bytes(bytes, from);
      bool needed = from <= damaged + 1;
      ASSERT_EQ(some.status.ok(), !needed) << damaged << " from " << from;
      if (needed) continue;
      EXPECT_TRUE(some.is_run(from, log.next() - 1));
      EXPECT_EQ(some.state.notes.size(), 1u);
    }
  }
}

TEST(LogReader, sequences_that_skip_or_go_back_are_damage) {
  for (std::uint64_t sequence : {1u, 2u, 4u, 100u}) {
    SampleLog log;
    log.header(1);
    log.add();
    log.add();
    SampleLog odd;
    odd.skip_sequences(sequence - 1);
    odd.add();
    Bytes bytes = log.bytes();
    bytes.insert(bytes.end(), odd.bytes().begin(), odd.bytes().end());
    Replayed replayed = replay_bytes(bytes);
    EXPECT_EQ(replayed.status.code(), Code::kDataLoss) << sequence;
    EXPECT_TRUE(replayed.is_run(1, 2));
  }
}

TEST(LogReader, a_file_that_goes_back_or_lost_its_header_between_others_is_damage) {
  io::MemoryFileSystem files;
  write_four_files(files);
  Bytes header;
  encode_log_file_header({kSampleSalt, 5, 9}, header);
  ASSERT_TRUE(files.set_content("wal/5.log", header).ok());
  EXPECT_EQ(replay_log(files).status.message(),
            "wal/5.log at offset 0: begins with record 9 where 17 belongs");
  EXPECT_TRUE(replay_log(files, 9).status.ok());  // begins with that file
  ASSERT_TRUE(files.remove("wal/5.log").ok());
  Bytes bytes = *files.content("wal/2.log");
  bytes[3] ^= std::byte{1};
  ASSERT_TRUE(files.set_content("wal/2.log", bytes).ok());
  EXPECT_EQ(replay_log(files).status.message(), "wal/2.log at offset 0: the header is damaged");
  EXPECT_TRUE(replay_log(files, 9).status.ok());
}

TEST(LogReader, reading_errors_pass_through) {
  SampleLog log(Synced::kNothing);
  log.header(1);
  for (int i = 0; i < 1500; ++i) log.add();  // more than two windows
  for (const bool hole : {false, true}) {
    Bytes bytes = log.bytes();
    if (hole) std::fill_n(bytes.begin() + 1171 * 512, 512, std::byte{0});
    io::MemoryFileSystem disk;
    ASSERT_TRUE(disk.set_content("wal/1.log", bytes).ok());
    for (std::size_t n = 0;; ++n) {
      io::FaultFileSystem files(disk);
      files.fail({.kind = io::FaultKind::kInputOutput, .at = n});
      Replayed replayed = replay_log(files);
      if (files.faults_hit() == 0) {
        EXPECT_TRUE(replayed.status.ok()) << replayed.status.to_string();
        EXPECT_GT(n, 5u);
        break;
      }
      EXPECT_EQ(replayed.status.code(), Code::kUnknown) << replayed.status.to_string();
    }
  }
}

TEST(LogReader, a_log_that_ends_before_the_first_record_needed_is_no_damage) {
  SampleLog log;
  log.header(1);
  for (int i = 0; i < 3; ++i) log.add();
  Replayed behind = replay_bytes(log.bytes(), 10);
  ASSERT_TRUE(behind.status.ok());
  EXPECT_EQ(behind.state.last_sequence, 9u);
}

TEST(LogReader, a_record_of_a_newer_version_is_refused_and_not_dropped) {
  SampleLog log;
  log.header(1);
  log.add();
  LogRecord record;
  record.type = static_cast<LogType>(99);
  log.add(record);
  Replayed newer = replay_bytes(log.bytes());
  EXPECT_EQ(newer.status.code(), Code::kFailedPrecondition);
  EXPECT_EQ(newer.status.message(), "wal/1.log at offset " + std::to_string(log.begins()[1]) +
                                        ": the record's type 99 is newer than this version");
}

TEST(LogReader, any_mixture_of_damage_gives_a_prefix_or_an_error) {
  constexpr std::uint64_t kSeed = 20240611;
  RecordProperty("seed", std::to_string(kSeed));
  Random random(kSeed);
  SampleLog log = log_of_64_kib();
  for (int round = 0; round < 2000; ++round) {
    Bytes bytes = log.bytes();
    for (std::uint64_t changes = random.below(4); changes-- > 0;) {
      auto at = static_cast<std::ptrdiff_t>(random.below(bytes.size()));
      auto length = static_cast<std::ptrdiff_t>(
          std::min<std::uint64_t>(random.below(2000), bytes.size() - static_cast<std::size_t>(at)));
      switch (random.below(3)) {
        case 0:
          std::fill_n(bytes.begin() + at, length, std::byte{0});
          break;
        case 1:
          bytes.erase(bytes.begin() + at, bytes.begin() + at + length);
          break;
        default:
          std::copy_n(bytes.begin(), length, bytes.begin() + at);
      }
    }
    Replayed replayed = replay_bytes(bytes);
    ASSERT_EQ(replayed.wrong, 0u) << "round " << round;
    ASSERT_TRUE(replayed.is_run(1, replayed.sequences.size())) << "round " << round;
    Code code = replayed.status.code();
    ASSERT_TRUE(code == Code::kOk || code == Code::kDataLoss) << replayed.status.to_string();
  }
}

}  // namespace
}  // namespace vecstore::storage
