#include <cstdlib>

#include "base/bytes.h"
#include "base/json.h"

// Whatever is accepted must come back the same from its own text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecstore;
  const auto value = parse_json({reinterpret_cast<const char*>(data), size});
  if (!value.ok()) return 0;
  const std::string text = value->to_json();
  const auto again = parse_json(text);
  if (!again.ok() || *again != *value || again->to_json() != text) std::abort();
  if (compare_values(*again, *value) != 0) std::abort();
  return 0;
}
