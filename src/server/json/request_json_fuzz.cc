#include <cstdint>
#include <string_view>

#include "server/json/request_json.h"

// Bodies nobody vouches for: read or refused, never more than asked.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecstore;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto records = records_from_json(body, 8);
  if (records.ok() && records->size() > 8) __builtin_trap();
  const auto lines = records_from_lines(body, 8);
  if (lines.ok() && lines->size() > 8) __builtin_trap();
  (void)removal_from_json(body);
  (void)ids_from_json(body);
  (void)update_from_json(body, "id");
  (void)queries_from_json(body, 8);
  (void)index_change_from_json(body);
  (void)new_key_from_json(body);
  (void)floats_from_bytes(body);
  return 0;
}
