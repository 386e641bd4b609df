// For tests: TAR archives a head at a time, so that they can be what no program writes.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace vecstore {

struct TarHead {
  std::string name = "a.txt";
  char type = '0';
  std::string size = "00000000000";  // the field as it is
  std::string magic = std::string(
      "ustar\0"
      "00",
      8);
  std::string prefix = {};
};

// Makes the checksum of the head at `at` right.
inline void mend_tar_head(std::string& tar, std::size_t at = 0) {
  tar.replace(at + 148, 8, 8, ' ');
  unsigned sum = 0;
  for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(tar[at + i]);
  for (std::size_t i = 0; i < 6; ++i, sum >>= 3) {
    tar[at + 153 - i] = static_cast<char>('0' + (sum & 7));
  }
  tar[at + 154] = '\0';
}

inline std::string make_tar_head(const TarHead& of) {
  std::string head(512, '\0');
  head.replace(0, of.name.size(), of.name);
  head.replace(124, of.size.size(), of.size);
  head[156] = of.type;
  head.replace(257, of.magic.size(), of.magic);
  head.replace(345, of.prefix.size(), of.prefix);
  mend_tar_head(head);
  return head;
}

// A head that says how long the content is, and the content, filled up to whole blocks.
inline std::string make_tar_member(TarHead head, std::string_view content) {
  char octal[12];
  std::snprintf(octal, sizeof octal, "%011zo", content.size());
  head.size = octal;
  std::string out = make_tar_head(head).append(content);
  out.resize((out.size() + 511) / 512 * 512);
  return out;
}

inline std::string pax_record(std::string_view text) {  // "path=x"
  std::size_t size = text.size() + 3;
  while (std::to_string(size).size() + text.size() + 2 != size) ++size;
  return std::to_string(size).append(" ").append(text).append("\n");
}

}  // namespace vecstore
