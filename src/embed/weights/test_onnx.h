// For tests: the bytes of small ONNX models.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace vecstore {

class ProtobufWriter {
 public:
  ProtobufWriter& number(std::uint32_t field, std::uint64_t value) {
    varint(std::uint64_t{field} << 3);
    varint(value);
    return *this;
  }
  ProtobufWriter& text(std::uint32_t field, std::string_view bytes) {
    varint(std::uint64_t{field} << 3 | 2);
    varint(bytes.size());
    message_ += bytes;
    return *this;
  }
  ProtobufWriter& message(std::uint32_t field, const ProtobufWriter& inner) {
    return text(field, inner.message_);
  }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) message_ += static_cast<char>(value | 0x80);
    message_ += static_cast<char>(value);
  }
  const std::string& bytes() const { return message_; }

 private:
  std::string message_;
};

inline std::string float_bytes(const std::vector<float>& numbers) {
  std::string bytes(numbers.size() * 4, '\0');
  if (!numbers.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

inline ProtobufWriter onnx_tensor(std::string_view name, const std::vector<std::uint64_t>& shape,
                                  const std::vector<float>& numbers) {
  ProtobufWriter tensor;
  for (std::uint64_t extent : shape) tensor.number(1, extent);
  return tensor.number(2, 1).text(8, name).text(9, float_bytes(numbers));
}

inline ProtobufWriter onnx_node(std::string_view kind, const std::vector<std::string>& inputs,
                                std::string_view output) {
  ProtobufWriter node;
  for (const std::string& input : inputs) node.text(1, input);
  return node.text(2, output).text(4, kind);
}

// Of nodes and initializers.
inline Bytes onnx_model(const std::vector<ProtobufWriter>& nodes,
                        const std::vector<ProtobufWriter>& tensors) {
  ProtobufWriter graph, model;
  for (const ProtobufWriter& node : nodes) graph.message(1, node);
  for (const ProtobufWriter& tensor : tensors) graph.message(5, tensor);
  model.number(1, 6).message(7, graph);
  const ByteView bytes = as_bytes(model.bytes());
  return Bytes(bytes.begin(), bytes.end());
}

}  // namespace vecstore
