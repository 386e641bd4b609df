#include "base/crc32c_kernels.h"

namespace vecstore {

const Crc32cKernel* crc32c_instruction() { return nullptr; }

}  // namespace vecstore
