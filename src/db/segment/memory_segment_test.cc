#include "db/segment/memory_segment.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/hash.h"
#include "db/segment/record_reader.h"

namespace vecstore::db {
namespace {

Schema two_fields(ElementType storage = ElementType::kF32) {
  CollectionOptions options;
  options.dimension = 2;
  options.storage = storage;
  options.fields = {{"bits", VectorKind::kBinary, 8, Metric::kHamming, ElementType::kF32}};
  return Schema::from_options(options).value();
}

class Segment {
 public:
  explicit Segment(Schema schema = two_fields()) : schema_(std::move(schema)) {}

  Row add(const Record& record, RowInfo info = {}) {
    Bytes payload;
    EXPECT_TRUE(encode_record(schema_, "c", record, payload).ok());
    const RecordView view = decode_record(schema_, payload).value();
    info.expires_at = view.expires_at;
    return segment->append(schema_, view, hash64(as_bytes(view.id)), info).value();
  }
  Record read(Row row) const { return read_record(schema_, *segment, row, {}).value(); }
  std::optional<Row> find(std::string_view id, Row bound) const {
    return segment
        ->find(id, hash64(as_bytes(id)), bound,
               [this](Row row) { return segment->dead_at(row) == 0; })
        .value();
  }

  std::shared_ptr<MemorySegment> segment = std::make_shared<MemorySegment>(1);

 private:
  Schema schema_;
};

TEST(MemorySegment, records_come_back_as_they_were_written) {
  Segment in;
  for (int i = 0; i < 500; ++i) {
    Record record{.id = "id" + std::to_string(i)};
    if (i % 2 == 0) record.vector = Vector({static_cast<float>(i), 1});
    if (i % 3 == 0) record.metadata = Metadata{{"i", i}};
    if (i % 5 == 0) record.text = std::string(static_cast<std::size_t>(i % 7), 't');
    if (i >= 200)  // a field that appears late
      record.vectors = {{"bits", BinaryVector{8, {static_cast<std::uint8_t>(i)}}}};
    EXPECT_EQ(in.add(record), static_cast<Row>(i));
    EXPECT_EQ(in.segment->has_field(1), i >= 200);
  }
  for (int i = 0; i < 500; ++i) {
    const Record record = in.read(static_cast<Row>(i));
    EXPECT_EQ(record.id, "id" + std::to_string(i));
    EXPECT_EQ(record.vector.empty(), i % 2 != 0);
    if (i % 2 == 0) {
      EXPECT_EQ(record.vector, Vector({static_cast<float>(i), 1}));
    }
    EXPECT_EQ(record.metadata.find("i") != nullptr, i % 3 == 0);
    EXPECT_EQ(record.text.has_value(), i % 5 == 0) << "empty text is text";
    EXPECT_EQ(record.vectors.size(), i >= 200 ? 1u : 0u);
  }
}

TEST(MemorySegment, finds_the_newest_row_below_the_bound_that_is_accepted) {
  Segment in;
  for (int i = 0; i < 3; ++i) in.add({.id = "same"});
  in.add({.id = "other"});
  EXPECT_EQ(in.find("same", 4), 2u);
  EXPECT_EQ(in.find("same", 2), 1u);
  in.segment->mark_dead(1, 9);
  EXPECT_EQ(in.find("same", 2), 0u);
  EXPECT_EQ(in.find("other", 3), std::nullopt);
  EXPECT_EQ(in.find("none", 4), std::nullopt);
}

TEST(MemorySegment, marks_count_dead_rows_and_can_be_taken_back) {
  Segment in;
  in.add({.id = "a"});
  in.add({.id = "b"});
  in.segment->mark_dead(0, 7);
  in.segment->mark_dead(0, 8);
  EXPECT_EQ(in.segment->dead_rows(), 1u);
  EXPECT_EQ(in.segment->dead_at(0), 8u);
  EXPECT_EQ(in.segment->last_death(), 8u);
  in.segment->mark_dead(0, 0);
  in.segment->mark_dead(1, 0);
  EXPECT_EQ(in.segment->dead_rows(), 0u);
}

TEST(MemorySegment, dense_rows_carry_norm_and_scale) {
  Segment in;
  for (int i = 0; i < 100; ++i) in.add({.id = std::to_string(i), .vector = {3, 4}});
  Bytes scratch;
  std::vector<float> factors;
  const index::DenseRows rows = in.segment->dense(0, 10, 1000, scratch, factors).value();
  EXPECT_EQ(rows.count, 54u) << "to the end of the first chunk of 64";
  EXPECT_EQ(rows.factors[0], 5);
  EXPECT_EQ(rows.factors[1], 1);
  EXPECT_EQ(in.segment->dense(0, 10, 7, scratch, factors).value().count, 7u);
}

TEST(MemorySegment, i8_rows_keep_their_scale) {
  Segment in(two_fields(ElementType::kI8));
  in.add({.id = "a", .vector = {0.5f, -1}});
  const Vector vector = in.read(0).vector;
  EXPECT_NEAR((*vector.dense())[0], 0.5f, 0.005f);
  EXPECT_NEAR((*vector.dense())[1], -1, 1e-6f);
}

TEST(MemorySegment, only_times_make_counting_look_at_rows) {
  Segment in;
  in.add({.id = "a"});
  EXPECT_FALSE(in.segment->has_times());
  in.add({.id = "b", .expires_at = 5});
  EXPECT_TRUE(in.segment->has_times());
}

TEST(MemorySegment, bytes_are_counted_by_component) {
  Segment in;
  in.add({.id = "abc", .vector = {1, 2}, .metadata = {{"k", 1}}, .text = "four"});
  const SegmentBytes bytes = in.segment->bytes();
  EXPECT_EQ(bytes.ids, 3u);
  EXPECT_EQ(bytes.text, 4u);
  EXPECT_EQ(bytes.vectors, 8u);
  EXPECT_GT(bytes.metadata, 2u);
  EXPECT_EQ(in.segment->payload_bytes(), 3 + 4 + 8 + bytes.metadata + sizeof(RowInfo));
}

}  // namespace
}  // namespace vecstore::db
