// Which versions of a record are kept, out of all its rows that are still about.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "db/collection_core.h"

namespace vecstore::db {

// Newest first: the row that stands now, unless it has expired, then as many older ones as the
// collection keeps, with the removals between them. The same whatever was merged meanwhile.
Result<std::vector<VersionRow>> kept_versions(const ReadState& state, std::string_view id,
                                              TimeMs now);
// That of one write; nothing when it is no longer kept.
Result<std::optional<VersionRow>> find_version(const ReadState& state, std::string_view id,
                                               std::uint64_t sequence, TimeMs now);
Status no_version(std::string_view id, std::uint64_t sequence, std::string_view collection);

}  // namespace vecstore::db
