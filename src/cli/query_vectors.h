// Vectors to ask with, out of a file.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

// The first `limit` rows of an npy, fvecs, bvecs or idx file, told by the ending of its name. At
// least one, or kUnknown.
Result<std::vector<std::vector<float>>> read_queries(const std::string& path, std::size_t limit);

}  // namespace vecstore
