// Any bytes as the file of that format: its text is the file.
#include <cstdint>

#include "rag/loaders/data/toml_loader.h"
#include "rag/loaders/test_invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  vecstore::check_load(vecstore::TomlLoader(), bytes, "a.py");
  return 0;
}
