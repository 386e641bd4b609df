#include "storage/log.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "io/crash_model.h"
#include "io/fault_file_system.h"
#include "storage/sample_writer.h"

namespace vecstore::storage {
namespace {

TEST(Log, what_is_appended_is_replayed_and_continued) {
  io::MemoryFileSystem files;
  for (std::uint64_t run = 0; run < 3; ++run) {
    Opened opened = open_log(files);
    ASSERT_TRUE(opened.log) << opened.replayed.status.to_string();
    EXPECT_TRUE(opened.replayed.is_run(1, run * 5));
    EXPECT_EQ(opened.replayed.state.last_sequence, run * 5);
    for (std::uint64_t i = 1; i <= 5; ++i) {
      ASSERT_TRUE(append_one(*opened.log, run * 5 + i).ok());
    }
    ASSERT_TRUE(opened.log->close().ok());
  }
  Replayed all = replay_log(files);
  EXPECT_TRUE(all.is_run(1, 15));
  EXPECT_EQ(all.wrong, 0u);
  EXPECT_EQ(files.files(), std::vector<std::string>{"wal/1.log"});
}

TEST(Log, opening_and_closing_writes_no_file) {
  io::MemoryFileSystem files;
  Opened opened = open_log(files);
  ASSERT_TRUE(opened.log);
  EXPECT_TRUE(opened.log->sync().ok());
  EXPECT_TRUE(opened.log->close().ok());
  EXPECT_TRUE(files.files().empty());
  EXPECT_EQ(append_one(*opened.log, 1).code(), Code::kFailedPrecondition);
}

TEST(Log, a_file_above_the_size_given_is_followed_by_the_next) {
  io::MemoryFileSystem files;
  Opened opened = open_log(files);
  for (std::uint64_t sequence = 1; sequence <= 12; ++sequence) {
    ASSERT_TRUE(append_one(*opened.log, sequence, 5000).ok());
  }
  std::vector<LogFile> list = opened.log->list();
  ASSERT_GT(list.size(), 2u);
  for (std::size_t i = 0; i < list.size(); ++i) {
    EXPECT_EQ(list[i].number, i + 1);
    EXPECT_EQ(list[i].size, *files.file_size(log_file_path("wal", i + 1)));
    EXPECT_EQ(list[i].size > 5000, i + 1 < list.size());
  }
  Opened again = open_log(files);
  EXPECT_TRUE(again.replayed.is_run(1, 12));
  ASSERT_EQ(again.log->list().size(), list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    EXPECT_EQ(again.log->list()[i].first_sequence, list[i].first_sequence);
    EXPECT_EQ(again.log->list()[i].size, list[i].size);
  }
}

TEST(Log, files_below_a_sequence_are_removed_and_the_newest_stays) {
  io::MemoryFileSystem files;
  Opened opened = open_log(files);
  for (std::uint64_t sequence = 1; sequence <= 12; ++sequence) {
    ASSERT_TRUE(append_one(*opened.log, sequence, 5000).ok());
  }
  const std::vector<LogFile> list = opened.log->list();
  ASSERT_TRUE(opened.log->remove_before(list[1].first_sequence - 1).ok());
  EXPECT_EQ(opened.log->list().size(), list.size());
  ASSERT_TRUE(opened.log->remove_before(list[1].first_sequence).ok());
  EXPECT_EQ(opened.log->list().size(), list.size() - 1);
  EXPECT_FALSE(*files.exists("wal/1.log"));
  ASSERT_TRUE(opened.log->remove_before(1000).ok());
  EXPECT_EQ(files.files(), std::vector<std::string>{log_file_path("wal", list.back().number)});
  EXPECT_EQ(opened.log->list().size(), 1u);
}

TEST(Log, a_file_goes_only_when_a_failing_sync_does_not_keep_it) {
  io::MemoryFileSystem disk;
  io::FaultFileSystem files(disk);
  Opened opened = open_log(files);
  ASSERT_TRUE(append_one(*opened.log, 1, 0).ok() && append_one(*opened.log, 2, 0).ok());
  files.fail({.kind = io::FaultKind::kFailedSync});
  EXPECT_EQ(opened.log->remove_before(2).code(), Code::kUnknown);
  EXPECT_TRUE(*disk.exists("wal/1.log"));
}

TEST(Log, files_left_below_are_known_after_reopening) {
  io::MemoryFileSystem files;
  Opened opened = open_log(files);
  for (std::uint64_t sequence = 1; sequence <= 12; ++sequence) {
    ASSERT_TRUE(append_one(*opened.log, sequence, 5000).ok());
  }
  const std::vector<LogFile> list = opened.log->list();
  ASSERT_TRUE(files.set_content("wal/1.log", as_bytes("rotten")).ok());
  Opened again = open_log(files, 12);
  ASSERT_TRUE(again.log) << again.replayed.status.to_string();
  EXPECT_EQ(again.log->list().size(), list.size());
  ASSERT_TRUE(again.log->remove_before(12).ok());
  EXPECT_EQ(files.files().size(), 1u);
}

TEST(Log, a_torn_tail_is_cut_off_before_the_next_record) {
  SampleLog sample;
  sample.header(1);
  for (int i = 0; i < 3; ++i) sample.add();
  for (std::size_t size = 1; size < sample.bytes().size(); size += 13) {
    io::MemoryFileSystem files;
    ASSERT_TRUE(files.set_content("wal/1.log", ByteView(sample.bytes()).first(size)).ok());
    Opened opened = open_log(files);
    std::uint64_t whole = sample.whole_within(size);
    ASSERT_TRUE(opened.log) << size << opened.replayed.status.to_string();
    EXPECT_TRUE(opened.replayed.is_run(1, whole));
    ASSERT_TRUE(append_one(*opened.log, whole + 1).ok());
    Replayed all = replay_log(files);
    ASSERT_TRUE(all.status.ok()) << size << all.status.to_string();
    EXPECT_TRUE(all.is_run(1, whole + 1)) << size;
    EXPECT_TRUE(all.state.notes.empty()) << size;
  }
}

TEST(Log, an_unfinished_group_is_cut_off_through_all_its_files) {
  io::MemoryFileSystem files;
  SampleLog sample;
  sample.header(1);
  sample.add();
  sample.add_in_group();
  ASSERT_TRUE(files.set_content("wal/1.log", sample.take()).ok());
  sample.header(2);
  sample.add_in_group();
  ASSERT_TRUE(files.set_content("wal/2.log", sample.take()).ok());
  Opened opened = open_log(files);
  ASSERT_TRUE(opened.log) << opened.replayed.status.to_string();
  EXPECT_TRUE(opened.replayed.is_run(1, 1));
  EXPECT_EQ(files.files(), std::vector<std::string>{"wal/1.log"});
  ASSERT_TRUE(append_one(*opened.log, 2).ok());
  EXPECT_TRUE(replay_log(files).is_run(1, 2));
}

TEST(Log, a_log_that_ends_before_its_first_needed_record_goes_on_in_a_new_file) {
  io::MemoryFileSystem files;
  {
    Opened opened = open_log(files);
    ASSERT_TRUE(append_one(*opened.log, 1).ok());
  }
  Opened opened = open_log(files, 10);
  ASSERT_TRUE(opened.log);
  EXPECT_EQ(opened.replayed.state.last_sequence, 9u);
  ASSERT_TRUE(append_one(*opened.log, 10).ok());
  EXPECT_EQ(opened.log->list().size(), 2u);
  EXPECT_TRUE(replay_log(files, 10).is_run(10, 10));
}

TEST(Log, replay_changes_nothing) {
  io::MemoryFileSystem files;
  SampleLog sample;
  sample.header(1);
  sample.add();
  Bytes torn(sample.bytes().begin(), sample.bytes().end() - 1);
  ASSERT_TRUE(files.set_content("wal/1.log", torn).ok());
  EXPECT_TRUE(replay_log(files).is_run(1, 0));
  EXPECT_EQ(*files.content("wal/1.log"), torn);
}

TEST(Log, a_failed_append_leaves_the_log_as_before) {
  for (io::FaultKind kind : {io::FaultKind::kDiskFull, io::FaultKind::kShortWrite}) {
    io::MemoryFileSystem disk;
    io::FaultFileSystem files(disk);
    Opened opened = open_log(files);
    ASSERT_TRUE(append_one(*opened.log, 1).ok());
    const Bytes before = *disk.content("wal/1.log");
    files.fail({.kind = kind, .at = 0, .sticky = true});
    for (int tries = 0; tries < 3; ++tries) {
      EXPECT_EQ(append_one(*opened.log, 2).code(), Code::kResourceExhausted);
      EXPECT_EQ(*disk.content("wal/1.log"), before);
      EXPECT_TRUE(opened.log->fault().ok());
    }
    files.clear_fault();
    ASSERT_TRUE(append_one(*opened.log, 2).ok());
    EXPECT_TRUE(replay_log(disk).is_run(1, 2));
  }
}

TEST(Log, a_failed_sync_ends_appending_for_good) {
  io::MemoryFileSystem disk;
  io::FaultFileSystem files(disk);
  Opened opened = open_log(files);
  ASSERT_TRUE(append_one(*opened.log, 1).ok());
  files.fail({.kind = io::FaultKind::kFailedSync, .at = 0});
  EXPECT_EQ(opened.log->sync().code(), Code::kUnknown);
  files.clear_fault();
  for (Status status : {append_one(*opened.log, 2), opened.log->sync(), opened.log->fault()}) {
    EXPECT_EQ(status.code(), Code::kFailedPrecondition);
    EXPECT_TRUE(status.message().starts_with("the log takes no more writes since one failed: "))
        << status.message();
  }
  opened.log.reset();
  Opened again = open_log(files);
  ASSERT_TRUE(again.log);
  EXPECT_TRUE(append_one(*again.log, 2).ok());
}

TEST(Log, a_write_that_cannot_be_undone_ends_appending) {
  io::MemoryFileSystem disk;
  io::FaultFileSystem files(disk);
  Opened opened = open_log(files);
  ASSERT_TRUE(append_one(*opened.log, 1).ok());
  files.fail({.kind = io::FaultKind::kInputOutput, .at = 0, .sticky = true});
  Status status = append_one(*opened.log, 2);
  EXPECT_NE(status.message().find("could not be undone"), std::string::npos) << status.message();
  files.clear_fault();
  EXPECT_EQ(append_one(*opened.log, 2).code(), Code::kFailedPrecondition);
  EXPECT_TRUE(replay_log(disk).is_run(1, 1));
}

TEST(Log, a_file_that_could_not_be_begun_is_begun_by_the_next_append) {
  io::MemoryFileSystem disk;
  io::FaultFileSystem files(disk);
  Opened opened = open_log(files);
  ASSERT_TRUE(append_one(*opened.log, 1).ok());
  files.fail({.kind = io::FaultKind::kShortWrite, .at = 0});  // of the new file's header
  EXPECT_EQ(append_one(*opened.log, 2, 0).code(), Code::kResourceExhausted);
  EXPECT_TRUE(replay_log(disk).is_run(1, 1));
  files.fail({.kind = io::FaultKind::kInputOutput, .at = 1});  // behind create: the cut
  EXPECT_EQ(append_one(*opened.log, 2, 0).code(), Code::kUnknown);
  EXPECT_EQ(files.record().back().kind, io::OperationKind::kTruncate);
  files.clear_fault();
  // Never again into the old file, whatever the size allows.
  ASSERT_TRUE(append_one(*opened.log, 2, kNeverRoll).ok());
  EXPECT_EQ(opened.log->list().size(), 2u);
  EXPECT_TRUE(replay_log(disk).is_run(1, 2));
}

// Opens what is there after `operations` operations, checks that it is whole appends up to one that
// may be there, with all that must be, and that writing goes on.
void check_and_continue(io::FileSystem& files, const Workload& workload, std::size_t operations,
                        std::uint64_t at_least, const std::string& what) {
  const std::uint64_t from = workload.needed(operations);
  Opened opened = open_log(files, from);
  ASSERT_TRUE(opened.log) << what << ": " << opened.replayed.status.to_string();
  const std::uint64_t last = opened.replayed.state.last_sequence;
  ASSERT_EQ(opened.replayed.wrong, 0u) << what;
  ASSERT_TRUE(opened.replayed.is_run(from, last)) << what;
  ASSERT_TRUE(workload.is_end(last)) << last << " after " << what;
  ASSERT_GE(last, at_least) << what;
  ASSERT_LE(last, workload.maybe_there()) << what;
  ASSERT_TRUE(append_one(*opened.log, last + 1).ok()) << what;
  Replayed again = replay_log(files, from);
  ASSERT_TRUE(again.is_run(from, last + 1)) << what << again.status.to_string();
  ASSERT_TRUE(again.state.notes.empty()) << what;
}

TEST(Log, any_failing_operation_loses_nothing_acknowledged) {
  for (io::FaultKind kind :
       {io::FaultKind::kInputOutput, io::FaultKind::kDiskFull, io::FaultKind::kShortWrite,
        io::FaultKind::kFailedSync, io::FaultKind::kReadOnly, io::FaultKind::kTooManyFiles}) {
    for (bool sticky : {false, true}) {
      for (std::size_t n = 0;; ++n) {
        io::MemoryFileSystem disk;
        io::FaultFileSystem files(disk);
        files.fail({.kind = kind, .at = n, .sticky = sticky});
        Workload workload(files, 12, 2);
        workload.run();
        if (files.faults_hit() == 0) break;
        check_and_continue(disk, workload, files.record().size(), workload.acknowledged(),
                           "a fault in operation " + std::to_string(n));
        if (HasFatalFailure()) return;
      }
    }
  }
}

// The states that the model lists and some of the combinations beyond, with fixed seeds.
void check_every_crash_state(std::uint64_t sync_every, bool fail_one_append) {
  constexpr std::size_t kSamples = 20;
  io::MemoryFileSystem disk;
  io::FaultFileSystem files(disk);
  if (fail_one_append) files.fail({.kind = io::FaultKind::kShortWrite, .at = 9});
  Workload workload(files, 30, sync_every);
  workload.run();
  ASSERT_TRUE(workload.removal().ok()) << workload.removal().to_string();
  io::CrashModel model;
  std::size_t states = 0;
  const std::vector<io::Operation> record = files.record();
  for (std::size_t operation = 0; operation < record.size(); ++operation) {
    model.apply(record[operation]);
    for (std::size_t i = 0; i < model.state_count() + kSamples; ++i, ++states) {
      const std::size_t listed = model.state_count();
      io::CrashState state = i < listed ? model.state(i) : model.sample(operation * kSamples + i);
      check_and_continue(*state.disk, workload, operation + 1, workload.durable(operation + 1),
                         record[operation].to_string() + "; " + state.description);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
  EXPECT_GT(states, 2000u);
  testing::Test::RecordProperty("states", static_cast<int>(states));
}

TEST(Log, every_power_cut_opens_with_all_that_was_synced) { check_every_crash_state(1, false); }
TEST(Log, every_power_cut_between_rare_syncs_opens) { check_every_crash_state(4, false); }
TEST(Log, every_power_cut_without_syncs_opens) { check_every_crash_state(0, false); }
TEST(Log, every_power_cut_around_a_failed_write_opens) { check_every_crash_state(3, true); }

// What a crash may have left for the next open to clear away.
void write_left_over(io::MemoryFileSystem& disk, int kind) {
  SampleLog sample;
  sample.header(1);
  for (int i = 0; i < 4; ++i) sample.add();
  if (kind == 0) {  // an unfinished record
    ASSERT_TRUE(disk.set_content("wal/1.log", ByteView(sample.bytes()).first(4000)).ok());
    return;
  }
  if (kind == 1) sample.add_in_group();  // a group that crosses into the next file
  ASSERT_TRUE(disk.set_content("wal/1.log", sample.take()).ok());
  sample.header(2);
  if (kind == 1) sample.add_in_group();
  std::size_t size = kind == 1 ? sample.bytes().size() : 20;  // or a header cut off
  ASSERT_TRUE(disk.set_content("wal/2.log", ByteView(sample.bytes()).first(size)).ok());
}

TEST(Log, a_power_cut_while_recovering_from_another_opens) {
  for (int kind = 0; kind < 3; ++kind) {
    io::MemoryFileSystem disk;
    write_left_over(disk, kind);
    const std::uint64_t whole = replay_log(disk).state.last_sequence;
    ASSERT_GT(whole, 0u);
    io::CrashModel model(disk);
    io::FaultFileSystem files(disk);
    Opened opened = open_log(files);
    ASSERT_TRUE(opened.log) << opened.replayed.status.to_string();
    for (std::uint64_t i = 1; i <= 3; ++i) ASSERT_TRUE(append_one(*opened.log, whole + i).ok());
    for (const io::Operation& operation : files.record()) {
      model.apply(operation);
      for (std::size_t i = 0; i < model.state_count(); ++i) {
        io::CrashState state = model.state(i);
        Replayed replayed = replay_log(*state.disk);
        ASSERT_TRUE(replayed.status.ok()) << kind << " " << operation.to_string() << "; "
                                          << state.description << replayed.status.to_string();
        ASSERT_GE(replayed.state.last_sequence, whole);
        ASSERT_TRUE(replayed.is_run(1, replayed.state.last_sequence));
      }
    }
  }
}

TEST(Log, recovery_that_fails_can_be_tried_again) {
  for (int kind = 0; kind < 3; ++kind) {
    for (std::size_t n = 0;; ++n) {
      io::MemoryFileSystem disk;
      write_left_over(disk, kind);
      const std::uint64_t whole = replay_log(disk).state.last_sequence;
      io::FaultFileSystem files(disk);
      files.fail({.kind = io::FaultKind::kInputOutput, .at = n});
      bool opened = open_log(files).log != nullptr;
      if (files.faults_hit() == 0) break;
      EXPECT_FALSE(opened) << kind << " " << n;
      Opened again = open_log(files);
      ASSERT_TRUE(again.log) << again.replayed.status.to_string();
      EXPECT_EQ(again.replayed.state.last_sequence, whole);
    }
  }
}

TEST(Log, a_file_that_cannot_be_removed_is_removed_by_the_next_try) {
  io::MemoryFileSystem disk;
  io::FaultFileSystem files(disk);
  Opened opened = open_log(files);
  for (std::uint64_t sequence = 1; sequence <= 6; ++sequence) {
    ASSERT_TRUE(append_one(*opened.log, sequence, 0).ok());
  }
  files.fail({.kind = io::FaultKind::kInputOutput, .at = 1});
  EXPECT_EQ(opened.log->remove_before(6).code(), Code::kUnknown);
  EXPECT_EQ(opened.log->list().size(), 5u);
  ASSERT_TRUE(disk.remove("wal/2.log").ok());  // somebody else was faster
  EXPECT_TRUE(opened.log->remove_before(6).ok());
  EXPECT_EQ(disk.files(), std::vector<std::string>{"wal/6.log"});
}

// Killed, reopened, and only then does the power fail: what the first process left unsynced must
// not be missing beneath records that claim it is safe.
TEST(Log, a_power_cut_after_a_killed_process_opens) {
  io::MemoryFileSystem disk;
  io::FaultFileSystem files(disk);
  std::vector<std::pair<std::size_t, std::uint64_t>> durable_after;
  for (std::uint64_t run = 0; run < 4; ++run) {
    Opened opened = open_log(files);
    ASSERT_TRUE(opened.log) << opened.replayed.status.to_string();
    const std::uint64_t safe = opened.replayed.state.last_sequence;
    durable_after.push_back({files.record().size(), safe});
    for (std::uint64_t next = safe + 1; next <= safe + 3; ++next) {
      ASSERT_TRUE(opened.log->append(encode_records(next, 1, false, safe), next, kNeverRoll).ok());
    }
  }
  io::CrashModel model;
  std::size_t operations = 0;
  for (const io::Operation& operation : files.record()) {
    model.apply(operation);
    ++operations;
    std::uint64_t durable = 0;
    for (auto [after, sequence] : durable_after) durable = after <= operations ? sequence : durable;
    for (std::size_t i = 0; i < model.state_count(); ++i) {
      io::CrashState state = model.state(i);
      Replayed replayed = replay_log(*state.disk);
      ASSERT_TRUE(replayed.status.ok())
          << operation.to_string() << "; " << state.description << replayed.status.to_string();
      ASSERT_GE(replayed.state.last_sequence, durable) << state.description;
    }
  }
}

// The kinds of the operations since the `skip` first, reads left out.
std::vector<io::OperationKind> changes_in(const io::FaultFileSystem& files, std::size_t skip) {
  std::vector<io::OperationKind> kinds;
  for (const io::Operation& operation : files.record()) {
    if (skip > 0) {
      --skip;
      continue;
    }
    if (operation.kind == io::OperationKind::kAppend ||
        operation.kind == io::OperationKind::kTruncate ||
        operation.kind == io::OperationKind::kSync) {
      kinds.push_back(operation.kind);
    }
  }
  return kinds;
}

// Else blocks of the old bytes could return among the new ones, which no model of ours shows.
TEST(Log, what_is_cut_off_is_gone_for_good_before_anything_follows) {
  using enum io::OperationKind;
  io::MemoryFileSystem disk;
  write_left_over(disk, 0);
  io::FaultFileSystem files(disk);
  Opened opened = open_log(files);
  ASSERT_TRUE(append_one(*opened.log, opened.replayed.state.last_sequence + 1).ok());
  EXPECT_EQ(changes_in(files, 0), (std::vector{kTruncate, kSync, kAppend}));
  const std::size_t before = files.record().size();
  files.fail({.kind = io::FaultKind::kShortWrite, .at = 0});
  EXPECT_FALSE(append_one(*opened.log, opened.replayed.state.last_sequence + 2).ok());
  ASSERT_TRUE(append_one(*opened.log, opened.replayed.state.last_sequence + 2).ok());
  EXPECT_EQ(changes_in(files, before), (std::vector{kAppend, kTruncate, kSync, kAppend}));
}

// The newest file begins behind all that was needed, and nothing synced it yet.
TEST(Log, a_power_cut_after_a_removal_leaves_a_file_with_a_header) {
  io::MemoryFileSystem disk;
  io::FaultFileSystem files(disk);
  Opened opened = open_log(files);
  ASSERT_TRUE(append_one(*opened.log, 1).ok());
  ASSERT_TRUE(opened.log->sync().ok());
  ASSERT_TRUE(append_one(*opened.log, 2, 0).ok());
  ASSERT_EQ(opened.log->list().size(), 2u);
  const std::size_t before = files.record().size();
  ASSERT_TRUE(opened.log->remove_before(2).ok());
  ASSERT_EQ(opened.log->list().size(), 1u);
  io::CrashModel model;
  const std::vector<io::Operation> record = files.record();
  for (std::size_t operation = 0; operation < record.size(); ++operation) {
    model.apply(record[operation]);
    for (std::size_t i = 0; operation >= before && i < model.state_count(); ++i) {
      io::CrashState state = model.state(i);
      const Opened again = open_log(*state.disk, 2);
      ASSERT_TRUE(again.log) << state.description << again.replayed.status.to_string();
      ASSERT_FALSE(again.log->list().empty()) << state.description;
    }
  }
}

TEST(Log, syncing_and_listing_run_beside_appending) {
  io::MemoryFileSystem files;
  Opened opened = open_log(files);
  std::atomic<bool> done = false;
  std::thread syncer([&] {
    while (!done) {
      EXPECT_TRUE(opened.log->sync().ok());
      EXPECT_TRUE(opened.log->fault().ok());
      opened.log->list();
      EXPECT_TRUE(opened.log->remove_before(1).ok());
    }
  });
  for (std::uint64_t sequence = 1; sequence <= 2000; ++sequence) {
    EXPECT_TRUE(append_one(*opened.log, sequence, 50'000).ok());
  }
  done = true;
  syncer.join();
  EXPECT_TRUE(replay_log(files).is_run(1, 2000));
}

}  // namespace
}  // namespace vecstore::storage
