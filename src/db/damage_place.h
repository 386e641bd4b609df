// Where the damage is that an error tells of: "store/wal/1.log at offset 64: record 3 is damaged";
// and what is no damage.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vecstore/status.h"

namespace vecstore::db {

// Memory or descriptors were not given: of the bytes that says nothing, they may be whole.
inline bool is_refused(const Status& status) { return status.code() == Code::kResourceExhausted; }

inline constexpr std::string_view kAtOffset = " at offset ";

// The number behind " at offset "; 0 when the message names none.
inline std::uint64_t offset_in(std::string_view message) {
  const std::size_t found = message.find(kAtOffset);
  if (found == message.npos) return 0;
  std::uint64_t offset = 0;
  for (const char c : message.substr(found + kAtOffset.size())) {
    if (c < '0' || c > '9') break;
    offset = 10 * offset + static_cast<std::uint64_t>(c - '0');
  }
  return offset;
}

// The file before it, when it is one of `folder`; else `otherwise`. Layers may have put context,
// the same path perhaps, before it.
inline std::string file_in(std::string_view message, const std::string& folder,
                           const std::string& otherwise) {
  const std::size_t found = message.find(kAtOffset);
  if (found == message.npos) return otherwise;
  message = message.substr(0, found);
  const std::size_t context = message.rfind(": " + folder + "/");
  if (context != message.npos) message.remove_prefix(context + 2);
  return message.starts_with(folder + "/") ? std::string(message) : otherwise;
}

}  // namespace vecstore::db
