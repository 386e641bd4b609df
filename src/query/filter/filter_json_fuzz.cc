// Any JSON is refused or gives a filter whose text is the same filter.
#include <cstdint>
#include <cstdlib>

#include "vecstore/filter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = vecstore::Value::parse_json({reinterpret_cast<const char*>(data), size});
  if (!json.ok()) return 0;
  const auto filter = vecstore::Filter::from_json(*json);
  if (!filter.ok()) return 0;
  const auto tree = filter->node();
  const auto again = vecstore::Filter(filter->to_string()).node();
  if (!tree.ok() || !again.ok() || !(**tree == **again)) std::abort();
  return 0;
}
