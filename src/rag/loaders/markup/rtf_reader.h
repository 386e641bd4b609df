// The tokens of an RTF file, one after the other (RTF 1.9.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vecstore {

struct RtfToken {
  enum class Kind { kBegin, kEnd, kWord, kHex, kText, kEndOfFile };  // { } \word12 \'hh text

  Kind kind = Kind::kEndOfFile;
  std::string_view word = {};  // of kWord: letters, or one sign as in "\~"
  bool has_number = false;
  std::int32_t number = 0;     // of kWord and kHex
  std::string_view text = {};  // of kText: without line breaks
};

class RtfReader {
 public:
  explicit RtfReader(std::string_view bytes) : bytes_(bytes) {}

  RtfToken next();

  // Passes over `count` bytes, as after \bin; at most to the end.
  void skip(std::size_t count);

 private:
  RtfToken read_control();
  RtfToken read_word();

  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace vecstore
