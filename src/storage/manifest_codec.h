// A manifest as the bytes of its two blocks and back. Format: docs/format/manifest.md.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "storage/manifest.h"
#include "vecstore/status.h"

namespace vecstore::storage {

// Appends. What does not decode again must not be written: see write_manifest.
void encode_manifest(const Manifest& manifest, Bytes& state, Bytes& options);

// kDataLoss for what no writer wrote, kFailedPrecondition for a required feature that is not known.
Result<Manifest> decode_manifest(ByteView state, ByteView options, std::uint64_t number);

}  // namespace vecstore::storage
