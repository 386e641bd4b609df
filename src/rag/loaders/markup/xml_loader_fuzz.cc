// Any bytes as an XML file.
#include <cstdint>

#include "rag/loaders/markup/xml_loader.h"
#include "rag/loaders/test_invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  vecstore::check_load(vecstore::XmlLoader(), bytes);
  return 0;
}
