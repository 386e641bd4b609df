#include "rag/loaders/pdf/pdf_accents.h"

#include <array>
#include <utility>

#include "base/utf8.h"
#include "embed/tokenizer/unicode/unicode.h"

namespace vecstore {
namespace {

// Spacing accents and the combining ones that they are drawn as.
constexpr std::array<std::pair<char32_t, char32_t>, 16> kMarks = {{
    {0x60, 0x300},
    {0xB4, 0x301},
    {0x5E, 0x302},
    {0x2C6, 0x302},
    {0x7E, 0x303},
    {0x2DC, 0x303},
    {0xAF, 0x304},
    {0x2C9, 0x304},
    {0x2D8, 0x306},
    {0x2D9, 0x307},
    {0xA8, 0x308},
    {0x2DA, 0x30A},
    {0x2DD, 0x30B},
    {0x2C7, 0x30C},
    {0xB8, 0x327},
    {0x2DB, 0x328},
}};

}  // namespace

char32_t combining_mark(std::string_view text) {
  if (text.empty()) return 0;
  const CodePoint code = decode_utf8(text);
  if (code.size != text.size()) return 0;
  if (code.value >= 0x300 && code.value <= 0x36F) return code.value;
  for (const auto& [spacing, combining] : kMarks) {
    if (spacing == code.value) return combining;
  }
  return 0;
}

std::string accented(std::string_view letter, char32_t mark) {
  std::string out;
  if (letter.empty()) return out;
  CodePoint first = decode_utf8(letter);
  if (first.value == 0x131) first.value = 'i';
  if (first.value == 0x237) first.value = 'j';
  const char32_t composed = unicode::compose(first.value, mark);
  append_utf8(out, composed != 0 ? composed : first.value);
  if (composed == 0) append_utf8(out, mark);
  return out.append(letter.substr(first.size));
}

}  // namespace vecstore
