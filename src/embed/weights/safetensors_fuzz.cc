// Any bytes are either refused or give tensors whose every byte can be read.
#include <cstdlib>

#include "base/hash.h"
#include "embed/weights/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  const auto file = vecstore::SafeTensors::parse({bytes, bytes + size});
  if (!file.ok()) return 0;
  for (const vecstore::Tensor& tensor : file->tensors()) {
    vecstore::hash64(tensor.data);
    if (file->find(tensor.name) != &tensor) std::abort();
  }
  return 0;
}
