// Any text as .vecstore.toml is refused with a reason or becomes an object.
#include <cstdint>
#include <cstdlib>

#include "cli/config_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto config = vecstore::parse_config({reinterpret_cast<const char*>(data), size}, "x.toml");
  if (!config.ok() && config.status().message().empty()) std::abort();
  if (config.ok()) static_cast<void>(vecstore::Value(*config).to_json());
  return 0;
}
