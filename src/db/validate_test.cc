// What is refused before it enters a store, each with its number and its limit.
#include "db/validate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

void expect_refused(const Status& status, const std::string& why) {
  EXPECT_EQ(status.code(), Code::kInvalidArgument) << status.to_string();
  EXPECT_NE(status.message().find(why), std::string::npos) << status.to_string();
}

Status check(const VectorField& field, const Vector& vector) {
  return check_vector(field, "things", vector);
}

TEST(Validate, sparse_vectors_are_bounded_ascend_and_have_as_many_values_as_indices) {
  const VectorField field{"words", VectorKind::kSparse, 1'000'000, Metric::kDot};
  SparseVector many{1'000'000, std::vector<std::uint32_t>(kMaxSparseEntries + 1),
                    DenseVector(kMaxSparseEntries + 1, 1.0f)};
  std::iota(many.indices.begin(), many.indices.end(), 0u);
  expect_refused(check(field, many), "65537 entries, the limit is 65536");
  many.indices.pop_back();
  expect_refused(check(field, many), "65536 indices and 65537 values");
  many.values.pop_back();
  EXPECT_TRUE(check(field, many).ok());
  expect_refused(check(field, SparseVector{1'000'000, {5, 5}, {1, 2}}), "must ascend");
  expect_refused(check(field, SparseVector{1'000'000, {1'000'000}, {1}}), "outside dimension");
}

TEST(Validate, multi_vectors_are_bounded_and_whole) {
  const VectorField field{"tokens", VectorKind::kMulti, 2, Metric::kDot};
  expect_refused(check(field, MultiVector{2, {1, 2, 3}}), "not a multiple of 2");
  expect_refused(check(field, MultiVector{2, DenseVector(2 * (kMaxMultiVectors + 1), 1.0f)}),
                 "the limit is " + std::to_string(kMaxMultiVectors));
  expect_refused(check(field, MultiVector{2, {1, 2, NAN, 4}}), "vector 1");
  EXPECT_TRUE(check(field, MultiVector{2, {1, 2, 3, 4}}).ok());
  const VectorField none{"tokens", VectorKind::kMulti, 0, Metric::kDot};
  expect_refused(check(none, MultiVector{0, {1, 2}}), "not a multiple of 0");
}

TEST(Validate, binary_vectors_have_their_bytes_and_no_bits_beyond) {
  const VectorField field{"bits", VectorKind::kBinary, 12, Metric::kHamming};
  expect_refused(check(field, BinaryVector{12, {1}}), "has 1 bytes, expected 2");
  expect_refused(check(field, BinaryVector{12, {1, 0x0f}}), "beyond its 12");
  EXPECT_TRUE(check(field, BinaryVector{12, {1, 0xf0}}).ok());
}

Value nested(std::size_t levels, bool lists) {
  Value value = 1;
  for (std::size_t i = 0; i < levels; ++i)
    value = lists ? Value(List{std::move(value)}) : Value(Object{{"x", std::move(value)}});
  return value;
}

TEST(Validate, metadata_is_utf8_finite_and_not_too_deep) {
  expect_refused(check_metadata(Metadata{{"x", "\xff"}}), "string that is not valid UTF-8");
  expect_refused(check_metadata(Metadata{{"\xff", 1}}), "key that is not valid UTF-8");
  expect_refused(check_metadata(Metadata{{"x", INFINITY}}), "not finite");
  expect_refused(check_metadata(Metadata{{"x", List{1, "\xff"}}}), "UTF-8");
  expect_refused(check_metadata(Metadata{{"x", nested(kMaxMetadataDepth + 1, false)}}), "deeper");
  expect_refused(check_metadata(Metadata{{"x", nested(kMaxMetadataDepth + 1, true)}}), "deeper");
  EXPECT_TRUE(check_metadata(Metadata{{"x", nested(kMaxMetadataDepth / 2, false)}}).ok());
}

TEST(Validate, names_are_short_utf8_without_control_characters) {
  expect_refused(check_name("field", ""), "field name is empty");
  expect_refused(check_name("field", std::string(kMaxNameBytes + 1, 'x')), "the limit is");
  expect_refused(check_name("field", "\xff"), "not valid UTF-8");
  expect_refused(check_name("field", "a\x7f"), "control character");
  expect_refused(check_name("field", "a\n"), "control character");
  EXPECT_TRUE(check_name("field", "größe").ok());
}

}  // namespace
}  // namespace vecstore::db
