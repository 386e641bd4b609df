#include "meta/column_builder.h"

#include <gtest/gtest.h>

#include <string>

namespace vecstore::meta {
namespace {

EncodedValue text(std::string_view value) { return {.kind = Value::Kind::kString, .text = value}; }
EncodedValue boolean(bool value) { return {.kind = Value::Kind::kBool, .boolean = value}; }

TEST(ColumnBuilder, counts_values_by_kind_and_pairs_by_how_they_are_stored) {
  ColumnBuilder builder;
  bool ok = true;
  for (std::uint32_t row = 0; row < 640; ++row) {
    if (row % 2 == 0) builder.add(row, text(row == 2 ? "2024-05-01" : "often"), ok);
    if (row == 1) builder.add(row, boolean(true), ok);
    if (row == 3) builder.add(row, {.kind = Value::Kind::kDouble, .real = 2}, ok);
    if (row == 5) builder.add(row, {.kind = Value::Kind::kDouble, .real = 2.5}, ok);
    if (row == 7) builder.add(row, {.kind = Value::Kind::kObject}, ok);
  }
  Bytes data;
  const ColumnShape shape = builder.encode(640, 128, data);
  EXPECT_TRUE(ok);
  EXPECT_EQ(shape.offset, 128u);
  EXPECT_EQ(shape.bools, 2u);
  EXPECT_EQ(shape.ints, 1u);
  EXPECT_EQ(shape.doubles, 1u);
  EXPECT_EQ(shape.strings, 2u);
  EXPECT_EQ(shape.objects, 1u);
  EXPECT_EQ(shape.string_bytes, 15u);
  EXPECT_EQ(shape.times, 1u);
  EXPECT_EQ(shape.dense, 1u);
  EXPECT_EQ(shape.sparse, 5u);
  EXPECT_EQ(shape.present, (RowSetShape{RowSetKind::kBitmap, 324}));
  EXPECT_EQ(shape.lists, RowSetShape());
  EXPECT_EQ(data.size(), layout_of(shape, 640).end - 128);
}

TEST(ColumnBuilder, strings_too_long_are_irregular) {
  ColumnBuilder builder;
  bool ok = true;
  const std::string longest(kMaxColumnTextBytes, 'x');
  builder.add(0, text(longest), ok);
  builder.add(1, text(longest + "x"), ok);
  Bytes data;
  const ColumnShape shape = builder.encode(2, 0, data);
  EXPECT_EQ(shape.strings, 1u);
  EXPECT_EQ(shape.present, (RowSetShape{RowSetKind::kArray, 1}));
  EXPECT_EQ(shape.irregular, (RowSetShape{RowSetKind::kArray, 1}));
}

TEST(ColumnBuilder, too_many_different_values_leave_the_rows_alone) {
  ColumnBuilder builder(100);
  bool ok = true;
  for (std::uint32_t row = 0; row < 50; ++row)
    builder.add(row, text("value " + std::to_string(row)), ok);
  Bytes data;
  const ColumnShape shape = builder.encode(50, 0, data);
  EXPECT_EQ(shape.codes(), 0u);
  EXPECT_EQ(shape.sparse, 0u);
  EXPECT_EQ(shape.present, RowSetShape());
  EXPECT_EQ(shape.irregular, (RowSetShape{RowSetKind::kAll, 50}));
}

}  // namespace
}  // namespace vecstore::meta
