// The end of a command that wrote much: searches are fast from the first on.
#pragma once

#include <cstdint>

#include "cli/session.h"

namespace vecstore {

// Merges the session's collection when most of it was just written, and waits for its graphs. All
// that was written is safe before: Ctrl-C leaves the rest for later.
Status settle(const Session& session, Database& database, std::uint64_t written);

}  // namespace vecstore
