// Manifests and files that a reader meets at a refresh, and what it makes of odd ones.
#include "db/follow/next_version.h"

#include <gtest/gtest.h>

#include "db/test_reader.h"
#include "storage/manifest.h"

namespace vecstore::db {
namespace {

// A manifest that no writer of this database would make, behind the newest.
void put_manifest(io::FileSystem& files, const std::function<void(storage::Manifest&)>& change) {
  storage::Manifest manifest = storage::read_manifest(files, "store").value();
  ++manifest.number;
  change(manifest);
  ASSERT_TRUE(storage::write_manifest(files, "store", manifest).ok());
}

TEST(NextVersion, options_of_a_newer_manifest_that_are_none_are_damage) {
  WriterAndReader both;
  ASSERT_TRUE(both.writer->flush().ok());
  ASSERT_TRUE(both.reader->refresh().ok());
  put_manifest(*both.disk, [](storage::Manifest& next) { next.collections[0].options = Object(); });
  EXPECT_EQ(both.reader->refresh().code(), Code::kDataLoss);
  EXPECT_EQ(ids_of(both.seen()), Ids{"first"});
}

TEST(NextVersion, a_newer_manifest_of_another_database_is_refused) {
  WriterAndReader both;
  put_manifest(*both.disk, [](storage::Manifest& next) { ++next.database; });
  const Status status = both.reader->refresh();
  EXPECT_EQ(status.code(), Code::kFailedPrecondition) << status.to_string();
  EXPECT_NE(status.message().find("another database"), std::string::npos) << status.message();
  EXPECT_EQ(ids_of(both.seen()), Ids{"first"});
}

TEST(NextVersion, options_of_a_snapshot_that_are_none_are_damage_and_leave_the_present) {
  WriterAndReader both;
  ASSERT_TRUE(both.writer->create_snapshot("monday").ok());
  ASSERT_TRUE(both.writer->close().ok());
  put_manifest(*both.disk, [](storage::Manifest& next) {
    next.snapshots[0].collections[0].options = Object();
  });
  both.open_writer();
  EXPECT_EQ(both.writer->snapshot("monday").status().code(), Code::kDataLoss);
  EXPECT_EQ(both.writer->restore_snapshot("monday").code(), Code::kDataLoss);
  EXPECT_EQ(ids_of(both.things()), Ids{"first"});
  EXPECT_TRUE(both.things().upsert({.id = "second", .vector = {1, 2}}).ok());
}

// A graph that came after its file did: each operation of taking it over fails in turn.
TEST(NextVersion, a_graph_that_comes_later_and_cannot_be_read_is_told) {
  std::size_t n = 0;
  for (bool hit = true; hit && !HasFailure(); ++n) {
    SCOPED_TRACE(n);
    WriterAndReader both(1 << 20);  // in one log, which the reader goes on with
    Collection things =
        both.writer->create_collection("graphs", {.dimension = 2, .hnsw = {.min_rows = 2}}).value();
    both.disk->on_create = [](const std::string& path) {
      return path.ends_with(".idx") ? resource_exhausted("no graphs today") : Status();
    };
    ASSERT_TRUE(fill(things, 0, 4).ok());
    EXPECT_FALSE(both.writer->wait_for_background().ok());
    both.disk->on_create = {};
    both.open_reader();
    ASSERT_TRUE(both.writer->flush().ok());
    ASSERT_GT(things.stats()->indexed_rows, 0u);
    both.watched->fail({.kind = io::FaultKind::kInputOutput, .at = n});
    const Status status = both.reader->refresh();
    hit = both.watched->faults_hit() > 0;
    EXPECT_TRUE(status.ok() != hit) << status.to_string();
    both.watched->clear_fault();
    EXPECT_TRUE(both.reader->refresh().ok());
    EXPECT_EQ(both.reader->collection("graphs")->stats()->indexed_rows, 4u);
    EXPECT_TRUE(both.same());
  }
  EXPECT_GT(n, 4u);
}

// Files that were merged, older versions beside them, and a death that only the log tells: it is
// looked up in the merged file.
TEST(NextVersion, merged_files_that_cannot_be_read_are_told) {
  std::size_t n = 0;
  for (bool hit = true; hit && !HasFailure(); ++n) {
    SCOPED_TRACE(n);
    WriterAndReader both(1 << 20);
    Collection kept =
        both.writer->create_collection("kept", {.dimension = 2, .keep_versions = 1}).value();
    ASSERT_TRUE(fill(kept, 0, 4).ok());
    both.open_reader();
    ASSERT_TRUE(fill(kept, 0, 4).ok());
    ASSERT_TRUE(kept.remove("2").ok());
    both.watched->fail({.kind = io::FaultKind::kInputOutput, .at = n});
    const Status status = both.reader->refresh();
    hit = both.watched->faults_hit() > 0;
    EXPECT_TRUE(hit || status.ok()) << status.to_string();
    both.watched->clear_fault();
    EXPECT_TRUE(both.reader->refresh().ok());
    EXPECT_EQ(both.reader->stats()->segments, both.writer->stats()->segments);
    EXPECT_TRUE(both.same());
  }
  EXPECT_GT(n, 20u);
}

TEST(NextVersion, a_reader_that_is_closed_during_its_refresh_tries_no_more) {
  WriterAndReader both;
  ASSERT_TRUE(both.things().upsert({.id = "second", .vector = {1, 2}}).ok());
  both.disk->on_open = [&](const std::string&) -> Status {
    EXPECT_TRUE(both.reader->close().ok());
    return data_loss("it changes");
  };
  const Status status = both.reader->refresh();
  both.disk->on_open = {};
  EXPECT_EQ(status.code(), Code::kFailedPrecondition) << status.to_string();
}

}  // namespace
}  // namespace vecstore::db
