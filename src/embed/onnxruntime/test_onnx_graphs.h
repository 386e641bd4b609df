// For tests: small graphs that ONNX Runtime can run, and where tools/setup has put its library.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "embed/reference.h"
#include "embed/weights/test_onnx.h"

namespace vecstore {

// "" when it is not there.
inline std::string test_onnxruntime() {
  const auto packages = reference_packages();
  std::error_code error;
  for (const auto& python : std::filesystem::directory_iterator(packages / "lib", error)) {
    const auto folder = python.path() / "site-packages" / "onnxruntime" / "capi";
    for (const auto& file : std::filesystem::directory_iterator(folder, error)) {
      const std::string name = file.path().filename().string();
      if (name.starts_with("libonnxruntime.so")) return file.path().string();
    }
  }
  return {};
}

// An input or output; an extent of -1 may be any.
inline ProtobufWriter onnx_port(std::string_view name, std::uint64_t type,
                                const std::vector<std::int64_t>& shape) {
  ProtobufWriter dimensions;
  for (const std::int64_t extent : shape) {
    ProtobufWriter dimension;
    if (extent < 0) {
      dimension.text(2, std::string("any") + std::to_string(dimensions.bytes().size()));
    } else {
      dimension.number(1, static_cast<std::uint64_t>(extent));
    }
    dimensions.message(1, dimension);
  }
  ProtobufWriter tensor, kind, port;
  tensor.number(1, type).message(2, dimensions);
  kind.message(1, tensor);
  return port.text(1, name).message(2, kind);
}

struct OnnxGraph {
  std::vector<ProtobufWriter> nodes, tensors, inputs, outputs;
};

inline std::string onnx_file(const OnnxGraph& parts) {
  ProtobufWriter graph, operators, model;
  for (const ProtobufWriter& node : parts.nodes) graph.message(1, node);
  graph.text(2, "test");
  for (const ProtobufWriter& tensor : parts.tensors) graph.message(5, tensor);
  for (const ProtobufWriter& input : parts.inputs) graph.message(11, input);
  for (const ProtobufWriter& output : parts.outputs) graph.message(12, output);
  operators.text(1, "").number(2, 13);
  return model.number(1, 8).message(7, graph).message(8, operators).bytes();
}

// A token's vector is its row of `table`, which has `width` numbers for each.
inline OnnxGraph onnx_table_graph(std::uint64_t width, const std::vector<float>& table) {
  return {
      .nodes = {onnx_node("Gather", {"table", "input_ids"}, "last_hidden_state")},
      .tensors = {onnx_tensor("table", {table.size() / width, width}, table)},
      .inputs = {onnx_port("input_ids", 7, {-1, -1}), onnx_port("attention_mask", 7, {-1, -1})},
      .outputs = {onnx_port("last_hidden_state", 1, {-1, -1, static_cast<std::int64_t>(width)})}};
}

}  // namespace vecstore
