#include "index/vector_codec.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/coding.h"
#include "simd/kernels.h"

namespace vecstore::index {
namespace {

void encode_i8(std::span<const float> values, Bytes& out) {
  float largest = 0;
  for (const float value : values) largest = std::max(largest, std::fabs(value));
  const float scale = largest == 0 ? 1.0f : largest / 127.0f;
  put_f32(out, scale);
  for (const float value : values) {
    const float steps = std::clamp(std::nearbyint(value / scale), -127.0f, 127.0f);
    put_u8(out, static_cast<std::uint8_t>(static_cast<std::int8_t>(steps)));
  }
}

}  // namespace

std::size_t element_bytes(ElementType type) {
  switch (type) {
    case ElementType::kF32:
      return 4;
    case ElementType::kF16:
      return 2;
    case ElementType::kBF16:
      return 2;
    case ElementType::kI8:
      return 1;
  }
  return 4;
}

std::size_t encoded_bytes(ElementType type, std::size_t dimension) {
  return dimension * element_bytes(type) + (type == ElementType::kI8 ? sizeof(float) : 0);
}

void encode_dense(ElementType type, std::span<const float> values, Bytes& out) {
  if (type == ElementType::kI8) return encode_i8(values, out);
  const std::size_t begin = out.size();
  out.resize(begin + encoded_bytes(type, values.size()));
  if (values.empty()) return;
  std::byte* to = out.data() + begin;
  if (type == ElementType::kF32) std::memcpy(to, values.data(), values.size_bytes());
  if (type == ElementType::kF16) kernels().f16_codec.encode(values.data(), values.size(), to);
  if (type == ElementType::kBF16) kernels().bf16_codec.encode(values.data(), values.size(), to);
}

void decode_dense(ElementType type, ByteView bytes, std::span<float> out) {
  if (type == ElementType::kI8)
    return decode_components(type, bytes.data() + sizeof(float), load_f32(bytes.data()), out);
  decode_components(type, bytes.data(), 1.0f, out);
}

void decode_components(ElementType type, const std::byte* row, float scale, std::span<float> out) {
  if (out.empty()) return;
  if (type == ElementType::kF32) std::memcpy(out.data(), row, out.size_bytes());
  if (type == ElementType::kF16) kernels().f16_codec.decode(row, out.size(), out.data());
  if (type == ElementType::kBF16) kernels().bf16_codec.decode(row, out.size(), out.data());
  if (type != ElementType::kI8) return;
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = scale * static_cast<float>(static_cast<std::int8_t>(row[i]));
}

}  // namespace vecstore::index
