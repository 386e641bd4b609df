// Any bytes as a mail and as a mailbox.
#include <cstdint>

#include "rag/loaders/mail/eml_loader.h"
#include "rag/loaders/mail/mbox_loader.h"
#include "rag/loaders/test_invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  vecstore::check_load(vecstore::EmlLoader(), bytes, "a.eml");
  vecstore::check_load(vecstore::MboxLoader(), bytes, "a.mbox");
  return 0;
}
