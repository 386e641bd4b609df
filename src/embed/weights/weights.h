// The named tensors of a model as floats, whatever file they come in: safetensors or ONNX; 32 or 16
// bits. Every tensor is asked for with the shape it has to have, and its numbers are finite.
//
// Immutable once made, so safe from many threads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "embed/weights/onnx.h"
#include "embed/weights/safetensors.h"

namespace vecstore {

// `outputs` rows of `inputs` numbers; turned: the reverse.
struct LinearMatrix {
  std::vector<float> numbers;
  bool turned = false;
};

class Weights {
 public:
  static Result<Weights> from_safetensors(Bytes file);
  static Result<Weights> from_onnx(Bytes file);

  Weights(Weights&&) = default;
  Weights& operator=(Weights&&) = default;

  // All numbers of the tensor `name`, whose shape must be [rows][columns], or [columns] when `rows`
  // is 0. kNotFound or kInvalidArgument names the tensor.
  Result<std::vector<float>> table(std::string_view name, std::size_t rows,
                                   std::size_t columns) const;
  Result<std::vector<float>> vector(std::string_view name, std::size_t count) const {
    return table(name, 0, count);
  }

  // The matrix of a linear layer, as it lies in the file.
  Result<LinearMatrix> matrix(std::string_view name, std::size_t outputs, std::size_t inputs) const;

  // The tensor of that name, or nullptr.
  const Tensor* find(std::string_view name) const;

  // What stands before `ending` in the shortest name of a tensor that ends so; empty without one.
  std::string_view prefix_of(std::string_view ending) const;

 private:
  Weights() = default;
  Status add(std::vector<OnnxTensor> tensors);

  Bytes file_;  // where the data of the tensors lies: moving it moves no byte
  std::vector<OnnxTensor> tensors_;
  std::unordered_map<std::string_view, const OnnxTensor*> by_name_;  // into tensors_
};

}  // namespace vecstore
