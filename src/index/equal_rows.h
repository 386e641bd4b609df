// Rows that are byte for byte the same: a graph cannot tell them apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/bytes.h"

namespace vecstore::index {

// For each row of `stride` bytes the first one equal to it that is present: itself, when there is
// none before or when it is not present. Cost: a hash of each row and a sort of the hashes.
std::vector<std::uint32_t> first_equal_rows(ByteView rows, std::size_t stride,
                                            const std::function<bool(std::uint32_t)>& present);

}  // namespace vecstore::index
