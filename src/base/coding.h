// Numbers and strings as little-endian bytes: what every file and log record is made of.
//
// A varint is unsigned LEB128 in its shortest form, at most ten bytes. A string is its length as a
// varint, then its bytes.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.h"

namespace vecstore {

static_assert(std::endian::native == std::endian::little, "files are mapped as they are");

template <typename T>
T load_as(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

inline std::uint16_t load_u16(const std::byte* from) { return load_as<std::uint16_t>(from); }
inline std::uint32_t load_u32(const std::byte* from) { return load_as<std::uint32_t>(from); }
inline std::uint64_t load_u64(const std::byte* from) { return load_as<std::uint64_t>(from); }
inline float load_f32(const std::byte* from) { return load_as<float>(from); }
inline double load_f64(const std::byte* from) { return load_as<double>(from); }

inline void store_u16(std::byte* to, std::uint16_t value) { std::memcpy(to, &value, sizeof value); }
inline void store_u32(std::byte* to, std::uint32_t value) { std::memcpy(to, &value, sizeof value); }
inline void store_u64(std::byte* to, std::uint64_t value) { std::memcpy(to, &value, sizeof value); }
inline void store_f32(std::byte* to, float value) { std::memcpy(to, &value, sizeof value); }
inline void store_f64(std::byte* to, double value) { std::memcpy(to, &value, sizeof value); }

void put_u8(Bytes& out, std::uint8_t value);
void put_u16(Bytes& out, std::uint16_t value);
void put_u32(Bytes& out, std::uint32_t value);
void put_u64(Bytes& out, std::uint64_t value);
void put_f32(Bytes& out, float value);
void put_f64(Bytes& out, double value);
void put_varint(Bytes& out, std::uint64_t value);
void put_bytes(Bytes& out, ByteView bytes);
void put_string(Bytes& out, std::string_view text);

// Reads what the functions above wrote, from bytes nobody vouches for. Failure is sticky: once a
// getter runs past the end, or meets a varint that is too long or not in its shortest form, it and
// all later ones return zero or empty and ok() is false, so a caller checks once at the end.
// Views returned point into the bytes given.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

  std::uint8_t u8() { return number<std::uint8_t>(); }
  std::uint16_t u16() { return number<std::uint16_t>(); }
  std::uint32_t u32() { return number<std::uint32_t>(); }
  std::uint64_t u64() { return number<std::uint64_t>(); }
  float f32() { return number<float>(); }
  double f64() { return number<double>(); }
  std::uint64_t varint();
  ByteView bytes(std::size_t count);
  std::string_view string();

  bool ok() const { return ok_; }
  // Bytes not yet read; 0 after a failure.
  std::size_t remaining() const { return bytes_.size(); }
  // All was read and nothing failed.
  bool at_end() const { return ok_ && bytes_.empty(); }

 private:
  template <typename T>
  T number() {
    ByteView raw = bytes(sizeof(T));
    return raw.empty() ? T{} : load_as<T>(raw.data());
  }
  void fail();

  ByteView bytes_;
  bool ok_ = true;
};

}  // namespace vecstore
