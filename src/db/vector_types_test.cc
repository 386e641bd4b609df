#include <gtest/gtest.h>

#include "vecstore/options.h"
#include "vecstore/vector.h"

namespace vecstore {
namespace {

TEST(VectorTypes, every_name_reads_back) {
  for (const VectorKind kind :
       {VectorKind::kDense, VectorKind::kSparse, VectorKind::kBinary, VectorKind::kMulti}) {
    EXPECT_EQ(parse_vector_kind(vector_kind_name(kind)).value(), kind);
  }
  for (const ElementType type :
       {ElementType::kF32, ElementType::kF16, ElementType::kBF16, ElementType::kI8}) {
    EXPECT_EQ(parse_element_type(element_type_name(type)).value(), type);
  }
  for (const Durability durability : {Durability::kFull, Durability::kNormal, Durability::kOff}) {
    EXPECT_EQ(parse_durability(durability_name(durability)).value(), durability);
  }
}

TEST(VectorTypes, names_are_those_of_the_documentation) {
  EXPECT_EQ(vector_kind_name(VectorKind::kBinary), "binary");
  EXPECT_EQ(element_type_name(ElementType::kBF16), "bf16");
  EXPECT_EQ(durability_name(Durability::kOff), "off");
  EXPECT_EQ(parse_element_type("BF16").value(), ElementType::kBF16) << "case does not matter";
}

TEST(VectorTypes, an_unknown_name_is_an_error_that_lists_the_known) {
  EXPECT_EQ(parse_vector_kind("dens").status().message(),
            "unknown vector kind 'dens', known are dense, sparse, binary, multi");
  EXPECT_EQ(parse_element_type("").status().message(),
            "unknown element type '', known are f32, f16, bf16, i8");
  EXPECT_EQ(parse_durability("none").status().message(),
            "unknown durability 'none', known are full, normal, off");
}

TEST(VectorTypes, dimension_is_components_bits_or_components_of_a_row) {
  EXPECT_EQ(Vector({1, 2, 3}).dimension(), 3u);
  EXPECT_EQ(Vector(SparseVector{100, {1}, {0.5f}}).dimension(), 100u);
  EXPECT_EQ(Vector(BinaryVector{12, {0xff, 0xf0}}).dimension(), 12u);
  EXPECT_EQ(Vector(MultiVector{2, {1, 2, 3, 4}}).dimension(), 2u);
}

TEST(VectorTypes, only_a_vector_that_says_nothing_is_empty) {
  EXPECT_TRUE(Vector().empty());
  EXPECT_TRUE(Vector(SparseVector{}).empty());
  EXPECT_TRUE(Vector(BinaryVector{}).empty());
  EXPECT_TRUE(Vector(MultiVector{4, {}}).empty());
  EXPECT_FALSE(Vector({0}).empty());
  EXPECT_FALSE(Vector(SparseVector{100, {}, {}}).empty()) << "all zeros";
  EXPECT_FALSE(Vector(SparseVector{0, {1}, {2}}).empty())
      << "wrong, and refused rather than taken for none";
  EXPECT_FALSE(Vector(BinaryVector{8, {0}}).empty());
  EXPECT_FALSE(Vector(MultiVector{2, {1, 2}}).empty());
}

}  // namespace
}  // namespace vecstore
