// The tokens of content streams and character maps (ISO 32000-1, 7.2 and 7.3).
#pragma once

#include <string>
#include <string_view>

namespace vecstore {

struct PdfToken {
  enum class Kind {
    kEnd,
    kNumber,
    kName,    // without the slash, escapes undone
    kString,  // as bytes
    kArrayBegin,
    kArrayEnd,
    kDictBegin,
    kDictEnd,
    kWord,  // an operator, true, false, null
  };

  Kind kind = Kind::kEnd;
  double number = 0;
  std::string text = {};

  bool is(std::string_view word) const { return kind == Kind::kWord && text == word; }
};

class PdfLexer {
 public:
  explicit PdfLexer(std::string_view bytes) : rest_(bytes) {}

  // Bytes that make no token are skipped; at the end, kEnd again and again.
  PdfToken next();

  // After the operator ID: goes behind the operator EI that ends the image.
  void skip_inline_image();

  std::size_t bytes_left() const { return rest_.size(); }

 private:
  void skip_space();
  PdfToken number_or_word();
  std::string literal_string();
  std::string hex_string();
  std::string name();

  std::string_view rest_;
};

}  // namespace vecstore
