// Any bytes as a file, and as the parts of a file that is whole: documents that hold what every
// loader promises, or an error.
#include <cstdint>

#include "rag/loaders/archive/test_zip.h"
#include "rag/loaders/office/odf_loader.h"
#include "rag/loaders/test_documents.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const vecstore::OdfLoader loader;
  vecstore::require_documents(loader, std::string_view(reinterpret_cast<const char*>(data), size));
  vecstore::require_documents(
      loader, vecstore::fuzzed_zip({data, size}, {"content.xml", "styles.xml", "meta.xml"}));
  return 0;
}
