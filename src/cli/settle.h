// The end of a command that writes much: searches are fast from the first on.
#pragma once

#include <cstdint>
#include <string>

#include "cli/session.h"

namespace vecstore {

// Merges the session's collection when most of it was just written or has no graph yet (as after a
// command that was interrupted), and waits for its graphs. All that was written is safe before: a
// signal ends the program and says so, with `kept` ("3 records are imported").
Status settle(const Session& session, Database& database, std::uint64_t written,
              const std::string& kept);

}  // namespace vecstore
