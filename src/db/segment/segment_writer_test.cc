// Segment files are written from what may fail to be read, to a disk that may fail, at a pace that
// may be called off: each is told as it was, and no file is left.
#include "db/segment/segment_writer.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/test_share.h"
#include "db/segment/memory_segment.h"
#include "db/segment/segment_format.h"
#include "io/fault_file_system.h"
#include "io/memory_file_system.h"

namespace vecstore::db {
namespace {

constexpr std::uint64_t kDatabase = 77;
constexpr std::uint32_t kCollection = 3;
const std::string kSource = "s/1.seg";
const std::string kMade = "s/2.seg";
const storage::BlockFileIdentity kMadeAs{kSegmentKind, kDatabase, 2};

Schema some_of_everything() {
  CollectionOptions options;
  options.dimension = 5;
  options.fields = {{"words", VectorKind::kSparse, 50, Metric::kDot, ElementType::kF32},
                    {"small", VectorKind::kDense, 4, Metric::kCosine, ElementType::kI8}};
  options.text.fields = {{.name = "text"}, {.name = "title"}};
  options.partition_key = "tenant";
  return Schema::from_options(options).value();
}

Record numbered(int i, std::size_t id_bytes) {
  Record record{.id = std::to_string(i)};
  record.id.resize(std::max(id_bytes, record.id.size()), '.');
  if (i % 3 != 0) record.vector = Vector({1, static_cast<float>(i), 2, -3, 4});
  record.metadata = Metadata{{"i", i}, {"tenant", i % 2}, {"title", "title " + std::to_string(i)}};
  if (i % 5 != 0) record.text = "some text " + std::to_string(i);
  if (i % 2 != 0)
    record.vectors = {{"words", SparseVector{50, {1, 30}, {1, 2}}},
                      {"small", Vector({1, 2, 3, 4})}};
  return record;
}

std::shared_ptr<MemorySegment> in_memory(const Schema& schema, int rows, std::size_t id_bytes) {
  auto memory = std::make_shared<MemorySegment>(schema.texts.size());
  for (int i = 0; i < rows; ++i) {
    Bytes payload;
    EXPECT_TRUE(encode_record(schema, "c", numbered(i, id_bytes), payload).ok());
    const RecordView view = decode_record(schema, payload).value();
    const RowInfo info{static_cast<std::uint64_t>(i) + 1, 100, 200 + i, 0, 0};
    EXPECT_TRUE(memory->append(schema, view, hash64(as_bytes(view.id)), info).ok());
  }
  return memory;
}

Status keep_on() { return {}; }

// Plans and writes what the file at kSource holds, whose every reading operation may fail.
Status rewrite(io::FileSystem& from, io::FileSystem& to, const Schema& schema) {
  VECSTORE_ASSIGN(std::shared_ptr<StoredSegment> source,
                  FileSegment::open(from, kSource, io::Access::kRead, {kSegmentKind, kDatabase, 1},
                                    kCollection, schema));
  VECSTORE_ASSIGN(const SegmentPlan plan, plan_segment(kCollection, schema, {source}, 1'000, 0));
  return write_segment(to, kMade, kMadeAs, plan, keep_on).status();
}

TEST(SegmentWriter, of_a_source_that_cannot_be_read_tells_its_error_and_leaves_no_file) {
  const Schema schema = some_of_everything();
  io::MemoryFileSystem disk;
  ASSERT_TRUE(disk.make_folder("s").ok());
  const SegmentPlan plan =
      plan_segment(kCollection, schema, {in_memory(schema, 6, 1)}, 1'000, 0).value();
  ASSERT_TRUE(write_segment(disk, kSource, {kSegmentKind, kDatabase, 1}, plan, keep_on).ok());
  std::size_t n = 0;
  for (;; n += kShare) {
    io::FaultFileSystem reading(disk);
    reading.fail({.kind = io::FaultKind::kInputOutput, .at = n});
    const Status status = rewrite(reading, disk, schema);
    if (reading.faults_hit() == 0) break;
    ASSERT_FALSE(status.ok()) << "operation " << n;
    EXPECT_NE(status.message().find(kSource), std::string::npos) << status.to_string();
    ASSERT_FALSE(disk.exists(kMade).value()) << "operation " << n;
  }
  EXPECT_GT(n, 50u);
  EXPECT_TRUE(disk.exists(kMade).value());
}

// The disk is full at any piece of the file.
TEST(SegmentWriter, on_a_full_disk_says_so_whatever_it_was_writing_and_leaves_no_file) {
  const Schema schema = some_of_everything();
  const SegmentPlan plan =
      plan_segment(kCollection, schema, {in_memory(schema, 7, 1)}, 10'000, 0).value();
  std::size_t n = 0;
  for (;; ++n) {
    SCOPED_TRACE("piece " + std::to_string(n));
    io::MemoryFileSystem disk;
    ASSERT_TRUE(disk.make_folder("s").ok());
    io::FaultFileSystem files(disk);
    files.gather(1);
    files.fail({.kind = io::FaultKind::kDiskFull, .at = n, .sticky = true});
    const Status status = write_segment(files, kMade, kMadeAs, plan, keep_on).status();
    if (files.faults_hit() == 0) break;
    ASSERT_EQ(status.code(), Code::kResourceExhausted) << status.to_string();
    EXPECT_NE(status.message().find(kMade), std::string::npos) << status.to_string();
    ASSERT_FALSE(disk.exists(kMade).value());
  }
  EXPECT_GT(n, 100u);
}

// Ends at every look in turn. How many there were.
int call_off(const SegmentPlan& plan) {
  io::MemoryFileSystem files;
  EXPECT_TRUE(files.make_folder("s").ok());
  for (int steps = 0;; ++steps) {
    int left = steps;
    bool met = false;
    const auto pace = [&]() -> Status {
      if (left-- > 0) return {};
      met = true;
      return cancelled("enough");
    };
    const Status status = write_segment(files, kMade, kMadeAs, plan, pace).status();
    EXPECT_EQ(status.code(), met ? Code::kCancelled : Code::kOk) << "step " << steps;
    EXPECT_EQ(files.exists(kMade).value(), !met) << "step " << steps;
    if (!met || testing::Test::HasFailure()) return steps;
  }
}

TEST(SegmentWriter, is_called_off_at_any_step_and_leaves_no_file) {
  const Schema schema = some_of_everything();
  const auto rows = in_memory(schema, 3'000, 900);
  EXPECT_GT(call_off(plan_segment(kCollection, schema, {rows}, 10'000, 0).value()), 8);
}

// Each column of fixed size is more than the MiB that is written between two looks.
TEST(SegmentWriter, is_called_off_within_any_column_of_many_rows) {
  const Schema schema = Schema::from_options({.dimension = 10}).value();
  const auto rows = std::make_shared<MemorySegment>(schema.texts.size());
  for (std::uint64_t i = 1; i <= 27'000; ++i) {
    Bytes payload;
    const Record record{.id = std::to_string(i), .vector = DenseVector(10, 1)};
    ASSERT_TRUE(encode_record(schema, "c", record, payload).ok());
    const RecordView view = decode_record(schema, payload).value();
    ASSERT_TRUE(rows->append(schema, view, hash64(as_bytes(view.id)), {i, 100, 200, 0, 0}).ok());
  }
  EXPECT_GT(call_off(plan_segment(kCollection, schema, {rows}, 100'000, 0).value()), 4);
}

}  // namespace
}  // namespace vecstore::db
