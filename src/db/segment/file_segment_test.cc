#include "db/segment/file_segment.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/random.h"
#include "base/test_share.h"
#include "db/segment/mask_file.h"
#include "db/segment/memory_segment.h"
#include "db/segment/record_reader.h"
#include "db/segment/segment_format.h"
#include "db/segment/segment_writer.h"
#include "io/memory_file_system.h"

namespace vecstore::db {
namespace {

constexpr std::uint64_t kDatabase = 77;
constexpr std::uint32_t kCollection = 3;
const std::string kPath = "s/1.seg";

Schema schema_of(ElementType storage) {
  CollectionOptions options;
  options.dimension = 5;
  options.storage = storage;
  options.fields = {{"words", VectorKind::kSparse, 50, Metric::kDot, ElementType::kF32},
                    {"none", VectorKind::kDense, 4, Metric::kDot, ElementType::kF32}};
  return Schema::from_options(options).value();
}

Record numbered(int i) {
  Record record{.id = "id" + std::to_string(i * 7919 % 1000)};
  if (i % 3 != 0) record.vector = Vector({1, static_cast<float>(i), 2, -3, 4});
  if (i % 4 == 0) record.metadata = Metadata{{"i", i}};
  if (i % 5 == 0) record.text = std::string(static_cast<std::size_t>(i), 'x');
  if (i % 6 == 0) record.vectors = {{"words", SparseVector{50, {1, 30}, {1, 2}}}};
  return record;
}

struct Written {
  Schema schema;
  std::shared_ptr<MemorySegment> memory = std::make_shared<MemorySegment>(1);
  io::MemoryFileSystem files;
  storage::BlockFileIdentity identity{kSegmentKind, kDatabase, 1};

  explicit Written(int rows, ElementType storage = ElementType::kF32) : schema(schema_of(storage)) {
    for (int i = 0; i < rows; ++i) {
      Bytes payload;
      EXPECT_TRUE(encode_record(schema, "c", numbered(i), payload).ok());
      const RecordView view = decode_record(schema, payload).value();
      const RowInfo info{static_cast<std::uint64_t>(i) + 1, 100, 200 + i, 0, 0};
      EXPECT_TRUE(memory->append(schema, view, hash64(as_bytes(view.id)), info).ok());
    }
    EXPECT_TRUE(files.make_folder("s").ok());
    const SegmentPlan plan = plan_segment(kCollection, schema, {memory}, 1'000'000, 0).value();
    EXPECT_TRUE(write_segment(files, kPath, identity, plan, [] { return Status(); }).ok());
  }

  Result<std::shared_ptr<FileSegment>> open(io::Access access = io::Access::kRead) {
    return FileSegment::open(files, kPath, access, identity, kCollection, schema);
  }
};

// Everything a reader could ask of a segment, as text; the first error otherwise.
Result<std::string> dump(const FileSegment& segment, const Schema& schema) {
  std::string all;
  Bytes scratch;
  std::vector<float> factors;
  for (Row position = 0; position < segment.rows(); ++position) {
    VECSTORE_ASSIGN(const Row row, segment.in_id_order(position));
    VECSTORE_ASSIGN(Record record, read_record(schema, segment, row, {}));
    all += record.to_json() + " " + std::to_string(segment.dead_at(row)) + "\n";
    VECSTORE_ASSIGN(const auto found, segment.find(record.id, hash64(as_bytes(record.id)),
                                                   segment.rows(), [](Row) { return true; }));
    all += std::to_string(found.value_or(~Row{0})) + " of " + std::to_string(row);
    if (!segment.has_field(0)) continue;
    VECSTORE_ASSIGN(const index::DenseRows one, segment.dense(0, row, 1, scratch, factors));
    VECSTORE_ASSIGN(const bool has, segment.has_vector(0, row));
    if (!has && segment.all_have_vector(0)) return internal_error("a row lacks the vector");
    if (has && one.factors != nullptr) all += " norm " + std::to_string(one.factors[0]);
  }
  Status status;
  VECSTORE_ASSIGN(const text::FieldView words, segment.text_index(0, segment.rows()));
  VECSTORE_TRY(words.for_each_term("", [&](std::string_view term, std::uint32_t with) {
    all += "\n" + std::string(term) + " " + std::to_string(with) + ":";
    const auto postings = words.postings(term);
    if (status.ok()) status = postings.status();
    for (; status.ok() && (*postings)->row() != text::kNoRow; (*postings)->next())
      all += " " + std::to_string((*postings)->row());
    if (status.ok()) status = (*postings)->status();
  }));
  VECSTORE_TRY(status);
  return all;
}

TEST(FileSegment, holds_what_the_memory_segment_held) {
  for (const ElementType storage :
       {ElementType::kF32, ElementType::kF16, ElementType::kBF16, ElementType::kI8}) {
    for (const io::Access access : {io::Access::kRead, io::Access::kMap}) {
      Written written(300, storage);
      const auto segment = written.open(access).value();
      ASSERT_EQ(segment->rows(), 300u);
      for (Row row = 0; row < 300; ++row)
        EXPECT_EQ(read_record(written.schema, *segment, row, {}).value().to_json(),
                  read_record(written.schema, *written.memory, row, {}).value().to_json());
      EXPECT_FALSE(segment->has_field(2)) << "no row had it";
      EXPECT_TRUE(segment->verify_structure().ok());
    }
  }
}

TEST(FileSegment, ids_come_in_byte_order_and_each_is_found) {
  Written written(300);
  const auto segment = written.open().value();
  Bytes scratch;
  std::string before;
  for (Row position = 0; position < 300; ++position) {
    const Row row = segment->in_id_order(position).value();
    const std::string id(segment->id(row, scratch).value());
    EXPECT_LT(before, id);
    before = id;
    const auto find = [&](Row bound) {
      return segment->find(id, hash64(as_bytes(id)), bound, [](Row) { return true; }).value();
    };
    EXPECT_EQ(find(300), row);
    EXPECT_EQ(find(row), std::nullopt) << "below the bound only";
  }
  EXPECT_EQ(
      segment->find("nobody", hash64(as_bytes("nobody")), 300, [](Row) { return true; }).value(),
      std::nullopt);
}

TEST(FileSegment, dead_rows_are_left_out_of_the_plan) {
  Written written(20);
  written.memory->mark_dead(3, 50);
  written.memory->mark_dead(4, 60);
  const SegmentPlan plan =
      plan_segment(kCollection, written.schema, {written.memory}, 50, 0).value();
  EXPECT_EQ(plan.rows.size(), 19u) << "the row that died later may be asked for by older readers";
}

TEST(FileSegment, a_plan_is_in_order_of_the_writes_whatever_the_order_of_its_sources) {
  Written written(5);
  const auto older = std::make_shared<MemorySegment>(1);
  for (const std::uint64_t sequence : {2u, 9u}) {
    RecordView view;
    const std::string id = "o" + std::to_string(sequence);
    view.id = id;
    RowInfo info;
    info.sequence = sequence;
    ASSERT_TRUE(older->append(written.schema, view, hash64(as_bytes(id)), info).ok());
  }
  written.memory->mark_dead(1, 20);
  const SegmentPlan plan =
      plan_segment(kCollection, written.schema, {written.memory, older}, 30, 0).value();
  std::vector<std::uint64_t> sequences;
  for (const SourceRow& at : plan.rows)
    sequences.push_back(plan.sources[at.source]->info(at.row).value().sequence);
  EXPECT_EQ(sequences, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 9}));
  EXPECT_EQ(plan.min_sequence, 1u);
  EXPECT_EQ(plan.max_sequence, 9u);
}

TEST(FileSegment, another_identity_collection_or_schema_is_refused) {
  Written written(10);
  const auto open = [&](storage::BlockFileIdentity identity, std::uint32_t collection,
                        const Schema& schema) {
    return FileSegment::open(written.files, kPath, io::Access::kRead, identity, collection, schema)
        .status()
        .code();
  };
  EXPECT_EQ(open({kSegmentKind, kDatabase + 1, 1}, kCollection, written.schema), Code::kDataLoss);
  EXPECT_EQ(open({kMaskKind, kDatabase, 1}, kCollection, written.schema), Code::kDataLoss);
  EXPECT_EQ(open(written.identity, kCollection + 1, written.schema), Code::kDataLoss);
  Schema other = written.schema;
  other.fields[0].dimension = 6;
  EXPECT_EQ(open(written.identity, kCollection, other), Code::kDataLoss);
  other = written.schema;
  other.fields.resize(1);
  EXPECT_EQ(open(written.identity, kCollection, other), Code::kDataLoss);
}

// Promise G3: a damaged byte is an error or no matter, never a wrong answer, a crash or a hang.
// True when it was an error.
bool refused_or_right(Written& written, io::Access access, const std::string& right,
                      const std::string& what) {
  const auto segment = written.open(access);
  if (!segment.ok()) {
    EXPECT_NE(segment.status().message().find("1.seg"), std::string::npos) << what;
    return true;
  }
  static_cast<void>((*segment)->verify_structure().ok());
  const Result<std::string> found = dump(**segment, written.schema);
  EXPECT_TRUE(!found.ok() || *found == right) << what;
  return !found.ok();
}

TEST(FileSegment, every_flipped_byte_is_an_error_or_no_matter) {
  for (const ElementType storage : {ElementType::kF32, ElementType::kI8}) {
    Written written(9, storage);
    const std::string right = dump(*written.open().value(), written.schema).value();
    const Bytes whole = written.files.content(kPath).value();
    Random random(2026);
    std::size_t refused = 0;
    for (std::size_t at = 0; at < whole.size(); at += kShare) {
      Bytes damaged = whole;
      damaged[at] ^= static_cast<std::byte>(1 + random.below(255));
      ASSERT_TRUE(written.files.set_content(kPath, damaged).ok());
      const io::Access access = at / kShare % 2 == 0 ? io::Access::kRead : io::Access::kMap;
      refused += refused_or_right(written, access, right, "byte " + std::to_string(at)) ? 1 : 0;
    }
    EXPECT_GT(refused, whole.size() / kShare / 40) << "bytes mean something";
  }
}

TEST(FileSegment, every_truncation_is_refused) {
  Written written(24);
  const Bytes whole = written.files.content(kPath).value();
  for (std::size_t length = 0; length < whole.size(); length += length % 512 == 511 ? 1 : 7) {
    const ByteView part = ByteView(whole).first(length);
    ASSERT_TRUE(written.files.set_content(kPath, part).ok());
    EXPECT_FALSE(written.open().ok()) << length;
  }
}

TEST(MaskFile, marks_the_rows_it_names) {
  Written written(24);
  const auto segment = written.open().value();
  ASSERT_TRUE(write_mask(written.files, "s/2.del", kDatabase, 2, 1, {3, 9}).ok());
  ASSERT_TRUE(load_mask(written.files, "s/2.del", kDatabase, 2, *segment).ok());
  EXPECT_EQ(segment->dead_rows(), 2u);
  EXPECT_EQ(dead_rows_until(*segment, 1), (std::vector<Row>{3, 9}));
}

TEST(MaskFile, of_another_segment_or_beyond_its_rows_is_refused) {
  Written written(24);
  const auto segment = written.open().value();
  ASSERT_TRUE(write_mask(written.files, "s/2.del", kDatabase, 2, 5, {3}).ok());
  EXPECT_EQ(load_mask(written.files, "s/2.del", kDatabase, 2, *segment).code(), Code::kDataLoss);
  ASSERT_TRUE(write_mask(written.files, "s/3.del", kDatabase, 3, 1, {24}).ok());
  EXPECT_EQ(load_mask(written.files, "s/3.del", kDatabase, 3, *segment).code(), Code::kDataLoss);
}

TEST(MaskFile, every_flipped_byte_and_every_truncation_is_an_error_or_no_matter) {
  Written written(24);
  ASSERT_TRUE(write_mask(written.files, "s/2.del", kDatabase, 2, 1, {3, 9, 11}).ok());
  const Bytes whole = written.files.content("s/2.del").value();
  const auto expect_safe = [&](ByteView content, std::size_t at) {
    ASSERT_TRUE(written.files.set_content("s/2.del", content).ok());
    const auto segment = written.open().value();
    const Status status = load_mask(written.files, "s/2.del", kDatabase, 2, *segment);
    EXPECT_TRUE(!status.ok() || dead_rows_until(*segment, 1) == (std::vector<Row>{3, 9, 11})) << at;
  };
  for (std::size_t at = 0; at < whole.size(); ++at) {
    Bytes damaged = whole;
    damaged[at] ^= std::byte{0x41};
    expect_safe(damaged, at);
    expect_safe(ByteView(whole).first(at), at);
  }
}

TEST(SegmentWriter, stops_when_the_pace_says_so_and_leaves_no_file) {
  Written written(24);
  const SegmentPlan plan =
      plan_segment(kCollection, written.schema, {written.memory}, 1'000'000, 0).value();
  const auto stopped = write_segment(written.files, "s/9.seg", {kSegmentKind, kDatabase, 9}, plan,
                                     [] { return cancelled("enough"); });
  EXPECT_EQ(stopped.status().code(), Code::kCancelled);
  EXPECT_FALSE(written.files.exists("s/9.seg").value());
}

}  // namespace
}  // namespace vecstore::db
