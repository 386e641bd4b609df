// Any bytes as a file, and as the parts of a file that is whole: documents that hold what every
// loader promises, or an error.
#include <cstdint>

#include "rag/loaders/archive/test_zip.h"
#include "rag/loaders/office/epub_loader.h"
#include "rag/loaders/test_documents.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const vecstore::EpubLoader loader;
  vecstore::require_documents(loader, std::string_view(reinterpret_cast<const char*>(data), size));
  const std::string zip = vecstore::fuzzed_zip(
      {data, size}, {"p.opf", "1.xhtml", "META-INF/encryption.xml"},
      {{"META-INF/container.xml", "<c><rootfiles><rootfile full-path='p.opf'/></rootfiles></c>"}});
  vecstore::require_documents(loader, zip);
  return 0;
}
