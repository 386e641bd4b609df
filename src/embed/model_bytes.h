// The files of a model as bytes.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "vecstore/status.h"

namespace vecstore {

// A whole file of at most 4 GB. kNotFound when it is not there.
Result<Bytes> read_model_file(const std::string& path);

// 16 digits.
std::string hex_of(std::uint64_t value);

}  // namespace vecstore
