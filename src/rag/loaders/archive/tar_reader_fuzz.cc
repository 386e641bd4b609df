// Any bytes: members in linear time whose contents lie one after the other within them, or an
// error. With the checksums of heads mended, so that more than the first head is reached.
#include <cstdint>
#include <cstdlib>

#include "rag/loaders/archive/tar_reader.h"
#include "rag/loaders/archive/test_tar.h"

namespace {

void read_all(const std::string& bytes) {
  vecstore::TarReader reader(bytes);
  vecstore::LoadBudget budget;
  std::size_t members = 0, content = 0;
  for (;;) {
    const auto member = reader.next();
    if (!member.ok() || !*member) break;
    const auto read = reader.read(budget);
    if (read.ok()) content += read->size();
    ++members;
  }
  const std::size_t heads = members * vecstore::kTarBlockBytes;
  if (content + heads > bytes.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  read_all(bytes);
  for (std::size_t at = 0; at + vecstore::kTarBlockBytes <= size; at += vecstore::kTarBlockBytes) {
    vecstore::mend_tar_head(bytes, at);
  }
  read_all(bytes);
  return 0;
}
