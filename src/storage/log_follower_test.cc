#include "storage/log_follower.h"

#include <gtest/gtest.h>

#include "io/fault_file_system.h"
#include "storage/sample_log.h"

namespace vecstore::storage {
namespace {

// A log of sample records that grows, and what a follower has of it.
struct Fixture {
  io::MemoryFileSystem files;
  SampleLog log;
  std::uint64_t number = 1;
  std::optional<LogFollower> follower;
  std::vector<std::uint64_t> followed;

  Fixture() {
    log.header(1);
    for (int i = 0; i < 3; ++i) log.add();
    keep();
    LogState state;
    const LogTail tail =
        read_log(
            files, "wal", kSampleSalt, {}, [](const LogRecord&) { return Status(); }, &state)
            .value();
    follower.emplace(files, "wal", kSampleSalt, tail, state.last_sequence);
  }
  void keep() { keep(log.bytes()); }
  void keep(ByteView bytes) {
    ASSERT_TRUE(files.set_content(log_file_path("wal", number), bytes).ok());
  }
  void roll() {
    log.take();
    log.header(++number);
  }
  Status follow(std::uint64_t max_bytes = 1 << 20) {
    followed.clear();
    VECSTORE_ASSIGN(LogPiece piece, follower->read(max_bytes));
    VECSTORE_TRY(piece.records.deliver_to([&](const LogRecord& record) {
      const LogRecord sample = sample_record(record.sequence);
      const bool same =
          record.type != LogType::kUpsert || std::ranges::equal(record.payload, sample.payload);
      if (!same) return internal_error("another payload");
      followed.push_back(record.sequence);
      return Status();
    }));
    follower->accept(piece);
    return {};
  }
};

using Sequences = std::vector<std::uint64_t>;

TEST(LogFollower, what_is_appended_comes_once_and_in_order) {
  Fixture fixture;
  EXPECT_TRUE(*fixture.follower->is_unchanged());
  for (std::uint64_t next = 4; next < 20; next += 2) {
    if (next % 8 == 0) fixture.roll();
    fixture.log.add();
    fixture.log.add();
    fixture.keep();
    EXPECT_FALSE(*fixture.follower->is_unchanged());
    ASSERT_TRUE(fixture.follow().ok());
    EXPECT_EQ(fixture.followed, (Sequences{next, next + 1}));
    EXPECT_TRUE(*fixture.follower->is_unchanged());
    ASSERT_TRUE(fixture.follow().ok());
    EXPECT_EQ(fixture.followed, Sequences());
  }
}

TEST(LogFollower, a_piece_ends_between_groups) {
  Fixture fixture;
  for (int i = 0; i < 3; ++i) fixture.log.add_in_group();
  fixture.log.add_commit();
  fixture.log.add();
  fixture.keep();
  ASSERT_TRUE(fixture.follow(1).ok());
  EXPECT_EQ(fixture.followed, (Sequences{4, 5, 6, 7}));
  ASSERT_TRUE(fixture.follow(1).ok());
  EXPECT_EQ(fixture.followed, Sequences{8});
}

TEST(LogFollower, a_group_may_come_in_two_files) {
  Fixture fixture;
  fixture.log.add_in_group();
  fixture.keep();
  ASSERT_TRUE(fixture.follow().ok());
  EXPECT_EQ(fixture.followed, Sequences());
  fixture.roll();
  fixture.log.add_in_group();
  fixture.keep();
  ASSERT_TRUE(fixture.follow().ok());
  EXPECT_EQ(fixture.followed, Sequences());
  fixture.log.add_commit();
  fixture.keep();
  ASSERT_TRUE(fixture.follow().ok());
  EXPECT_EQ(fixture.followed, (Sequences{4, 5, 6}));
}

TEST(LogFollower, a_file_that_has_gone_is_missed_only_with_records_that_are_needed) {
  Fixture fixture;
  fixture.roll();
  fixture.log.add();
  fixture.keep();
  ASSERT_TRUE(fixture.files.remove("wal/1.log").ok());
  EXPECT_FALSE(*fixture.follower->is_unchanged());
  ASSERT_TRUE(fixture.follow().ok());
  EXPECT_EQ(fixture.followed, Sequences{4});
  fixture.log.add();
  fixture.keep();
  fixture.roll();
  fixture.log.add();
  fixture.keep();
  ASSERT_TRUE(fixture.files.remove("wal/2.log").ok());
  EXPECT_EQ(fixture.follow().code(), Code::kNotFound);
  ASSERT_TRUE(fixture.files.remove("wal/3.log").ok());
  EXPECT_EQ(fixture.follow().code(), Code::kNotFound);
}

TEST(LogFollower, what_was_taken_back_is_noticed_whatever_took_its_place) {
  for (const bool cut : {true, false}) {
    Fixture fixture;
    const Bytes before = fixture.log.bytes();
    SampleLog other = fixture.log;
    fixture.log.add();
    fixture.keep();
    ASSERT_TRUE(fixture.follow().ok());
    LogRecord record = sample_record(4);
    record.time_ms += 1;
    other.add(record);
    other.add();
    fixture.keep(cut ? before : other.bytes());
    EXPECT_FALSE(*fixture.follower->is_unchanged());
    EXPECT_EQ(fixture.follow().code(), Code::kAborted);
  }
}

TEST(LogFollower, a_new_file_in_the_place_of_an_empty_one_is_noticed) {
  Fixture fixture;
  fixture.roll();
  fixture.keep();
  ASSERT_TRUE(fixture.follow().ok());
  fixture.log.add();
  fixture.log.take();
  fixture.log.header(2);
  fixture.keep();
  EXPECT_EQ(fixture.follow().code(), Code::kAborted);
}

TEST(LogFollower, failing_to_look_is_an_error_or_counts_as_a_change) {
  Fixture fixture;
  io::FaultFileSystem files(fixture.files);
  LogState state;
  const auto nothing = [](const LogRecord&) { return Status(); };
  const LogTail tail = read_log(files, "wal", kSampleSalt, {}, nothing, &state).value();
  const LogFollower follower(files, "wal", kSampleSalt, tail, state.last_sequence);
  std::size_t errors = 0;
  for (std::size_t n = 0;; ++n) {
    files.fail({.kind = io::FaultKind::kInputOutput, .at = n});
    const Result<bool> unchanged = follower.is_unchanged();
    if (files.faults_hit() == 0) break;
    EXPECT_TRUE(!unchanged.ok() || !*unchanged) << "operation " << n;
    errors += unchanged.ok() ? 0 : 1;
  }
  EXPECT_EQ(errors, 2u) << "its last record, and whether there is another file";
}

TEST(LogFollower, damage_is_told_every_time) {
  Fixture fixture;
  const std::size_t at = fixture.log.bytes().size();
  fixture.log.add();
  fixture.log.add();
  Bytes bytes = fixture.log.bytes();
  bytes[at + 20] ^= std::byte{1};
  fixture.keep(bytes);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(fixture.follow().code(), Code::kDataLoss);
  fixture.keep();
  ASSERT_TRUE(fixture.follow().ok());
  EXPECT_EQ(fixture.followed, (Sequences{4, 5}));
}

}  // namespace
}  // namespace vecstore::storage
