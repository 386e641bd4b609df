// Text of a named charset into UTF-8: what mails, RTF files and old pages are written in.
//
// Knows the single-byte families of ISO 8859, Windows, KOI8, DOS and the Macintosh, the encodings
// of Chinese, Japanese and Korean, and the forms of Unicode, under their usual labels. The tables
// are those of the C library (iconv).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vecstore {

// Of one charset. Opening one costs some microseconds: keep it for a file. For one thread.
class CharsetDecoder {
 public:
  // Nothing when the label is not known.
  static std::optional<CharsetDecoder> open(std::string_view label);

  // Appends UTF-8 to `out`; what the charset does not have becomes U+FFFD. Returns how many did.
  // Every call begins in the charset's initial state.
  std::size_t decode(std::string_view bytes, std::string& out) const;

 private:
  struct Close {
    void operator()(void* handle) const;
  };

  explicit CharsetDecoder(void* handle) : handle_(handle) {}

  std::unique_ptr<void, Close> handle_;
};

// Whether CharsetDecoder::open knows the label.
bool is_known_charset(std::string_view label);

// Appends `bytes` to `out` with every invalid sequence as U+FFFD; returns how many there were.
std::size_t append_valid_utf8(std::string& out, std::string_view bytes);

}  // namespace vecstore
