#include <algorithm>
#include <cstdint>
#include <string_view>

#include "server/mcp/mcp_session.h"

// Lines nobody vouches for: each is answered with one line of JSON, or with nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecstore;
  static Service* const service = new Service({.database = Database::in_memory().value()}, {});
  const McpOptions options{.role = Role::kViewer};  // what is stored would pile up
  McpSession session(*service, options);
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    auto begun = session.begin(rest.substr(0, end));
    const auto* said = std::get_if<std::string>(&begun);
    const std::string line = said ? *said : session.answer(std::get<McpWork>(begun));
    if (line.find('\n') != line.npos) __builtin_trap();
    if (!line.empty() && !Value::parse_json(line).ok()) __builtin_trap();
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return 0;
}
