#include <arm_acle.h>
#include <asm/hwcap.h>
#include <sys/auxv.h>

#include "base/coding.h"
#include "base/crc32c_kernels.h"

namespace vecstore {
namespace {

std::uint32_t crc32c_arm64(ByteView bytes, std::uint32_t seed) {
  std::uint32_t crc = ~seed;
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) crc = __crc32cd(crc, load_u64(bytes.data()));
  for (std::byte b : bytes) crc = __crc32cb(crc, std::to_integer<std::uint8_t>(b));
  return ~crc;
}

constexpr Crc32cKernel kKernel = {"arm64", crc32c_arm64};

}  // namespace

const Crc32cKernel* crc32c_instruction() {
  return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0 ? &kKernel : nullptr;
}

}  // namespace vecstore
