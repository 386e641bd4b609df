// Any bytes as an RTF file, and as the inside of one.
#include <cstdint>

#include "rag/loaders/markup/rtf_loader.h"
#include "rag/loaders/test_invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  vecstore::check_load(vecstore::RtfLoader(), bytes);
  vecstore::check_load(vecstore::RtfLoader(),
                       "{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset128 A;}{\\f1\\fcharset204 B;}}"
                       "{\\stylesheet{\\s1\\outlinelevel0 h;}}" +
                           std::string(bytes));
  return 0;
}
