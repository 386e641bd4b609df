#include "index/vector_codec.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/coding.h"
#include "base/random.h"

namespace vecstore::index {
namespace {

std::vector<float> random_values(std::uint64_t seed, std::size_t count) {
  Random random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

std::vector<float> through(ElementType type, const std::vector<float>& values) {
  Bytes bytes;
  encode_dense(type, values, bytes);
  EXPECT_EQ(bytes.size(), encoded_bytes(type, values.size()));
  std::vector<float> back(values.size());
  decode_dense(type, bytes, back);
  return back;
}

TEST(VectorCodec, a_component_takes_4_2_2_and_1_bytes) {
  EXPECT_EQ(element_bytes(ElementType::kF32), 4u);
  EXPECT_EQ(element_bytes(ElementType::kF16), 2u);
  EXPECT_EQ(element_bytes(ElementType::kBF16), 2u);
  EXPECT_EQ(element_bytes(ElementType::kI8), 1u);
  EXPECT_EQ(encoded_bytes(ElementType::kF16, 7), 14u);
  EXPECT_EQ(encoded_bytes(ElementType::kI8, 7), 11u) << "the scale comes first";
}

TEST(VectorCodec, f32_comes_back_exactly_at_every_length) {
  for (std::size_t length = 0; length <= 257; ++length) {
    const auto values = random_values(length, length);
    EXPECT_EQ(through(ElementType::kF32, values), values) << length;
  }
}

TEST(VectorCodec, halves_round_to_the_nearest_of_their_precision) {
  for (std::size_t length : {1u, 8u, 33u, 257u}) {
    const auto values = random_values(7 + length, length);
    const auto f16 = through(ElementType::kF16, values);
    const auto bf16 = through(ElementType::kBF16, values);
    for (std::size_t i = 0; i < length; ++i) {
      EXPECT_NEAR(f16[i], values[i], std::fabs(values[i]) / 2048 + 1e-7f);
      EXPECT_NEAR(bf16[i], values[i], std::fabs(values[i]) / 256);
    }
  }
  EXPECT_EQ(through(ElementType::kF16, {65504, -1.5f, 0}), (std::vector<float>{65504, -1.5f, 0}));
}

TEST(VectorCodec, i8_is_within_half_a_step_and_its_largest_component_is_127_steps) {
  const auto values = random_values(3, 100);
  Bytes bytes;
  encode_dense(ElementType::kI8, values, bytes);
  const float scale = load_f32(bytes.data());
  float largest = 0;
  for (const float value : values) largest = std::max(largest, std::fabs(value));
  EXPECT_FLOAT_EQ(scale * 127, largest);
  const auto back = through(ElementType::kI8, values);
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(back[i], values[i], scale * 0.5001f) << i;
}

TEST(VectorCodec, i8_of_all_zeros_is_all_zeros) {
  EXPECT_EQ(through(ElementType::kI8, {0, 0, 0}), (std::vector<float>{0, 0, 0}));
}

TEST(VectorCodec, what_was_rounded_once_stays_as_it_is) {
  const auto values = random_values(11, 64);
  for (const ElementType type : {ElementType::kF16, ElementType::kBF16}) {
    const auto once = through(type, values);
    EXPECT_EQ(through(type, once), once);
  }
}

TEST(VectorCodec, encoding_appends_and_leaves_what_is_there) {
  Bytes bytes(3, std::byte{7});
  encode_dense(ElementType::kF32, std::vector<float>{1}, bytes);
  ASSERT_EQ(bytes.size(), 7u);
  EXPECT_EQ(bytes[2], std::byte{7});
  EXPECT_EQ(load_f32(&bytes[3]), 1.0f);
}

TEST(VectorCodec, components_are_multiplied_by_the_scale_of_i8_alone) {
  const std::byte row[] = {std::byte{2}, std::byte{0xff}};
  std::vector<float> out(2);
  decode_components(ElementType::kI8, row, 0.5f, out);
  EXPECT_EQ(out, (std::vector<float>{1.0f, -0.5f}));
}

}  // namespace
}  // namespace vecstore::index
