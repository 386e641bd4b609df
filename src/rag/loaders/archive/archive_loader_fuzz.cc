// Any bytes: documents whose text is UTF-8 and whose headings and places lie within it, no more
// text than the budget allows, or an error.
#include <cstdint>

#include "rag/loaders/archive/archive_loader.h"
#include "rag/loaders/test_documents.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vecstore::require_documents(vecstore::ArchiveLoader(),
                              std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
