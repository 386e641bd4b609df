// Any bytes: documents whose text is UTF-8 and whose headings lie within it, or an error.
#include <cstdint>
#include <cstdlib>

#include "rag/loaders/html_loader.h"
#include "rag/splitters/heading_splitter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto documents = vecstore::HtmlLoader().load({bytes, {}});
  if (!documents.ok()) return 0;
  static const auto splitter = vecstore::HeadingSplitter::create({50, 10}).value();
  for (const vecstore::Document& document : *documents) {
    vecstore::Status status = splitter.split(document).status();
    if (status.code() == vecstore::Code::kInvalidArgument) std::abort();
  }
  return 0;
}
