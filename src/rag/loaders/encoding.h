// Bytes of unknown encoding into UTF-8, or the reason why they are no text.
//
// In this order: a byte order mark decides; valid UTF-8 is UTF-8, whatever a file declares; mostly
// valid UTF-8 is UTF-8 with the bad bytes replaced by U+FFFD; the rest is what was declared (any
// charset of charset.h), else
// Windows-1252 (a superset of Latin-1).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rag/loaders/loader.h"
#include "vecstore/status.h"

namespace vecstore {

struct DecodedText {
  std::string text = {};       // valid UTF-8 without a byte order mark
  std::string encoding = {};   // "utf-8", "utf-16le", "utf-16be", "windows-1252", or as declared
  std::size_t mark_bytes = 0;  // length of the byte order mark
  std::size_t replaced = 0;    // invalid sequences that became U+FFFD
};

// `declared` is a charset label found in the file, empty when there is none. Binary content is
// kUnimplemented: no loader for it. A declared charset that is not known here is kInvalidArgument
// when the bytes are not UTF-8 either.
Result<DecodedText> decode_text(std::string_view bytes, std::string_view declared = {});

// States in the document what is worth knowing of how its file was decoded: metadata "encoding"
// when it was not UTF-8, and `replaced`. Of a file with many documents the first tells.
void note_encoding(const DecodedText& decoded, Document& document);

// A document of `kind` with the decoded text, its encoding noted and `file_offset` set where it
// holds.
Result<Document> decode_document(const LoadInput& input, std::string_view kind,
                                 std::string_view declared = {});

// What follows a byte order mark of UTF-8 and white space.
std::string_view first_text(std::string_view bytes);

// "a PDF file" and the like when the bytes begin as a well-known binary format does, else empty.
std::string_view binary_format(std::string_view bytes);
// kUnimplemented, naming the format, when they do.
Status check_no_binary(std::string_view bytes);

}  // namespace vecstore
