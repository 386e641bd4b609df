// For tests: ZIP archives a byte at a time, so that they can be what no program writes.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vecstore {

struct RawZipMember {
  std::string name = "a";
  std::string packed = {};
  std::uint16_t method = 0, flags = 0;
  std::uint8_t host = 0;
  std::uint32_t attributes = 0;
  std::string extra = {};           // in the directory
  std::uint32_t size = 0, crc = 0;  // 0: those of `packed`
  bool lies_over_first = false;     // points to the first member
  bool in_64_bits = false;          // sizes and place stand in an extra field
};

template <typename T>
void put(std::string& out, T number) {
  for (std::size_t i = 0; i < sizeof number; ++i) {
    out += static_cast<char>(static_cast<std::uint64_t>(number) >> 8 * i & 0xff);
  }
}

inline std::uint32_t crc_of_raw(std::string_view text) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size()));
}

inline void put_raw_entry(std::string& out, const RawZipMember& member, std::uint64_t offset) {
  std::string extra = member.extra;
  const std::uint32_t size =
      member.size == 0 ? static_cast<std::uint32_t>(member.packed.size()) : member.size;
  if (member.in_64_bits) {
    put<std::uint32_t>(extra, 1 | 24U << 16);
    for (std::uint64_t number :
         {std::uint64_t{size}, std::uint64_t{member.packed.size()}, offset}) {
      put(extra, number);
    }
  }
  constexpr std::uint32_t kElsewhere = 0xffffffff;
  out += "PK\x01\x02";
  put<std::uint16_t>(out, static_cast<std::uint16_t>(20 | member.host << 8));
  put<std::uint16_t>(out, 20);
  put(out, member.flags);
  put(out, member.method);
  put<std::uint32_t>(out, 0);  // time, date
  put(out, member.crc == 0 ? crc_of_raw(member.packed) : member.crc);
  put(out, member.in_64_bits ? kElsewhere : static_cast<std::uint32_t>(member.packed.size()));
  put(out, member.in_64_bits ? kElsewhere : size);
  put(out, static_cast<std::uint16_t>(member.name.size()));
  put(out, static_cast<std::uint16_t>(extra.size()));
  put<std::uint16_t>(out, 0);  // comment
  put<std::uint32_t>(out, 0);  // disk, kind of text
  put(out, member.attributes);
  put(out, member.in_64_bits ? kElsewhere : static_cast<std::uint32_t>(offset));
  out += member.name + extra;
}

inline void put_raw_end(std::string& out, std::size_t members, std::uint32_t size,
                        std::uint32_t offset, std::string_view comment) {
  out += "PK\x05\x06";
  put<std::uint32_t>(out, 0);  // disks
  for (int i = 0; i < 2; ++i) put(out, static_cast<std::uint16_t>(members));
  put(out, size);
  put(out, offset);
  put(out, static_cast<std::uint16_t>(comment.size()));
  out += comment;
}

// An end whose numbers have 64 bits, and where to find it.
inline void put_raw_end64(std::string& out, std::size_t members, std::uint64_t size,
                          std::uint64_t offset) {
  const std::uint64_t at = out.size();
  out += "PK\x06\x06";
  put<std::uint64_t>(out, 44);
  put<std::uint32_t>(out, 45 | 45U << 16);
  put<std::uint64_t>(out, 0);  // disks
  for (int i = 0; i < 2; ++i) put<std::uint64_t>(out, members);
  put(out, size);
  put(out, offset);
  out += "PK\x06\x07";
  put<std::uint32_t>(out, 0);
  put(out, at);
  put<std::uint32_t>(out, 1);
}

inline std::string make_raw_zip(const std::vector<RawZipMember>& members,
                                std::string_view comment = {}) {
  std::string out, directory;
  bool in_64_bits = false;
  for (const RawZipMember& member : members) {
    put_raw_entry(directory, member, member.lies_over_first ? 0 : out.size());
    in_64_bits |= member.in_64_bits;
    if (member.lies_over_first) continue;
    out.append("PK\x03\x04").append(22, '\0');
    put(out, static_cast<std::uint16_t>(member.name.size()));
    put<std::uint16_t>(out, 0);
    out += member.name + member.packed;
  }
  const std::size_t offset = out.size();
  out += directory;
  if (in_64_bits) put_raw_end64(out, members.size(), directory.size(), offset);
  const auto low = [&](std::size_t number) {
    return in_64_bits ? 0xffffffff : static_cast<std::uint32_t>(number);
  };
  put_raw_end(out, members.size(), low(directory.size()), low(offset), comment);
  return out;
}

}  // namespace vecstore
