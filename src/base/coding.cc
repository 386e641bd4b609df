#include "base/coding.h"

namespace vecstore {
namespace {

template <typename T>
void put(Bytes& out, T value) {
  const auto* raw = reinterpret_cast<const std::byte*>(&value);
  out.insert(out.end(), raw, raw + sizeof value);
}

}  // namespace

void put_u8(Bytes& out, std::uint8_t value) { put(out, value); }
void put_u16(Bytes& out, std::uint16_t value) { put(out, value); }
void put_u32(Bytes& out, std::uint32_t value) { put(out, value); }
void put_u64(Bytes& out, std::uint64_t value) { put(out, value); }
void put_f32(Bytes& out, float value) { put(out, value); }
void put_f64(Bytes& out, double value) { put(out, value); }

void put_varint(Bytes& out, std::uint64_t value) {
  while (value >= 0x80) {
    put_u8(out, static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  put_u8(out, static_cast<std::uint8_t>(value));
}

void put_bytes(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void put_string(Bytes& out, std::string_view text) {
  put_varint(out, text.size());
  put_bytes(out, as_bytes(text));
}

std::uint64_t ByteReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint64_t byte = u8();
    if (!ok_) return 0;
    if (shift == 63 && byte > 1) break;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      if (byte == 0 && shift > 0) break;
      return value;
    }
  }
  fail();
  return 0;
}

ByteView ByteReader::bytes(std::size_t count) {
  if (count > bytes_.size()) {
    fail();
    return {};
  }
  ByteView taken = bytes_.first(count);
  bytes_ = bytes_.subspan(count);
  return taken;
}

std::string_view ByteReader::string() {
  const std::uint64_t size = varint();
  if (size > bytes_.size()) {
    fail();
    return {};
  }
  return as_text(bytes(static_cast<std::size_t>(size)));
}

void ByteReader::fail() {
  ok_ = false;
  bytes_ = {};
}

}  // namespace vecstore
