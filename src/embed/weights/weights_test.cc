#include "embed/weights/weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "base/coding.h"
#include "embed/weights/test_onnx.h"
#include "simd/half.h"

namespace vecstore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Bytes safetensors(const std::string& header, const std::string& data) {
  Bytes file(8);
  store_u64(file.data(), header.size());
  for (const std::string* part : {&header, &data}) {
    const ByteView bytes = as_bytes(*part);
    file.insert(file.end(), bytes.begin(), bytes.end());
  }
  return file;
}

// One tensor "a.w" of [2][3].
Bytes one_tensor(const std::string& type, const std::string& data) {
  return safetensors(R"({"a.w":{"dtype":")" + type + R"(","shape":[2,3],"data_offsets":[0,)" +
                         std::to_string(data.size()) + "]}}",
                     data);
}

TEST(Weights, floats_of_32_and_16_bits_are_read) {
  std::string half(12, '\0'), brain(12, '\0');
  for (std::size_t i = 0; i < 6; ++i) {
    const float x = 0.5f * static_cast<float>(i);
    store_u16(reinterpret_cast<std::byte*>(half.data() + 2 * i), encode_f16(x));
    store_u16(reinterpret_cast<std::byte*>(brain.data() + 2 * i), encode_bf16(x));
  }
  for (const auto& [type, data] : {std::pair("F32", float_bytes({0, 0.5f, 1, 1.5f, 2, 2.5f})),
                                   {"F16", half},
                                   {"BF16", brain}}) {
    const auto weights = Weights::from_safetensors(one_tensor(type, data));
    ASSERT_TRUE(weights.ok()) << weights.status().to_string();
    const auto matrix = weights->matrix("a.w", 2, 3);
    ASSERT_TRUE(matrix.ok()) << matrix.status().to_string();
    EXPECT_FALSE(matrix->turned);
    EXPECT_THAT(matrix->numbers, ElementsAre(0, 0.5f, 1, 1.5f, 2, 2.5f)) << type;
  }
}

TEST(Weights, the_name_the_shape_and_the_type_have_to_be_right) {
  const auto weights =
      Weights::from_safetensors(one_tensor("F32", float_bytes({1, 2, 3, 4, 5, 6})));
  ASSERT_TRUE(weights.ok());
  EXPECT_EQ(weights->table("a.v", 2, 3).status().code(), Code::kNotFound);
  const Status shape = weights->table("a.w", 3, 2).status();
  EXPECT_EQ(shape.code(), Code::kInvalidArgument);
  EXPECT_THAT(shape.message(), HasSubstr("'a.w' has the shape [2, 3], expected [3, 2]"));
  EXPECT_FALSE(weights->vector("a.w", 6).ok());
  const auto wide = Weights::from_safetensors(one_tensor("I64", std::string(48, '\0')));
  ASSERT_TRUE(wide.ok());
  EXPECT_EQ(wide->table("a.w", 2, 3).status().code(), Code::kUnimplemented);
}

TEST(Weights, numbers_that_are_not_finite_are_refused) {
  for (float bad : {NAN, -NAN, INFINITY, -INFINITY}) {
    const auto weights =
        Weights::from_safetensors(one_tensor("F32", float_bytes({1, 2, bad, 4, 5, 6})));
    ASSERT_TRUE(weights.ok());
    EXPECT_EQ(weights->table("a.w", 2, 3).status().code(), Code::kInvalidArgument);
  }
}

TEST(Weights, a_matrix_of_an_onnx_graph_is_turned_and_its_shape_checked_so) {
  const auto weights = Weights::from_onnx(onnx_model(
      {onnx_node("MatMul", {"x", "m7"}, "m"), onnx_node("Add", {"m", "q.bias"}, "y")},
      {onnx_tensor("q.bias", {3}, {7, 8, 9}), onnx_tensor("m7", {2, 3}, {1, 2, 3, 4, 5, 6})}));
  ASSERT_TRUE(weights.ok());
  const auto matrix = weights->matrix("q.weight", 3, 2);
  ASSERT_TRUE(matrix.ok()) << matrix.status().to_string();
  EXPECT_TRUE(matrix->turned);
  EXPECT_THAT(matrix->numbers, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_FALSE(weights->matrix("q.weight", 2, 3).ok());
}

TEST(Weights, two_tensors_of_one_name_are_refused) {
  const auto weights =
      Weights::from_onnx(onnx_model({}, {onnx_tensor("w", {1}, {1}), onnx_tensor("w", {1}, {2})}));
  EXPECT_EQ(weights.status().code(), Code::kInvalidArgument);
}

TEST(Weights, the_prefix_is_that_of_the_shortest_name) {
  const auto weights = Weights::from_onnx(onnx_model(
      {}, {onnx_tensor("bert.long.words", {1}, {1}), onnx_tensor("bert.words", {1}, {1})}));
  ASSERT_TRUE(weights.ok());
  EXPECT_EQ(weights->prefix_of("words"), "bert.");
  EXPECT_EQ(weights->prefix_of("sentences"), "");
}

}  // namespace
}  // namespace vecstore
