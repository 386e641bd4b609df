// CRC-32C (Castagnoli), the checksum of every block, page and log record.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace vecstore {

// `seed` is the checksum of what came before: crc32c(b, crc32c(a)) covers a then b. Uses the CPU's
// own instruction where it has one.
std::uint32_t crc32c(ByteView bytes, std::uint32_t seed = 0);

// The implementations by name, for the tests and the run-time choice; all give the same answer.
struct Crc32cKernel {
  std::string_view name;
  std::uint32_t (*run)(ByteView bytes, std::uint32_t seed);
};

// Those that this CPU can run, slowest first; never empty. crc32c() uses the last.
std::span<const Crc32cKernel> crc32c_kernels();

}  // namespace vecstore
