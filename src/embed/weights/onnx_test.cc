#include "embed/weights/onnx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "embed/weights/test_onnx.h"

namespace vecstore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<float> kSix = {1, 2, 3, 4, 5, 6};

const OnnxTensor* named(const std::vector<OnnxTensor>& tensors, std::string_view name) {
  for (const OnnxTensor& tensor : tensors) {
    if (tensor.name == name) return &tensor;
  }
  return nullptr;
}

// A linear layer the way that exports write it, the bias on either side.
Bytes linear_layer(bool bias_first) {
  const std::vector<std::string> sum = bias_first ? std::vector<std::string>{"layer.q.bias", "m"}
                                                  : std::vector<std::string>{"m", "layer.q.bias"};
  return onnx_model(
      {onnx_node("MatMul", {"x", "onnx::MatMul_7"}, "m"), onnx_node("Add", sum, "y")},
      {onnx_tensor("layer.q.bias", {3}, {7, 8, 9}), onnx_tensor("onnx::MatMul_7", {2, 3}, kSix)});
}

TEST(Onnx, a_matrix_gets_its_name_back_from_the_bias_that_follows_it) {
  for (bool bias_first : {false, true}) {
    const Bytes file = linear_layer(bias_first);
    const auto tensors = read_onnx(file);
    ASSERT_TRUE(tensors.ok()) << tensors.status().to_string();
    const OnnxTensor* matrix = named(*tensors, "layer.q.weight");
    ASSERT_NE(matrix, nullptr);
    EXPECT_TRUE(matrix->turned);
    EXPECT_THAT(matrix->shape, ElementsAre(2, 3));
    EXPECT_EQ(as_text(matrix->data), float_bytes(kSix));
    const OnnxTensor* bias = named(*tensors, "layer.q.bias");
    ASSERT_NE(bias, nullptr);
    EXPECT_FALSE(bias->turned);
  }
}

TEST(Onnx, a_sum_that_is_no_linear_layer_names_nothing) {
  const Bytes file =
      onnx_model({onnx_node("MatMul", {"x", "scores"}, "m"),
                  onnx_node("Add", {"m", "layer.q.bias"}, "y"), onnx_node("Add", {"z", "w"}, "v")},
                 {onnx_tensor("layer.q.bias", {3}, {7, 8, 9}), onnx_tensor("w", {2, 3}, kSix)});
  const auto tensors = read_onnx(file);
  ASSERT_TRUE(tensors.ok());
  EXPECT_NE(named(*tensors, "w"), nullptr);
  EXPECT_EQ(named(*tensors, "layer.q.weight"), nullptr);
}

TEST(Onnx, floats_may_be_a_packed_list_and_shapes_too) {
  ProtobufWriter tensor;
  tensor.text(1, std::string("\2\3", 2)).number(2, 1).text(4, float_bytes(kSix)).text(8, "w");
  const Bytes file = onnx_model({}, {tensor});
  const auto tensors = read_onnx(file);
  ASSERT_TRUE(tensors.ok()) << tensors.status().to_string();
  ASSERT_EQ(tensors->size(), 1u);
  EXPECT_THAT(tensors->front().shape, ElementsAre(2, 3));
  EXPECT_EQ(as_text(tensors->front().data), float_bytes(kSix));
}

TEST(Onnx, types_that_no_weights_have_are_left_out) {
  ProtobufWriter ids;
  ids.number(1, 1).number(2, 7).text(8, "position_ids").text(9, std::string(8, '\0'));
  const Bytes file = onnx_model({}, {ids});
  const auto tensors = read_onnx(file);
  ASSERT_TRUE(tensors.ok());
  EXPECT_TRUE(tensors->empty());
}

TEST(Onnx, bytes_that_do_not_match_the_shape_are_refused_by_name) {
  for (const std::vector<std::uint64_t>& shape :
       std::vector<std::vector<std::uint64_t>>{{7}, {5}, {}, {1ull << 62, 1ull << 62}, {0}}) {
    const Bytes file = onnx_model({}, {onnx_tensor("w", shape, kSix)});
    const auto tensors = read_onnx(file);
    EXPECT_EQ(tensors.status().code(), Code::kInvalidArgument);
    EXPECT_THAT(tensors.status().message(), HasSubstr("tensor 'w'"));
  }
}

TEST(Onnx, data_in_another_file_and_quantised_graphs_are_refused) {
  const Bytes elsewhere = onnx_model({}, {onnx_tensor("w", {6}, kSix).number(14, 1)});
  EXPECT_EQ(read_onnx(elsewhere).status().code(), Code::kUnimplemented);
  const Bytes quantised = onnx_model({onnx_node("MatMulInteger", {"x", "w"}, "y")}, {});
  const auto refused = read_onnx(quantised);
  EXPECT_EQ(refused.status().code(), Code::kUnimplemented);
  EXPECT_THAT(refused.status().message(), HasSubstr("MatMulInteger"));
}

TEST(Onnx, a_file_cut_anywhere_is_refused_or_has_whole_tensors) {
  const Bytes whole = linear_layer(true);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(read_onnx(cut).ok()) << size;
  }
}

}  // namespace
}  // namespace vecstore
