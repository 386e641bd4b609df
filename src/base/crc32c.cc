#include "base/crc32c.h"

#include <array>

#include "base/coding.h"
#include "base/crc32c_kernels.h"

namespace vecstore {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F63B78;  // bits reversed

// kTables[n][b]: the checksum of byte b followed by n zero bytes, so that eight bytes are looked up
// side by side ("slicing by eight").
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t crc = b;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? kPolynomial : 0);
    tables[0][b] = crc;
  }
  for (std::size_t n = 1; n < 8; ++n) {
    for (std::size_t b = 0; b < 256; ++b) {
      const std::uint32_t before = tables[n - 1][b];
      tables[n][b] = before >> 8 ^ tables[0][before & 255];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

std::span<const Crc32cKernel> find_kernels() {
  static std::array<Crc32cKernel, 2> kernels = {Crc32cKernel{"table", crc32c_table}, {}};
  const Crc32cKernel* own = crc32c_instruction();
  if (own == nullptr) return std::span(kernels).first(1);
  kernels[1] = *own;
  return kernels;
}

}  // namespace

std::uint32_t crc32c_table(ByteView bytes, std::uint32_t seed) {
  std::uint32_t crc = ~seed;
  while (bytes.size() >= 8) {
    std::uint64_t word = load_u64(bytes.data()) ^ crc;
    crc = 0;
    for (std::size_t n = 8; n-- > 0; word >>= 8) crc ^= kTables[n][word & 255];
    bytes = bytes.subspan(8);
  }
  for (std::byte b : bytes) crc = crc >> 8 ^ kTables[0][(crc ^ std::to_integer<unsigned>(b)) & 255];
  return ~crc;
}

std::span<const Crc32cKernel> crc32c_kernels() {
  static const std::span<const Crc32cKernel> kernels = find_kernels();
  return kernels;
}

std::uint32_t crc32c(ByteView bytes, std::uint32_t seed) {
  static const auto run = crc32c_kernels().back().run;
  return run(bytes, seed);
}

}  // namespace vecstore
