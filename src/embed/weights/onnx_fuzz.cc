// Any bytes are either refused or give tensors whose every byte can be read.
#include <cstdlib>

#include "base/hash.h"
#include "embed/weights/onnx.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const vecstore::ByteView file(reinterpret_cast<const std::byte*>(data), size);
  const auto tensors = vecstore::read_onnx(file);
  if (!tensors.ok()) return 0;
  for (const vecstore::OnnxTensor& tensor : *tensors) {
    vecstore::hash64(tensor.data);
    if (vecstore::tensor_bytes(tensor.type, tensor.shape) != tensor.data.size()) std::abort();
    if (tensor.turned && tensor.shape.size() != 2) std::abort();
  }
  return 0;
}
