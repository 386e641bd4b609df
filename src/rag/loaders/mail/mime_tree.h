// The parts of a mail in the order of the file, without copies of their bodies.
//
// One pass over the lines, in linear time whatever they nest; a mail within a mail stays a part of
// its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rag/loaders/mail/mime_header.h"

namespace vecstore {

// Deeper multiparts, and more parts, are read as plain text and left out, respectively.
inline constexpr std::size_t kMaxMultipartDepth = 16;
inline constexpr std::size_t kMaxMimeParts = 10'000;

struct MimePart {
  MimeHeader header = {};
  MimeValue type = {};         // "text/plain" and its parameters
  std::string_view body = {};  // encoded, of the file's own bytes; empty of a multipart
  std::uint32_t end = 0;       // index of the first part after this one and those within it

  bool is_multipart() const { return type.value.starts_with("multipart/"); }
};

struct MimeTree {
  std::vector<MimePart> parts = {};  // the first is the mail itself
  bool cut = false;                  // there were more than kMaxMimeParts
};

MimeTree read_mime_tree(std::string_view mail);

}  // namespace vecstore
