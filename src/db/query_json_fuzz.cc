// Any text is refused or gives a query that is written and read back as the same.
#include <cstdint>
#include <cstdlib>

#include "vecstore/query_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto query = vecstore::query_from_json({reinterpret_cast<const char*>(data), size});
  if (!query.ok()) return query.status().message().empty() ? std::abort(), 0 : 0;
  const std::string text = vecstore::query_to_json(*query);
  const auto again = vecstore::query_from_json(text);
  if (!again.ok() || vecstore::query_to_json(*again) != text) std::abort();
  return 0;
}
