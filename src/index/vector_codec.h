// Dense components as stored bytes and back.
#pragma once

#include <cstddef>
#include <span>

#include "base/bytes.h"
#include "vecstore/vector.h"

namespace vecstore::index {

// Bytes of one component.
std::size_t element_bytes(ElementType type);

// The stored form of one vector: its components; kI8 is preceded by a scale (f32, component = scale
// x byte, largest byte 127).
std::size_t encoded_bytes(ElementType type, std::size_t dimension);
void encode_dense(ElementType type, std::span<const float> values, Bytes& out);
// `bytes` is encoded_bytes(type, out.size()) long.
void decode_dense(ElementType type, ByteView bytes, std::span<float> out);

// The components of `row` (without kI8's scale in front), times `scale`.
void decode_components(ElementType type, const std::byte* row, float scale, std::span<float> out);

}  // namespace vecstore::index
