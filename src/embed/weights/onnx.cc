#include "embed/weights/onnx.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "embed/weights/protobuf.h"

namespace vecstore {
namespace {

// Field numbers of onnx.proto3, which are never given another meaning.
constexpr std::uint32_t kModelGraph = 7;
constexpr std::uint32_t kGraphNode = 1, kGraphInitializer = 5;
constexpr std::uint32_t kNodeInput = 1, kNodeOutput = 2, kNodeOperator = 4;
constexpr std::uint32_t kTensorDims = 1, kTensorType = 2, kTensorFloats = 4, kTensorName = 8;
constexpr std::uint32_t kTensorRaw = 9, kTensorPlace = 14;

struct Node {
  std::string_view kind;
  std::vector<std::string_view> inputs, outputs;
};

struct Graph {
  std::vector<Node> nodes;
  std::vector<OnnxTensor> tensors;
};

Status malformed(std::string_view what) {
  return invalid_argument("not an ONNX model: " + std::string(what) + " is cut short or malformed");
}

std::optional<TensorType> type_of(std::uint64_t number) {
  switch (number) {
    case 1:
      return TensorType::kF32;
    case 10:
      return TensorType::kF16;
    case 11:
      return TensorType::kF64;
    case 16:
      return TensorType::kBF16;
    default:
      return std::nullopt;
  }
}

// Dimensions come one by one or as a packed list.
bool add_dims(const ProtobufField& field, std::vector<std::uint64_t>& shape) {
  if (field.kind == WireKind::kVarint) {
    shape.push_back(field.value);
    return true;
  }
  ByteView left = field.bytes;
  while (!left.empty()) {
    std::uint64_t dim = 0;
    if (!ProtobufReader::take_varint(left, dim)) return false;
    shape.push_back(dim);
  }
  return true;
}

struct RawTensor {
  OnnxTensor tensor;
  std::uint64_t type = 0;
  ByteView raw, floats;
  bool elsewhere = false;
};

Result<RawTensor> read_raw(ByteView message) {
  RawTensor raw;
  ProtobufReader reader(message);
  while (reader.next()) {
    const ProtobufField& field = reader.field();
    switch (field.number) {
      case kTensorDims:
        if (!add_dims(field, raw.tensor.shape)) return malformed("the shape of a tensor");
        break;
      case kTensorType:
        raw.type = field.value;
        break;
      case kTensorFloats:
        if (field.kind != WireKind::kBytes || !raw.floats.empty()) {
          return invalid_argument("a tensor of the ONNX model has its floats in pieces");
        }
        raw.floats = field.bytes;
        break;
      case kTensorName:
        raw.tensor.name = as_text(field.bytes);
        break;
      case kTensorRaw:
        raw.raw = field.bytes;
        break;
      case kTensorPlace:
        raw.elsewhere = field.value != 0;
        break;
      default:
        break;
    }
  }
  if (!reader.ok()) return malformed("a tensor");
  return raw;
}

// Nothing for a tensor of a type that weights do not have.
Result<std::optional<OnnxTensor>> read_tensor(ByteView message) {
  VECSTORE_ASSIGN(RawTensor raw, read_raw(message));
  const auto type = type_of(raw.type);
  if (!type) return std::optional<OnnxTensor>();
  OnnxTensor tensor = std::move(raw.tensor);
  const std::string named = "tensor '" + tensor.name + "' of the ONNX model";
  if (raw.elsewhere) return unimplemented(named + " lies in another file");
  tensor.type = *type;
  const bool typed = raw.raw.empty() && *type == TensorType::kF32;
  tensor.data = typed ? raw.floats : raw.raw;
  if (tensor_bytes(tensor.type, tensor.shape) != tensor.data.size()) {
    return invalid_argument(named + " has " + std::to_string(tensor.data.size()) +
                            " bytes, which does not match its shape and type");
  }
  return std::optional(std::move(tensor));
}

Result<Node> read_node(ByteView message) {
  Node node;
  ProtobufReader reader(message);
  while (reader.next()) {
    const std::string_view text = as_text(reader.field().bytes);
    if (reader.field().number == kNodeInput) node.inputs.push_back(text);
    if (reader.field().number == kNodeOutput) node.outputs.push_back(text);
    if (reader.field().number == kNodeOperator) node.kind = text;
  }
  if (!reader.ok()) return malformed("a node");
  return node;
}

Result<Graph> read_graph(ByteView message) {
  Graph graph;
  ProtobufReader reader(message);
  while (reader.next()) {
    if (reader.field().kind != WireKind::kBytes) continue;
    if (reader.field().number == kGraphNode) {
      VECSTORE_ASSIGN(Node node, read_node(reader.field().bytes));
      graph.nodes.push_back(std::move(node));
    } else if (reader.field().number == kGraphInitializer) {
      VECSTORE_ASSIGN(auto tensor, read_tensor(reader.field().bytes));
      if (tensor) graph.tensors.push_back(*std::move(tensor));
    }
  }
  if (!reader.ok()) return malformed("the graph");
  return graph;
}

// Names the matrices of linear layers by the biases that are added to what they make.
void name_matrices(Graph& graph) {
  std::map<std::string_view, std::string_view> matrix_of;  // by what a MatMul with it makes
  for (const Node& node : graph.nodes) {
    if (node.kind != "MatMul" || node.inputs.size() != 2 || node.outputs.size() != 1) continue;
    matrix_of[node.outputs[0]] = node.inputs[1];
  }
  std::map<std::string_view, OnnxTensor*> tensors;
  std::vector<std::string> old_names;  // what the views in `tensors` look at outlives renaming
  old_names.reserve(graph.tensors.size());
  for (OnnxTensor& tensor : graph.tensors) {
    old_names.push_back(tensor.name);
    tensors[old_names.back()] = &tensor;
  }
  constexpr std::string_view kBias = ".bias";
  for (const Node& node : graph.nodes) {
    if (node.kind != "Add" || node.inputs.size() != 2) continue;
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
      const std::string_view bias = node.inputs[side];
      const auto made = matrix_of.find(node.inputs[1 - side]);
      if (!bias.ends_with(kBias) || made == matrix_of.end() || !tensors.contains(bias)) continue;
      const auto matrix = tensors.find(made->second);
      if (matrix == tensors.end() || matrix->second->shape.size() != 2) continue;
      matrix->second->name = std::string(bias.substr(0, bias.size() - kBias.size())) + ".weight";
      matrix->second->turned = true;
    }
  }
}

}  // namespace

Result<std::vector<OnnxTensor>> read_onnx(ByteView file) {
  std::optional<ByteView> message;
  ProtobufReader reader(file);
  while (reader.next()) {
    if (reader.field().number == kModelGraph) message = reader.field().bytes;
  }
  if (!reader.ok() || !message) return malformed("the model");
  VECSTORE_ASSIGN(Graph graph, read_graph(*message));
  const auto quantised = std::ranges::find_if(graph.nodes, [](const Node& node) {
    return node.kind == "MatMulInteger" || node.kind == "DynamicQuantizeMatMul" ||
           node.kind == "DequantizeLinear" || node.kind == "QLinearMatMul";
  });
  if (quantised != graph.nodes.end()) {
    return unimplemented("the ONNX model is quantised (it has " + std::string(quantised->kind) +
                         "); take the one with floats, which is quantised as it is read");
  }
  name_matrices(graph);
  return std::move(graph.tensors);
}

}  // namespace vecstore
