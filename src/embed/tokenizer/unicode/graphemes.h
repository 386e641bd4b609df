// Extended grapheme clusters (UAX #29): what a reader sees as one character.
#pragma once

#include <cstddef>
#include <string_view>

namespace vecstore::unicode {

// Where the cluster ends that begins at `at`, which must be inside `text` and at a boundary.
// Linear in the cluster.
std::size_t cluster_end(std::string_view text, std::size_t at);

}  // namespace vecstore::unicode
