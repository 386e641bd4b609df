// A reader beside a writer: what it sees after a refresh, whatever the writer does meanwhile.
#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "base/random.h"
#include "base/test_share.h"
#include "db/test_reader.h"

namespace vecstore::db {
namespace {

using std::chrono::milliseconds;

TEST(StoreFollow, what_was_acknowledged_is_seen_after_a_refresh_and_not_before) {
  WriterAndReader both;
  const Collection seen = both.seen();
  ASSERT_TRUE(both.things().upsert({.id = "a", .vector = {3, 4}}).ok());
  ASSERT_TRUE(both.things().remove("first").ok());
  EXPECT_EQ(ids_of(seen), Ids{"first"});
  ASSERT_TRUE(both.reader->refresh().ok());
  EXPECT_EQ(ids_of(seen), Ids{"a"});
  EXPECT_TRUE(both.same());
  EXPECT_EQ(both.reader->stats()->sequence, both.writer->stats()->sequence);
}

TEST(StoreFollow, a_query_that_runs_keeps_what_it_saw) {
  WriterAndReader both;
  Scan scan = both.seen().scan().value();
  Collection things = both.things();
  ASSERT_TRUE(fill(things, 0, 9).ok());  // sealed and merged
  ASSERT_TRUE(things.remove("first").ok());
  ASSERT_TRUE(both.reader->refresh().ok());
  EXPECT_EQ(ids_of(std::move(scan)), Ids{"first"});
  EXPECT_TRUE(both.same());
}

TEST(StoreFollow, with_nothing_new_it_looks_at_the_folder_and_the_end_of_the_log) {
  WriterAndReader both;
  ASSERT_TRUE(both.reader->refresh().ok());
  const std::size_t before = both.watched->record().size();
  ASSERT_TRUE(both.reader->refresh().ok());
  std::string done;
  const auto record = both.watched->record();
  for (std::size_t i = before; i < record.size(); ++i)
    done += std::string(operation_name(record[i].kind)) + " " + record[i].path + "\n";
  EXPECT_EQ(done,
            "list store\nopen store/wal/1.log\nread store/wal/1.log\nread store/wal/1.log\n"
            "exists store/wal/2.log\n");
}

// Of each, what the writer does and a reader has to follow.
void do_something(WriterAndReader& both, Random& random) {
  Database& writer = *both.writer;
  const auto id = [&] { return std::to_string(random.below(30)); };
  const auto any = [&] {
    const auto names = writer.list_collections().value();
    return names[random.below(names.size())];
  };
  const auto one = [&] { return writer.collection(any()).value(); };
  both.clock.advance(static_cast<TimeMs>(random.below(3)));
  const auto vector = DenseVector{1, static_cast<float>(random.below(100))};
  switch (random.below(20)) {
    case 0: {
      std::vector<Record> batch;
      for (int i = 0; i < 6; ++i)
        batch.push_back({.id = std::to_string(i), .vector = vector, .text = "batch"});
      ASSERT_TRUE(one().upsert_many(batch).ok());
      break;
    }
    case 1:
    case 2:
      ASSERT_TRUE(one().remove(id()).ok());
      break;
    case 3:
      static_cast<void>(one().update({.id = id(), .metadata_patch = Metadata{{"p", 1}}}).ok());
      static_cast<void>(one().soft_delete(id()).ok());
      break;
    case 5:
      ASSERT_TRUE(writer.flush().ok());
      break;
    case 6:
      ASSERT_TRUE(one().compact().ok());
      break;
    case 7:
      static_cast<void>(writer.create_collection(id(), {.dimension = 2}).ok());
      break;
    case 8:
      if (writer.list_collections()->size() > 2) static_cast<void>(writer.drop_collection(id()));
      break;
    case 9:
      static_cast<void>(writer.rename_collection(id(), id()).ok());
      static_cast<void>(writer.set_alias("alias", any()).ok());
      break;
    case 10:
      static_cast<void>(writer.drop_snapshot(random.below(2) == 0 ? "s0" : "s1").ok());
      static_cast<void>(writer.create_snapshot(random.below(2) == 0 ? "s0" : "s1").ok());
      break;
    case 11:
      if (random.below(4) == 0)
        static_cast<void>(writer.restore_snapshot(random.below(2) == 0 ? "s0" : "s1").ok());
      break;
    case 12:
      if (random.below(4) == 0) both.open_writer();
      break;
    case 4:
      ASSERT_TRUE(one().set_keep_versions(static_cast<std::uint32_t>(random.below(3))).ok());
      break;
    default:
      ASSERT_TRUE(one().upsert({.id = id(), .vector = vector, .text = "some words"}).ok());
  }
}

void walk(std::uint64_t seed, std::uint64_t steps_between) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  WriterAndReader both;
  for (int round = 0; round < 60 && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    for (std::uint64_t i = random.below(steps_between) + 1; i > 0; --i) do_something(both, random);
    const std::string then = dump_all(*both.reader);
    const auto names = both.reader->list_collections().value();
    const Collection held = both.reader->collection(names[0]).value();
    Scan scan = held.scan({.include_deleted = true}).value();
    const std::string wanted = dump(held);
    const Status status = both.reader->refresh();
    ASSERT_TRUE(status.ok()) << status.to_string();
    ASSERT_TRUE(both.same());
    std::string kept;
    const std::vector<Record> records = scan.next(100'000).value();
    for (const Record& record : records)
      kept += record.to_json() + " " + std::to_string(record.version) + "\n";
    ASSERT_EQ(kept, wanted);
  }
  EXPECT_EQ(both.watched->first_change(), "");
}

TEST(StoreFollow, it_sees_what_the_writer_sees_whatever_that_did) {
  for (std::uint64_t seed = 1; seed <= 12 && !HasFailure(); seed += kShare) walk(seed, 4);
  for (std::uint64_t seed = 13; seed <= 17 && !HasFailure(); seed += kShare) walk(seed, 60);
}

// The writer goes on in the middle of every refresh and every open: at each file that is opened.
TEST(StoreFollow, it_may_be_overtaken_at_every_step) {
  for (std::uint64_t seed = 1; seed <= 30 && !HasFailure(); seed += kShare) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    WriterAndReader both;
    for (int round = 0; round < 40 && !HasFailure(); ++round) {
      std::uint64_t times = random.below(6);  // then it pauses, else nobody would come to an end
      both.watched->before_open = [&](const std::string&) {
        if (times == 0) return;
        --times;
        for (std::uint64_t i = random.below(8); i > 0; --i) do_something(both, random);
      };
      const std::uint64_t acknowledged = both.writer->stats()->sequence;
      if (round % 8 == 7) both.open_reader();
      const Status status = both.reader->refresh();
      ASSERT_TRUE(status.ok()) << status.to_string();
      EXPECT_GE(both.reader->stats()->sequence, acknowledged);
      both.watched->before_open = {};
      ASSERT_TRUE(both.reader->refresh().ok());
      ASSERT_TRUE(both.same()) << "round " << round;
    }
  }
}

void add_states(const Database& database, std::set<std::string>& states) {
  for (const std::string& name : database.list_collections().value())
    states.insert(dump(database.collection(name).value()));
}

// Every file operation of a refresh fails, once or for ever: what is seen of a collection is a
// state that it had since, and with the cause gone the present one. It may lie between when a
// segment could not be read: what a seal ends is seen at once.
void refresh_with_faults(io::FaultKind kind, bool sticky) {
  WriterAndReader both;
  Random random(7);
  for (std::size_t n = 0; n < (kShare > 1 ? 45 : 90); ++n) {
    SCOPED_TRACE("operation " + std::to_string(n));
    both.open_reader();
    std::set<std::string> states;
    add_states(*both.reader, states);
    for (std::uint64_t i = n % 3 == 0 ? 25 : 3; i > 0; --i) {
      do_something(both, random);
      add_states(*both.writer, states);
    }
    if (n % 5 == 4) {
      ASSERT_TRUE(both.writer->drop_snapshot("s").ok() || n == 4);
      ASSERT_TRUE(both.writer->create_snapshot("s").ok());
      ASSERT_TRUE(both.writer->restore_snapshot("s").ok());
    }
    both.watched->fail({.kind = kind, .at = n % 45, .sticky = sticky});
    const Status status = both.reader->refresh();
    ASSERT_TRUE(status.ok() || both.watched->faults_hit() > 0) << status.to_string();
    both.watched->clear_fault();
    ASSERT_TRUE(!status.ok() || both.same());
    std::set<std::string> seen;
    add_states(*both.reader, seen);
    for (const std::string& state : seen) ASSERT_TRUE(states.contains(state)) << state;
    ASSERT_TRUE(both.reader->refresh().ok());
    ASSERT_TRUE(both.same());
  }
}

TEST(StoreFollow, whatever_fails_what_is_seen_is_whole) {
  for (const io::FaultKind kind : {io::FaultKind::kInputOutput, io::FaultKind::kTooManyFiles})
    for (const bool sticky : {false, true}) refresh_with_faults(kind, sticky);
}

TEST(StoreFollow, a_database_without_a_log_yet_is_followed) {
  WriterAndReader both;
  both.disk = std::make_shared<OddFiles>();
  both.watched = std::make_shared<WatchedFiles>(*both.disk);
  both.open_writer();
  both.open_reader();
  ASSERT_TRUE(both.reader->refresh().ok());
  ASSERT_TRUE(both.things().upsert({.id = "a", .vector = {3, 4}}).ok());
  ASSERT_TRUE(both.reader->refresh().ok());
  EXPECT_TRUE(both.same());
}

std::vector<std::shared_ptr<FileSegment>> files_of(Store& store) {
  return store.catalog().find("things")->read().version->files;
}

// Whether the log could be followed or has gone meanwhile.
TEST(StoreFollow, files_that_are_open_stay_open) {
  for (const bool log_gone : {false, true}) {
    WriterAndReader both(log_gone ? 1 : 1 << 20);
    both.options.merge_fanout = 100;
    both.open_writer();
    Collection things = both.things();
    ASSERT_TRUE(fill(things, 0, 40).ok());
    ASSERT_TRUE(things.compact().ok());
    DatabaseOptions reading = both.options;
    reading.read_only = true;
    const auto store = Store::open("store", reading, both.environment(both.watched)).value();
    const auto before = files_of(*store);
    ASSERT_EQ(before.size(), 1u);
    ASSERT_TRUE(fill(things, 40, 50).ok());
    ASSERT_TRUE(things.remove("7").ok());
    ASSERT_TRUE(things.flush().ok());
    ASSERT_TRUE(store->refresh().ok());
    const auto after = files_of(*store);
    ASSERT_GT(after.size(), 1u);
    EXPECT_EQ(after[0], before[0]);
    EXPECT_EQ(before[0]->dead_rows(), 1u);
    both.open_reader();
    EXPECT_TRUE(both.same());
  }
}

TEST(StoreFollow, a_restored_snapshot_is_followed_by_every_handle) {
  WriterAndReader both;
  const Collection seen = both.seen();
  ASSERT_TRUE(both.writer->create_snapshot("s").ok());
  ASSERT_TRUE(both.writer->create_collection("later", {.dimension = 2}).ok());
  ASSERT_TRUE(both.things().remove("first").ok());
  ASSERT_TRUE(both.reader->refresh().ok());
  const Collection later = both.reader->collection("later").value();
  EXPECT_EQ(ids_of(seen), Ids{});
  ASSERT_TRUE(both.writer->restore_snapshot("s").ok());
  ASSERT_TRUE(both.reader->refresh().ok());
  EXPECT_EQ(ids_of(seen), Ids{"first"});
  EXPECT_EQ(code_of(later.count()), Code::kNotFound);
  EXPECT_TRUE(both.same());
}

// What is written after a restore is no continuation of what was read before it.
TEST(StoreFollow, a_snapshot_may_be_restored_between_two_looks) {
  for (const bool opens : {false, true}) {
    SCOPED_TRACE(opens ? "an open" : "a refresh");
    WriterAndReader both;
    ASSERT_TRUE(both.writer->create_snapshot("s").ok());
    ASSERT_TRUE(both.things().upsert({.id = "gone", .vector = {1, 2}}).ok());
    ASSERT_TRUE(both.reader->refresh().ok());
    int times = 0;
    both.watched->before_open = [&](const std::string& path) {
      if (!path.starts_with("store/wal/") || times++ > 0) return;
      ASSERT_TRUE(both.writer->restore_snapshot("s").ok());
      ASSERT_TRUE(both.things().upsert({.id = "later", .vector = {1, 2}}).ok());
    };
    if (opens) both.open_reader();
    ASSERT_TRUE(opens || both.reader->refresh().ok());
    both.watched->before_open = {};
    EXPECT_GT(times, 0);
    EXPECT_EQ(ids_of(both.seen()), (Ids{"first", "later"}));
  }
}

TEST(StoreFollow, who_has_nothing_to_follow_is_told_so) {
  WriterAndReader both;
  EXPECT_EQ(code_of(both.writer->refresh()), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(both.writer->refresh_to(1, milliseconds(0))), Code::kFailedPrecondition);
  ASSERT_TRUE(both.writer->create_snapshot("s").ok());
  Database snapshot = both.writer->snapshot("s").value();
  EXPECT_EQ(code_of(snapshot.refresh()), Code::kFailedPrecondition);
  ASSERT_TRUE(both.writer->backup("copy", {.single_file = true}).ok());
  Environment there = both.environment(both.disk);
  Database backup = DatabaseInternals::open("copy", small(), there).value();
  EXPECT_EQ(code_of(backup.refresh()), Code::kFailedPrecondition);
  EXPECT_NE(backup.refresh().message().find("single-file"), std::string::npos);
  EXPECT_EQ(code_of(Database::in_memory()->refresh()), Code::kFailedPrecondition);
  ASSERT_TRUE(both.reader->close().ok());
  EXPECT_EQ(code_of(both.reader->refresh()), Code::kFailedPrecondition);
}

TEST(StoreFollow, the_interval_is_for_readers_with_threads) {
  WriterAndReader both;
  DatabaseOptions options = small();
  const auto opened = [&] {
    return code_of(DatabaseInternals::open("store", options, both.environment(both.watched)));
  };
  options.refresh_interval_ms = 5;
  EXPECT_EQ(opened(), Code::kInvalidArgument);
  options.read_only = true;
  EXPECT_EQ(opened(), Code::kInvalidArgument);
  options.threads = 1;
  EXPECT_EQ(opened(), Code::kOk);
  options.refresh_interval_ms = -1;
  EXPECT_EQ(opened(), Code::kInvalidArgument);
}

TEST(StoreFollow, with_an_interval_it_follows_by_itself) {
  WriterAndReader both;
  both.options.threads = 1;
  DatabaseOptions reading = both.options;
  reading.read_only = true;
  reading.refresh_interval_ms = 1;
  Database reader =
      DatabaseInternals::open("store", reading, both.environment(both.watched)).value();
  const Collection seen = reader.collection("things").value();
  ASSERT_TRUE(both.things().upsert({.id = "a", .vector = {3, 4}}).ok());
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!*seen.contains("a") && std::chrono::steady_clock::now() < end) {
  }
  EXPECT_TRUE(*seen.contains("a"));
}

TEST(StoreFollow, a_write_is_waited_for_until_the_deadline) {
  WriterAndReader both;
  const std::uint64_t sequence = both.things().upsert({.id = "a", .vector = {3, 4}})->sequence;
  EXPECT_TRUE(both.reader->refresh_to(sequence, milliseconds(0)).ok());
  EXPECT_TRUE(both.same());
  const Status late = both.reader->refresh_to(sequence + 7, milliseconds(20));
  EXPECT_EQ(late.code(), Code::kDeadlineExceeded);
  EXPECT_NE(late.message().find(std::to_string(sequence + 7)), std::string::npos);
  EXPECT_NE(late.message().find(std::to_string(sequence)), std::string::npos) << late.message();
}

// A log of one file, whose end can be made to be anything.
struct OneLog : WriterAndReader {
  OneLog() : WriterAndReader(1 << 20) {}
  const std::string path = "store/wal/1.log";
  Bytes before = *disk->content(path);
  void set(ByteView bytes) { ASSERT_TRUE(disk->set_content(path, bytes).ok()); }
  Ids seen_ids() { return ids_of(seen()); }
};

Record plain(const std::string& id) { return {.id = id, .vector = DenseVector{1, 2}}; }

TEST(StoreFollow, a_batch_that_is_not_whole_yet_is_not_there_yet) {
  OneLog both;
  ASSERT_TRUE(both.things().upsert_many(std::vector{plain("a"), plain("b")}).ok());
  const Bytes after = *both.disk->content(both.path);
  ASSERT_GT(after.size(), both.before.size() + 200);  // two records and the end of the batch
  for (std::size_t size = both.before.size(); size < after.size(); ++size) {
    both.set(ByteView(after).first(size));
    const Status status = both.reader->refresh();
    ASSERT_TRUE(status.ok()) << status.to_string();
    ASSERT_EQ(both.seen_ids(), Ids{"first"}) << size;
  }
  both.set(after);
  ASSERT_TRUE(both.reader->refresh().ok());
  EXPECT_EQ(both.seen_ids(), (Ids{"a", "b", "first"}));
}

// A writer whose append fails takes back what a reader may have seen of it.
TEST(StoreFollow, a_failed_write_that_was_seen_goes_again) {
  OneLog both;
  const auto other = copy_of(*both.disk);
  ASSERT_TRUE(both.things().upsert(plain("a")).ok());
  const Bytes with_a = *both.disk->content(both.path);
  Database another = DatabaseInternals::open("store", small(), both.environment(other)).value();
  Collection things = another.collection("things").value();
  ASSERT_TRUE(things.upsert(plain("b")).ok());
  const Bytes with_b = *other->content(both.path);
  ASSERT_EQ(with_a.size(), with_b.size());
  for (const auto& [bytes, ids] : std::vector<std::pair<Bytes, Ids>>{{with_a, {"a", "first"}},
                                                                     {both.before, {"first"}},
                                                                     {with_a, {"a", "first"}},
                                                                     {with_b, {"b", "first"}}}) {
    both.set(bytes);
    ASSERT_TRUE(both.reader->refresh().ok());
    EXPECT_EQ(both.seen_ids(), ids);
  }
}

TEST(StoreFollow, damage_is_told_and_changes_nothing_until_it_is_gone) {
  OneLog both;
  ASSERT_TRUE(both.things().upsert(plain("a")).ok());
  ASSERT_TRUE(both.things().upsert(plain("b")).ok());
  const Bytes whole = *both.disk->content(both.path);
  Bytes damaged = whole;
  damaged[both.before.size() + 80] ^= std::byte{1};  // in the first payload
  both.set(damaged);
  for (int i = 0; i < 2; ++i) {
    const Status status = both.reader->refresh();
    EXPECT_EQ(status.code(), Code::kDataLoss) << status.to_string();
    EXPECT_NE(status.message().find(both.path), std::string::npos) << status.message();
    EXPECT_EQ(both.seen_ids(), Ids{"first"});
  }
  both.set(whole);
  ASSERT_TRUE(both.reader->refresh().ok());
  EXPECT_EQ(both.seen_ids(), (Ids{"a", "b", "first"}));
}

TEST(StoreFollow, a_damaged_file_is_told_while_the_log_is_followed) {
  OneLog both;
  ASSERT_TRUE(both.things().upsert(plain("a")).ok());
  ASSERT_TRUE(both.writer->flush().ok());
  std::string segment;
  for (const std::string& path : both.disk->files())
    if (path.ends_with(".seg")) segment = path;
  const Bytes whole = *both.disk->content(segment);
  ASSERT_TRUE(both.disk->set_content(segment, ByteView(whole).first(whole.size() - 1)).ok());
  const Status status = both.reader->refresh();
  EXPECT_EQ(status.code(), Code::kDataLoss) << status.to_string();
  EXPECT_NE(status.message().find(segment), std::string::npos) << status.message();
  EXPECT_EQ(both.seen_ids(), (Ids{"a", "first"}));
  ASSERT_TRUE(both.disk->set_content(segment, whole).ok());
  ASSERT_TRUE(both.reader->refresh().ok());
  EXPECT_EQ(both.seen_ids(), (Ids{"a", "first"}));
  EXPECT_EQ(both.reader->stats()->segments, 1u);
}

TEST(StoreFollow, another_database_in_the_folder_is_no_later_state) {
  WriterAndReader both;
  ASSERT_TRUE(both.writer->close().ok());
  for (const std::string& path : both.disk->files()) ASSERT_TRUE(both.disk->remove(path).ok());
  EXPECT_EQ(code_of(both.reader->refresh()), Code::kNotFound);
  both.open_writer();
  ASSERT_TRUE(both.things().upsert(plain("other")).ok());
  EXPECT_EQ(code_of(both.reader->refresh()), Code::kFailedPrecondition);
  EXPECT_EQ(ids_of(both.seen()), Ids{"first"});
}

}  // namespace
}  // namespace vecstore::db
