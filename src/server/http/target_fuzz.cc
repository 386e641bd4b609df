#include <cstdint>
#include <string>
#include <string_view>

#include "server/http/target.h"

// What is accepted reads back the same when it is written in the one spelling.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecstore;
  const auto target = parse_target({reinterpret_cast<const char*>(data), size});
  if (!target.ok()) return 0;
  std::string again;
  for (const std::string& segment : target->segments) again += "/" + percent_encoded(segment);
  if (again.size() > kMaxTargetBytes) return 0;
  const auto twice = parse_target(again);
  if (!twice.ok() || twice->segments != target->segments) __builtin_trap();
  return 0;
}
