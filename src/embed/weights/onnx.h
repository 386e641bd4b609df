// The weights inside an ONNX graph, under the names that they had before export.
//
// An export keeps the names of biases and of what is looked up in tables, but calls the matrix of a
// linear layer "onnx::MatMul_1655" and stores it turned. Each such matrix is found by its place:
// where a MatMul with it feeds an Add with "x.bias", it is "x.weight". Nothing else of the graph is
// looked at: that it computes what the model's configuration says is not checked here.
#pragma once

#include <string>
#include <vector>

#include "embed/weights/safetensors.h"

namespace vecstore {

struct OnnxTensor : Tensor {
  bool turned =
      false;  // shape and data are [inputs][outputs], where linear layers have the reverse
};

// What the initializers of the model in `file` hold; their data lies in `file`. Those of types that
// no weights have are left out; data in other files is refused, and so are quantised weights.
Result<std::vector<OnnxTensor>> read_onnx(ByteView file);

}  // namespace vecstore
