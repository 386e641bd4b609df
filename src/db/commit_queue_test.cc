#include "db/commit_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <new>
#include <thread>

#include "base/test_memory.h"
#include "db/collection_core.h"
#include "io/fault_file_system.h"
#include "io/memory_file_system.h"

namespace vecstore::db {
namespace {

// A queue over one collection, and what a write to it takes.
template <typename Disk = io::MemoryFileSystem>
struct Fixture {
  Disk disk;
  io::FaultFileSystem files{disk};
  ManualClock clock{1000};
  std::shared_ptr<CollectionCore> core =
      std::make_shared<CollectionCore>(1, Schema::from_options({.dimension = 1}).value(),
                                       std::vector<std::shared_ptr<FileSegment>>());
  std::unique_ptr<CommitQueue> queue;

  // `straight` to the disk: through `files` a sync holds up all else.
  explicit Fixture(Durability durability = Durability::kNormal, bool straight = false) {
    storage::LogState state;
    io::FileSystem& used = straight ? static_cast<io::FileSystem&>(disk) : files;
    auto log = storage::Log::open(
        used, "wal", 5, 1, [](const storage::LogRecord&) { return Status(); }, &state);
    CommitOptions options;
    options.durability = durability;
    queue = std::make_unique<CommitQueue>(std::move(log).value(), 5, clock, options);
    queue->resume(0, 1, 0);
  }

  // Stages an upsert.
  Status put(Stage& stage, const std::string& id) {
    Bytes payload;
    VECSTORE_TRY(encode_record(*core->read().version->schema, "c", {.id = id}, payload));
    storage::LogRecord record;
    record.type = storage::LogType::kUpsert;
    record.sequence = stage.next_sequence();
    record.time_ms = stage.time_ms();
    record.collection = 1;
    record.payload = payload;
    stage.touch(core);
    VECSTORE_TRY(core->apply(record, &stage).status());
    stage.log(record.type, 1, payload, false);
    return {};
  }
  Status write(const std::string& id) {
    return queue->write([&](Stage& stage) { return put(stage, id); });
  }
  bool sees(const std::string& id) const {
    return CollectionCore::find(core->read(), id).value().has_value();
  }
  // Ids in the log, as a replay finds them.
  std::vector<std::string> logged() {
    std::vector<std::string> ids;
    const auto replayed =
        storage::Log::replay(disk, "wal", 5, 1, [&](const storage::LogRecord& record) -> Status {
          if (record.type == storage::LogType::kUpsert)
            ids.emplace_back(
                decode_record(*core->read().version->schema, record.payload).value().id);
          return {};
        });
    EXPECT_TRUE(replayed.ok()) << replayed.status().to_string();
    return ids;
  }
};

TEST(CommitQueue, a_write_is_logged_and_then_visible) {
  Fixture<> fixture;
  ASSERT_TRUE(fixture.write("a").ok());
  EXPECT_TRUE(fixture.sees("a"));
  EXPECT_EQ(fixture.queue->committed(), 1u);
  EXPECT_EQ(fixture.logged(), std::vector<std::string>{"a"});
}

TEST(CommitQueue, a_stage_that_fails_leaves_nothing) {
  Fixture<> fixture;
  ASSERT_TRUE(fixture.write("a").ok());
  const Status status = fixture.queue->write([&](Stage& stage) -> Status {
    VECSTORE_TRY(fixture.put(stage, "a"));
    VECSTORE_TRY(fixture.put(stage, "b"));
    return aborted("no");
  });
  EXPECT_EQ(status.code(), Code::kAborted);
  EXPECT_TRUE(fixture.sees("a"));
  EXPECT_FALSE(fixture.sees("b"));
  ASSERT_TRUE(fixture.write("c").ok());
  EXPECT_EQ(fixture.queue->committed(), 2u) << "its sequences are used again";
  EXPECT_EQ(fixture.logged(), (std::vector<std::string>{"a", "c"}));
}

TEST(CommitQueue, a_failed_append_takes_everything_staged_back) {
  Fixture<> fixture;
  ASSERT_TRUE(fixture.write("a").ok());
  fixture.files.fail({.kind = io::FaultKind::kDiskFull, .sticky = true});
  EXPECT_EQ(fixture.write("b").code(), Code::kResourceExhausted);
  EXPECT_EQ(fixture.write("a").code(), Code::kResourceExhausted);
  EXPECT_TRUE(fixture.sees("a"));
  EXPECT_FALSE(fixture.sees("b"));
  fixture.files.clear_fault();
  ASSERT_TRUE(fixture.write("c").ok()) << "writes resume when there is room again";
  EXPECT_EQ(fixture.queue->committed(), 2u);
  EXPECT_EQ(fixture.logged(), (std::vector<std::string>{"a", "c"}));
}

TEST(CommitQueue, a_failed_sync_fences_the_writer) {
  Fixture<> fixture(Durability::kFull);
  ASSERT_TRUE(fixture.write("a").ok());
  fixture.files.fail({.kind = io::FaultKind::kFailedSync});
  EXPECT_FALSE(fixture.write("b").ok());
  EXPECT_FALSE(fixture.sees("b"));
  fixture.files.clear_fault();
  EXPECT_EQ(fixture.write("c").code(), Code::kFailedPrecondition);
  EXPECT_EQ(fixture.queue->fault().code(), Code::kFailedPrecondition);
}

TEST(CommitQueue, no_memory_while_staging_takes_back_what_was_staged) {
  Fixture<> fixture;
  const Status status = fixture.queue->write([&](Stage& stage) -> Status {
    VECSTORE_TRY(fixture.put(stage, "a"));
    throw_no_memory();
  });
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_FALSE(fixture.sees("a"));
  ASSERT_TRUE(fixture.write("b").ok());
  EXPECT_EQ(fixture.logged(), std::vector<std::string>{"b"});
}

TEST(CommitQueue, a_write_that_changes_nothing_logs_nothing) {
  Fixture<> fixture;
  ASSERT_TRUE(fixture.queue->write([](Stage&) { return Status(); }).ok());
  EXPECT_EQ(fixture.queue->committed(), 0u);
  EXPECT_FALSE(fixture.queue->dirty());
}

TEST(CommitQueue, the_time_of_writes_never_goes_back) {
  Fixture<> fixture;
  ASSERT_TRUE(fixture.write("a").ok());
  fixture.clock.set(500);
  ASSERT_TRUE(fixture.write("b").ok());
  EXPECT_EQ(CollectionCore::find(fixture.core->read(), "b").value()->info.created_at, 1000);
}

TEST(CommitQueue, what_was_refused_is_refused_with_the_reason) {
  Fixture<> fixture;
  fixture.queue->refuse(failed_precondition("closed for today"));
  EXPECT_EQ(fixture.write("a").message(), "closed for today");
  EXPECT_FALSE(fixture.sees("a"));
  EXPECT_EQ(
      fixture.queue->exclusive([&](Stage& stage) { return fixture.put(stage, "b"); }).message(),
      "closed for today");
  EXPECT_FALSE(fixture.sees("b"));
}

TEST(CommitQueue, exclusive_runs_after_once_the_log_has_it_and_not_otherwise) {
  Fixture<> fixture;
  int after = 0;
  const auto stage = [&](Stage& on) { return fixture.put(on, "a"); };
  fixture.files.fail({.kind = io::FaultKind::kDiskFull});
  EXPECT_FALSE(fixture.queue->exclusive(stage, [&] { ++after; }).ok());
  EXPECT_EQ(after, 0);
  EXPECT_FALSE(fixture.sees("a"));
  ASSERT_TRUE(fixture.queue->exclusive(stage, [&] { ++after; }).ok());
  EXPECT_EQ(after, 1);
  EXPECT_TRUE(fixture.sees("a"));
}

// Asks before every append and every sync of a file.
class GatedFiles : public io::MemoryFileSystem {
 public:
  std::function<Status()> on_append = [] { return Status(); };
  std::function<Status()> on_sync = [] { return Status(); };

  Result<std::unique_ptr<io::WritableFile>> create(const std::string& path,
                                                   io::Create mode) override {
    VECSTORE_ASSIGN(auto file, io::MemoryFileSystem::create(path, mode));
    return std::unique_ptr<io::WritableFile>(new File(*this, std::move(file)));
  }

 private:
  class File : public io::WritableFile {
   public:
    File(GatedFiles& files, std::unique_ptr<io::WritableFile> inner)
        : files_(files), inner_(std::move(inner)) {}
    Status append(std::span<const std::byte> data) override {
      VECSTORE_TRY(files_.on_append());
      return inner_->append(data);
    }
    Status sync() override {
      VECSTORE_TRY(files_.on_sync());
      return inner_->sync();
    }
    Status truncate(std::uint64_t size) override { return inner_->truncate(size); }
    std::uint64_t size() const override { return inner_->size(); }
    Status close() override { return inner_->close(); }

   private:
    GatedFiles& files_;
    std::unique_ptr<io::WritableFile> inner_;
  };
};

void wait_until(const std::atomic<int>& count, int wanted) {
  while (count.load() < wanted) std::this_thread::yield();
}

TEST(CommitQueue, writers_that_stage_while_one_syncs_share_the_next_sync) {
  Fixture<GatedFiles> fixture(Durability::kFull);
  ASSERT_TRUE(fixture.write("first").ok());
  constexpr int kOthers = 7;
  std::atomic<int> syncs = 0;
  std::atomic<int> staged = 0;
  fixture.disk.on_sync = [&] {
    if (++syncs == 1) wait_until(staged, kOthers);
    return Status();
  };
  std::vector<std::thread> threads;
  threads.emplace_back([&] { EXPECT_TRUE(fixture.write("leader").ok()); });
  wait_until(syncs, 1);
  for (int t = 0; t < kOthers; ++t)
    threads.emplace_back([&, t] {
      EXPECT_TRUE(fixture.queue
                      ->write([&](Stage& stage) -> Status {
                        VECSTORE_TRY(fixture.put(stage, "other" + std::to_string(t)));
                        ++staged;
                        return {};
                      })
                      .ok());
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(syncs, 2) << "one for the leader, one for the seven others";
  EXPECT_EQ(fixture.queue->committed(), 9u);
  EXPECT_EQ(fixture.logged().size(), 9u);
}

// The second sync begins after all of them have written; the first was too early for them.
TEST(CommitQueue, who_waits_for_the_disk_shares_a_sync_that_began_after_the_write) {
  Fixture<GatedFiles> fixture(Durability::kNormal, true);
  constexpr int kOthers = 7;
  std::atomic<int> syncs = 0;
  std::atomic<int> written = 0;
  fixture.disk.on_sync = [&] {
    if (++syncs == 1) wait_until(written, kOthers);
    return Status();
  };
  ASSERT_TRUE(fixture.write("first").ok());
  EXPECT_EQ(syncs, 0);
  std::vector<std::thread> threads;
  threads.emplace_back([&] { EXPECT_TRUE(fixture.queue->wait_durable(1).ok()); });
  wait_until(syncs, 1);
  for (int t = 0; t < kOthers; ++t)
    threads.emplace_back([&, t] {
      ASSERT_TRUE(fixture.write("other" + std::to_string(t)).ok());
      const std::uint64_t sequence = fixture.queue->committed();
      ++written;
      EXPECT_TRUE(fixture.queue->wait_durable(sequence).ok());
      EXPECT_EQ(syncs, 2);
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(syncs, 2) << "one for the first, one for the seven others";
  EXPECT_TRUE(fixture.queue->wait_durable(1 + kOthers).ok());
  EXPECT_EQ(syncs, 2) << "nothing is left to sync";
  EXPECT_FALSE(fixture.queue->dirty());
}

TEST(CommitQueue, a_wait_for_the_sync_of_another_thread_can_be_called_off) {
  Fixture<GatedFiles> fixture;
  ASSERT_TRUE(fixture.write("a").ok());
  std::atomic<int> syncs = 0;
  std::atomic<bool> given_up = false;
  fixture.disk.on_sync = [&]() -> Status {
    const double late = monotonic_ms() + 3000;
    ++syncs;
    while (!given_up && monotonic_ms() < late) std::this_thread::yield();
    return {};
  };
  std::thread first([&] { EXPECT_TRUE(fixture.queue->wait_durable(1).ok()); });
  wait_until(syncs, 1);
  CancelToken token;
  std::thread other([token]() mutable {
    const double when = monotonic_ms() + 20;
    while (monotonic_ms() < when) std::this_thread::yield();
    token.cancel();
  });
  EXPECT_EQ(fixture.queue->wait_durable(1, token).code(), Code::kCancelled);
  given_up = true;
  first.join();
  other.join();
  EXPECT_TRUE(fixture.queue->wait_durable(1, token).ok()) << "there is nothing to wait for";
}

TEST(CommitQueue, in_full_nobody_waits_again) {
  Fixture<GatedFiles> fixture(Durability::kFull);
  ASSERT_TRUE(fixture.write("a").ok());
  fixture.disk.on_sync = [] { return internal_error("another sync"); };
  EXPECT_TRUE(fixture.queue->wait_durable(1).ok());
}

TEST(CommitQueue, what_is_not_written_yet_is_not_waited_for) {
  Fixture<> fixture;
  ASSERT_TRUE(fixture.write("a").ok());
  EXPECT_TRUE(fixture.queue->wait_durable(1).ok());
  const Status status = fixture.queue->wait_durable(2);
  EXPECT_EQ(status.code(), Code::kOutOfRange);
  EXPECT_EQ(status.message(), "write 2 is not acknowledged yet: the last one is 1");
}

TEST(CommitQueue, a_failed_sync_is_told_to_all_who_wait_for_it) {
  Fixture<GatedFiles> fixture;
  ASSERT_TRUE(fixture.write("a").ok());
  std::atomic<int> syncs = 0;
  std::atomic<int> waiting = 0;
  fixture.disk.on_sync = [&] {
    ++syncs;
    wait_until(waiting, 1);
    return resource_exhausted("no disk");
  };
  std::thread first([&] { EXPECT_FALSE(fixture.queue->wait_durable(1).ok()); });
  wait_until(syncs, 1);
  std::thread second([&] {
    ++waiting;
    EXPECT_EQ(fixture.queue->wait_durable(1).code(), Code::kFailedPrecondition);
  });
  first.join();
  second.join();
  EXPECT_EQ(syncs, 1) << "a second sync would prove nothing";
  EXPECT_EQ(fixture.write("b").code(), Code::kFailedPrecondition);
}

TEST(CommitQueue, what_was_staged_behind_a_write_that_fails_falls_with_it) {
  Fixture<GatedFiles> fixture;
  ASSERT_TRUE(fixture.write("a").ok());
  std::atomic<int> appends = 0;
  std::atomic<int> staged = 0;
  fixture.disk.on_append = [&]() -> Status {
    if (++appends > 1) return {};
    wait_until(staged, 1);
    return resource_exhausted("full");
  };
  Status leader;
  std::thread first([&] { leader = fixture.write("a"); });  // ends the row of "a"
  wait_until(appends, 1);
  const Status follower = fixture.queue->write([&](Stage& stage) -> Status {
    VECSTORE_TRY(fixture.put(stage, "a"));
    VECSTORE_TRY(fixture.put(stage, "b"));
    ++staged;
    return {};
  });
  first.join();
  EXPECT_EQ(leader.code(), Code::kResourceExhausted);
  EXPECT_EQ(follower.code(), Code::kResourceExhausted);
  EXPECT_TRUE(fixture.sees("a")) << "as it was before both";
  EXPECT_FALSE(fixture.sees("b"));
  EXPECT_EQ(fixture.queue->committed(), 1u);
  ASSERT_TRUE(fixture.write("c").ok());
  EXPECT_EQ(fixture.logged(), (std::vector<std::string>{"a", "c"}));
}

// A write that changed nothing, or was refused, because of a write that was not committed yet: it
// says so only once that one is.
TEST(CommitQueue, what_a_write_saw_is_committed_before_it_returns) {
  Fixture<GatedFiles> fixture;
  ASSERT_TRUE(fixture.write("a").ok());
  std::atomic<int> appends = 0;
  std::atomic<int> looked = 0;
  fixture.disk.on_append = [&]() -> Status {
    ++appends;
    wait_until(looked, 2);
    return resource_exhausted("full");
  };
  std::thread writer([&] { EXPECT_FALSE(fixture.write("b").ok()); });
  wait_until(appends, 1);
  Status found;
  Status refused;
  std::thread finds([&] {
    found = fixture.queue->write([&](Stage&) -> Status {
      EXPECT_TRUE(fixture.core->find_newest("b").value().has_value());
      ++looked;
      return {};
    });
  });
  std::thread refuses([&] {
    refused = fixture.queue->write([&](Stage&) -> Status {
      ++looked;
      return aborted("'b' exists");
    });
  });
  for (std::thread* one : {&writer, &finds, &refuses}) one->join();
  EXPECT_EQ(found.code(), Code::kResourceExhausted) << "what it saw never was";
  EXPECT_EQ(refused.code(), Code::kResourceExhausted);
  fixture.disk.on_append = [] { return Status(); };
  EXPECT_EQ(fixture.queue->write([](Stage&) { return aborted("no"); }).code(), Code::kAborted);
}

// What the log has but memory has not must not be built upon.
TEST(CommitQueue, a_logged_change_that_cannot_be_applied_fences_the_writer) {
  Fixture<> fixture;
  const auto stage = [&](Stage& on) { return fixture.put(on, "a"); };
  EXPECT_EQ(fixture.queue->exclusive(stage, []() -> void { throw_no_memory(); }).code(),
            Code::kResourceExhausted);
  EXPECT_EQ(fixture.write("b").code(), Code::kFailedPrecondition);
  EXPECT_EQ(fixture.logged(), std::vector<std::string>{"a"}) << "the next open applies it";
}

// An allocation that fails below the queue, where the mutex is not held.
TEST(CommitQueue, no_memory_while_writing_the_log_is_an_error_like_others) {
  Fixture<GatedFiles> fixture;
  ASSERT_TRUE(fixture.write("a").ok());
  fixture.disk.on_append = []() -> Status { throw_no_memory(); };
  EXPECT_EQ(fixture.write("b").code(), Code::kResourceExhausted);
  EXPECT_EQ(fixture.queue->exclusive([&](Stage& stage) { return fixture.put(stage, "b"); }).code(),
            Code::kResourceExhausted);
  fixture.disk.on_append = [] { return Status(); };
  ASSERT_TRUE(fixture.write("c").ok());
  EXPECT_FALSE(fixture.sees("b"));
  EXPECT_EQ(fixture.logged(), (std::vector<std::string>{"a", "c"}));
}

TEST(CommitQueue, a_queue_that_refuses_replaces_nothing) {
  Fixture<> fixture;
  fixture.queue->refuse(failed_precondition("closed"));
  bool asked = false;
  const auto change = [&](std::uint64_t, Status&) {
    asked = true;
    return CommitQueue::Outcome::kDone;
  };
  const Status status = fixture.queue->replace_all(change, [](std::uint64_t) {});
  EXPECT_EQ(status.code(), Code::kFailedPrecondition);
  EXPECT_FALSE(asked);
}

}  // namespace
}  // namespace vecstore::db
