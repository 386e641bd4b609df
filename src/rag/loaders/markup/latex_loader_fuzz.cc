// Any bytes as a LaTeX source.
#include <cstdint>

#include "rag/loaders/markup/latex_loader.h"
#include "rag/loaders/test_invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  vecstore::check_load(vecstore::LatexLoader(), bytes);
  return 0;
}
