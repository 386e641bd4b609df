#include "embed/transformer/linear.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "embed/weights/test_onnx.h"

namespace vecstore {
namespace {

using Floats = std::vector<float>;

Floats random_floats(Random& random, std::size_t count) {
  Floats numbers(count);
  for (float& x : numbers) x = static_cast<float>(random.normal());
  return numbers;
}

// Layers "a" and "b", each of 5 outputs and 7 inputs.
struct TwoLayers {
  static constexpr std::size_t kOutputs = 5, kInputs = 7, kTokens = 9, kStride = 32;
  Random random{11};
  Floats matrix[2] = {random_floats(random, 35), random_floats(random, 35)};
  Floats bias[2] = {random_floats(random, 5), random_floats(random, 5)};
  Floats in = random_floats(random, kTokens* kStride);

  // As safetensors would hold it, or turned as an ONNX graph does.
  Weights weights(bool turned) const {
    std::vector<ProtobufWriter> nodes, tensors;
    for (std::size_t i = 0; i < 2; ++i) {
      const std::string name(1, static_cast<char>('a' + i));
      tensors.push_back(onnx_tensor(name + ".bias", {5}, bias[i]));
      if (!turned) {
        tensors.push_back(onnx_tensor(name + ".weight", {5, 7}, matrix[i]));
        continue;
      }
      Floats other(35);
      for (std::size_t at = 0; at < 35; ++at) other[at % 7 * 5 + at / 7] = matrix[i][at];
      tensors.push_back(onnx_tensor("m" + name, {7, 5}, other));
      nodes.push_back(onnx_node("MatMul", {"x", "m" + name}, "y" + name));
      nodes.push_back(onnx_node("Add", {"y" + name, name + ".bias"}, "z" + name));
    }
    return std::move(Weights::from_onnx(onnx_model(nodes, tensors))).value();
  }

  double expected(std::size_t token, std::size_t output) const {
    const std::size_t layer = output / kOutputs, row = output % kOutputs;
    double sum = bias[layer][row];
    for (std::size_t i = 0; i < kInputs; ++i) {
      sum += double{matrix[layer][row * kInputs + i]} * in[token * kStride + i];
    }
    return sum;
  }
};

void expect_layers(bool turned, Precision precision, double tolerance) {
  TwoLayers two;
  const Weights weights = two.weights(turned);
  const std::string names[] = {"a", "b"};
  const auto linear = Linear::make(weights, names, 5, 7, precision);
  ASSERT_TRUE(linear.ok()) << linear.status().to_string();
  std::vector<std::uint8_t> bytes(TwoLayers::kTokens * 8);
  Floats scales(TwoLayers::kTokens), out(TwoLayers::kTokens * 16);
  std::vector<std::int32_t> zeros(TwoLayers::kTokens);
  for (const MatrixKernels* kernels : supported_matrix_kernels()) {
    linear->apply(*kernels, {two.in.data(), TwoLayers::kStride}, TwoLayers::kTokens,
                  {out.data(), 16}, {bytes.data(), 8, scales.data(), zeros.data()});
    for (std::size_t t = 0; t < TwoLayers::kTokens; ++t) {
      for (std::size_t o = 0; o < 10; ++o) {
        ASSERT_NEAR(out[t * 16 + o], two.expected(t, o), tolerance)
            << kernels->name << " token " << t << " output " << o;
      }
    }
  }
}

TEST(Linear, layers_side_by_side_are_each_their_own_product) {
  expect_layers(false, Precision::kFloat, 1e-5);
}

TEST(Linear, a_turned_matrix_is_the_same_layer) { expect_layers(true, Precision::kFloat, 1e-5); }

TEST(Linear, bytes_are_near) {
  expect_layers(false, Precision::kInt8, 0.2);
  expect_layers(true, Precision::kInt8, 0.2);
}

TEST(Linear, inputs_of_several_groups_are_each_measured_by_their_own) {
  constexpr std::size_t kInputs = 300, kOutputs = 3, kTokens = 2;
  Random random(12);
  const Floats matrix = random_floats(random, kInputs * kOutputs);
  Floats in = random_floats(random, kTokens * 320);
  for (std::size_t i = 128; i < 256; ++i) in[i] *= 1000;  // would drown the others
  for (std::size_t i = 0; i < 128; ++i) in[320 + i] *= 1000;
  Floats only = matrix;  // the outputs look at the last group alone
  for (std::size_t i = 0; i < only.size(); ++i) only[i] *= i % kInputs >= 256 ? 1.0f : 0.0f;
  const auto weights =
      Weights::from_onnx(onnx_model({}, {onnx_tensor("a.weight", {kOutputs, kInputs}, only),
                                         onnx_tensor("a.bias", {kOutputs}, {1, 2, 3})}));
  const std::string name = "a";
  const auto linear = Linear::make(*weights, {&name, 1}, kOutputs, kInputs, Precision::kInt8);
  ASSERT_TRUE(linear.ok()) << linear.status().to_string();
  std::vector<std::uint8_t> bytes(kTokens * 320);
  Floats scales(kTokens * 3), out(kTokens * 16);
  std::vector<std::int32_t> zeros(kTokens * 3);
  for (const MatrixKernels* kernels : supported_matrix_kernels()) {
    linear->apply(*kernels, {in.data(), 320}, kTokens, {out.data(), 16},
                  {bytes.data(), 320, scales.data(), zeros.data()});
    for (std::size_t t = 0; t < kTokens; ++t) {
      for (std::size_t o = 0; o < kOutputs; ++o) {
        double sum = 1.0 + static_cast<double>(o);
        for (std::size_t i = 0; i < kInputs; ++i)
          sum += double{only[o * kInputs + i]} * in[t * 320 + i];
        EXPECT_NEAR(out[t * 16 + o], sum, 0.4) << kernels->name;
      }
    }
  }
}

TEST(Linear, bytes_take_a_quarter_of_the_memory) {
  const TwoLayers two;
  const Weights weights = two.weights(false);
  const std::string names[] = {"a", "b"};
  const auto floats = Linear::make(weights, names, 5, 7, Precision::kFloat);
  const auto bytes = Linear::make(weights, names, 5, 7, Precision::kInt8);
  EXPECT_EQ(floats->memory_bytes(), 4 * (7 * 64 + 16u));
  EXPECT_EQ(bytes->memory_bytes(), 8 * 64 + 4 * 3 * 16u);
}

TEST(Linear, a_tensor_that_is_not_there_is_named) {
  const TwoLayers two;
  const Weights weights = two.weights(false);
  const std::string names[] = {"a", "c"};
  const Status status = Linear::make(weights, names, 5, 7, Precision::kFloat).status();
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_NE(status.message().find("'c.weight'"), std::string::npos);
}

}  // namespace
}  // namespace vecstore
