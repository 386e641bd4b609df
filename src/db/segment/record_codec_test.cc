#include "db/segment/record_codec.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/value_codec.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

Schema rich_schema() {
  CollectionOptions options;
  options.dimension = 3;
  options.fields = {{"words", VectorKind::kSparse, 100, Metric::kDot, ElementType::kF32},
                    {"bits", VectorKind::kBinary, 12, Metric::kHamming, ElementType::kF32},
                    {"tokens", VectorKind::kMulti, 2, Metric::kCosine, ElementType::kF32},
                    {"small", VectorKind::kDense, 4, Metric::kEuclidean, ElementType::kI8}};
  return Schema::from_options(options).value();
}

Record rich_record() {
  Record record;
  record.id = "a/\xc3\xa9";
  record.vector = {1, 2, 3};
  record.metadata = Metadata{{"n", 1}, {"deep", Object{{"x", List{1.5, "y", Value()}}}}};
  record.text = std::string("text\0with nul", 13);
  record.expires_at = 123'456;
  record.vectors = {{"words", SparseVector{100, {3, 99}, {0.5f, -1}}},
                    {"bits", BinaryVector{12, {0xab, 0xc0}}},
                    {"tokens", MultiVector{2, {1, 0, 0, 1}}},
                    {"small", Vector({127, -127, 0, 1})}};
  return record;
}

Bytes encoded(const Record& record) {
  Bytes bytes;
  EXPECT_TRUE(encode_record(rich_schema(), "c", record, bytes).ok());
  return bytes;
}

std::string refusal(const Record& record) {
  Bytes bytes;
  const Status status = encode_record(rich_schema(), "c", record, bytes);
  EXPECT_EQ(status.code(), Code::kInvalidArgument) << status.to_string();
  return status.message();
}

TEST(RecordCodec, every_part_of_a_record_comes_back) {
  const Schema schema = rich_schema();
  const Record record = rich_record();
  const Bytes bytes = encoded(record);
  const RecordView view = decode_record(schema, bytes).value();
  EXPECT_EQ(view.id, record.id);
  EXPECT_EQ(view.text, record.text);
  EXPECT_EQ(view.expires_at, record.expires_at);
  EXPECT_TRUE(decode_object(view.metadata).value() == record.metadata);
  ASSERT_EQ(view.vectors.size(), 5u);
  EXPECT_EQ(decode_vector(schema.fields[0], view.vectors[0].bytes).value(), record.vector);
  for (std::size_t i = 0; i < record.vectors.size(); ++i) {
    EXPECT_EQ(view.vectors[i + 1].field, i + 1);
    EXPECT_EQ(decode_vector(schema.fields[i + 1], view.vectors[i + 1].bytes).value(),
              record.vectors[i].vector);
  }
}

TEST(RecordCodec, a_view_encodes_to_the_bytes_it_came_from) {
  const Bytes bytes = encoded(rich_record());
  Bytes again;
  encode_view(decode_record(rich_schema(), bytes).value(), again);
  EXPECT_EQ(again, bytes);
  Bytes bare;
  encode_view(decode_record(rich_schema(), encoded({.id = "x"})).value(), bare);
  EXPECT_EQ(bare, encoded({.id = "x"}));
}

TEST(RecordCodec, absent_and_empty_text_differ) {
  EXPECT_FALSE(decode_record(rich_schema(), encoded({.id = "x"})).value().text.has_value());
  EXPECT_EQ(decode_record(rich_schema(), encoded({.id = "x", .text = ""})).value().text, "");
}

TEST(RecordCodec, every_cut_payload_is_refused) {
  const Bytes bytes = encoded(rich_record());
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_EQ(decode_record(rich_schema(), ByteView(bytes).first(length)).status().code(),
              Code::kDataLoss)
        << length;
  Bytes longer = bytes;
  longer.push_back(std::byte{0});
  EXPECT_FALSE(decode_record(rich_schema(), longer).ok());
}

// The log's checksums stop damage before it gets here; what passes them must still not crash.
TEST(RecordCodec, no_changed_byte_crashes_it) {
  const Schema schema = rich_schema();
  const Bytes bytes = encoded(rich_record());
  Random random(99);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int round = 0; round < 8; ++round) {
      Bytes damaged = bytes;
      damaged[at] = static_cast<std::byte>(random.below(256));
      const Result<RecordView> view = decode_record(schema, damaged);
      for (std::size_t i = 0; view.ok() && i < view->vectors.size(); ++i)
        EXPECT_TRUE(
            decode_vector(schema.fields[view->vectors[i].field], view->vectors[i].bytes).ok());
      static_cast<void>(decode_update(schema, damaged).ok());
    }
  }
}

TEST(RecordCodec, ids_outside_the_limits_are_refused) {
  EXPECT_EQ(refusal({.id = ""}), "id is empty");
  EXPECT_EQ(refusal({.id = std::string(10 << 20, 'x')}),
            "id has 10485760 bytes, the limit is 1024");
  EXPECT_EQ(refusal({.id = std::string("a\0b", 3)}), "id holds a NUL byte");
  EXPECT_EQ(refusal({.id = "\xff"}), "id is not valid UTF-8");
  EXPECT_FALSE(encoded({.id = std::string(1024, 'x')}).empty());
}

TEST(RecordCodec, text_and_metadata_outside_the_limits_are_refused) {
  EXPECT_EQ(refusal({.id = "a", .text = std::string(kMaxTextBytes + 1, 'x')}),
            "text has 16777217 bytes, the limit is 16777216");
  EXPECT_EQ(refusal({.id = "a", .text = "ab\xff"}), "text is not valid UTF-8 at byte 2");
  EXPECT_EQ(refusal({.id = "a", .metadata = {{"x", std::string(1 << 20, 'x')}}}),
            "metadata takes 1048583 bytes, the limit is 1048576");
  Value deep = 1;
  for (int i = 0; i < 64; ++i) deep = List{deep};
  EXPECT_EQ(refusal({.id = "a", .metadata = {{"x", deep}}}),
            "metadata is nested deeper than 64 levels");
  EXPECT_EQ(refusal({.id = "a", .metadata = {{"x", 1.0 / 0.0}}}),
            "metadata holds a number that is not finite");
  EXPECT_EQ(refusal({.id = "a", .metadata = {{"\xff", 1}}}),
            "metadata holds a key that is not valid UTF-8");
}

TEST(RecordCodec, vectors_that_do_not_fit_are_refused_by_name) {
  EXPECT_EQ(refusal({.id = "a", .vector = {1, 2}}),
            "vector has 2 dimensions, collection 'c' has 3");
  EXPECT_EQ(refusal({.id = "a", .vectors = {{"none", Vector({1})}}}),
            "collection 'c' has no vector field 'none'");
  EXPECT_EQ(refusal({.id = "a", .vectors = {{"bits", Vector({1})}}}),
            "vector is dense, field 'bits' of collection 'c' is binary");
  EXPECT_EQ(refusal({.id = "a", .vector = {1, 2, 3}, .vectors = {{"vector", Vector({1, 2, 3})}}}),
            "vector field 'vector' is given twice");
  EXPECT_EQ(refusal({.id = "a", .vector = {0, 0, 0}}),
            "a zero vector has no direction: cosine refuses it");
  EXPECT_EQ(refusal({.id = "a", .vector = {0, std::numeric_limits<float>::quiet_NaN(), 0}}),
            "vector component 1 is not a finite number");
  EXPECT_EQ(refusal({.id = "a", .vector = {0, 1, -std::numeric_limits<float>::infinity()}}),
            "vector component 2 is not a finite number");
}

TEST(RecordCodec, sparse_binary_and_multi_vectors_are_checked_inside) {
  const auto with = [](const char* field, Vector vector) {
    return refusal({.id = "a", .vectors = {{field, std::move(vector)}}});
  };
  EXPECT_EQ(with("words", SparseVector{100, {5, 5}, {1, 2}}),
            "sparse indices must ascend: 5 is followed by 5");
  EXPECT_EQ(with("words", SparseVector{100, {100}, {1}}),
            "sparse index 100 is outside dimension 100");
  EXPECT_EQ(with("words", SparseVector{100, {1, 2}, {1}}),
            "sparse vector has 2 indices and 1 values");
  EXPECT_EQ(with("bits", BinaryVector{12, {1}}),
            "binary vector of 12 bits has 1 bytes, expected 2");
  EXPECT_EQ(with("bits", BinaryVector{12, {1, 1}}), "binary vector has bits set beyond its 12");
  EXPECT_EQ(with("tokens", MultiVector{2, {1, 2, 3}}),
            "multi vector has 3 components, not a multiple of 2");
  EXPECT_EQ(with("tokens", MultiVector{2, {1, 2, 0, 0}}),
            "vector 1: a zero vector has no direction: cosine refuses it");
}

TEST(UpdateCodec, every_part_of_an_update_comes_back) {
  const Schema schema = rich_schema();
  Update update;
  update.id = "a";
  update.metadata = Metadata{{"n", 1}};
  update.metadata_patch = Metadata{{"n", Value()}};
  update.text = "new";
  update.expires_at = 0;
  update.vectors = {{"vector", Vector({1, 0, 0})}, {"bits", Vector()}};
  Bytes bytes;
  ASSERT_TRUE(encode_update(schema, "c", update, bytes).ok());
  const UpdateView view = decode_update(schema, bytes).value();
  EXPECT_EQ(view.id, "a");
  EXPECT_TRUE(decode_object(*view.metadata).value() == *update.metadata);
  EXPECT_TRUE(decode_object(*view.patch).value() == *update.metadata_patch);
  EXPECT_EQ(view.text, "new");
  EXPECT_EQ(view.expires_at, 0);
  EXPECT_FALSE(view.remove_text);
  ASSERT_EQ(view.vectors.size(), 2u);
  EXPECT_TRUE(view.vectors[1].bytes.empty()) << "bits go";
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(decode_update(schema, ByteView(bytes).first(length)).ok()) << length;
}

TEST(UpdateCodec, contradictions_are_refused) {
  const Schema schema = rich_schema();
  Bytes bytes;
  Update both{.id = "a", .text = "x", .remove_text = true};
  EXPECT_EQ(encode_update(schema, "c", both, bytes).message(),
            "update of 'a' both sets and removes the text");
  Update twice{.id = "a", .vectors = {{"bits", Vector()}, {"bits", Vector()}}};
  EXPECT_EQ(encode_update(schema, "c", twice, bytes).message(),
            "vector field 'bits' is given twice");
  Update early{.id = "a", .expires_at = -1};
  EXPECT_EQ(encode_update(schema, "c", early, bytes).message(), "expires_at is -1, before 1970");
}

TEST(RecordCodec, vectors_that_are_cut_are_damage_and_whole_ones_come_back) {
  const std::pair<VectorField, Vector> kVectors[] = {
      {{"dense", VectorKind::kDense, 3}, Vector({1, 2, 3})},
      {{"sparse", VectorKind::kSparse, 50}, Vector(SparseVector{50, {1, 30}, {1, 2}})},
      {{"bits", VectorKind::kBinary, 12, Metric::kHamming}, Vector(BinaryVector{12, {1, 0xc0}})},
      {{"multi", VectorKind::kMulti, 2}, Vector(MultiVector{2, {1, 2, 3, 4}})}};
  for (const auto& [field, vector] : kVectors) {
    Bytes bytes;
    encode_vector(field, vector, bytes);
    EXPECT_EQ(decode_vector(field, bytes).value(), vector) << field.name;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const Result<Vector> cut = decode_vector(field, ByteView(bytes).first(size));
      EXPECT_TRUE(cut.ok() || cut.status().code() == Code::kDataLoss) << field.name << size;
    }
    const std::size_t most = bytes.size() - 1;
    EXPECT_FALSE(decode_vector(field, ByteView(bytes).first(most)).ok()) << field.name;
  }
}

}  // namespace
}  // namespace vecstore::db
