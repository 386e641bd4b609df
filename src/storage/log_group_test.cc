#include "storage/log_group.h"

#include <gtest/gtest.h>

#include "storage/sample_log.h"

namespace vecstore::storage {
namespace {

TEST(LogGroup, records_keep_their_payloads_in_order) {
  PendingGroup group;
  for (std::uint64_t sequence = 1; sequence <= 20; ++sequence) {
    const Bytes payload(sample_record(sequence).payload.begin(),
                        sample_record(sequence).payload.end());
    LogRecord record = sample_record(sequence);
    record.payload = payload;  // gone after this round
    group.add(record);
  }
  Replayed replayed;
  LogApply apply = replayed.apply();
  ASSERT_TRUE(group.deliver_to(apply).ok());
  EXPECT_TRUE(replayed.is_run(1, 20));
  EXPECT_EQ(replayed.wrong, 0u);
  EXPECT_TRUE(group.empty());
}

TEST(LogGroup, a_group_takes_effect_with_its_commit_only) {
  SampleLog log;
  log.header(1);
  log.add();
  for (int i = 0; i < 3; ++i) log.add_in_group();
  log.add_commit();
  log.add();
  const std::size_t group_begin = log.begins()[1];
  const std::size_t group_end = log.begins()[5];
  for (std::size_t size = group_begin; size < log.bytes().size(); ++size) {
    Replayed cut = replay_bytes(ByteView(log.bytes()).first(size));
    ASSERT_TRUE(cut.status.ok());
    ASSERT_TRUE(cut.is_run(1, size < group_end ? 1 : 5)) << size;
    ASSERT_EQ(cut.wrong, 0u);
    ASSERT_EQ(cut.state.last_sequence, size < group_end ? 1u : 5u);
    ASSERT_EQ(cut.state.notes.empty(), size == group_begin || size == group_end) << size;
  }
}

TEST(LogGroup, a_group_may_cross_files) {
  io::MemoryFileSystem files;
  SampleLog log;
  log.header(1);
  log.add();
  log.add_in_group();
  ASSERT_TRUE(files.set_content("wal/1.log", log.take()).ok());
  log.header(2);
  log.add_in_group();
  Bytes without_commit = log.bytes();
  log.add_commit();
  ASSERT_TRUE(files.set_content("wal/2.log", log.take()).ok());
  Replayed whole = replay_log(files);
  ASSERT_TRUE(whole.status.ok());
  EXPECT_TRUE(whole.is_run(1, 4));
  EXPECT_EQ(whole.wrong, 0u);

  ASSERT_TRUE(files.set_content("wal/2.log", without_commit).ok());
  Replayed cut = replay_log(files);
  ASSERT_TRUE(cut.status.ok());
  EXPECT_TRUE(cut.is_run(1, 1));
  EXPECT_EQ(cut.state.notes.size(), 2u);
}

TEST(LogGroup, a_group_without_an_end_before_another_record_is_damage) {
  SampleLog log;
  log.header(1);
  log.add_in_group();
  log.add();
  Replayed open = replay_bytes(log.bytes());
  EXPECT_EQ(open.status.code(), Code::kDataLoss);
  EXPECT_TRUE(open.sequences.empty());
}

TEST(LogGroup, a_group_cut_short_below_the_first_record_needed_is_forgotten) {
  SampleLog log;
  log.header(1);
  log.add_in_group();
  log.skip_sequences(3);
  log.add();
  EXPECT_TRUE(replay_bytes(log.bytes(), 5).is_run(5, 5));
  EXPECT_EQ(replay_bytes(log.bytes(), 4).status.code(), Code::kDataLoss);
}

}  // namespace
}  // namespace vecstore::storage
