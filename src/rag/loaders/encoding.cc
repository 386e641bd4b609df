#include "rag/loaders/encoding.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/utf8.h"
#include "rag/loaders/charset.h"

namespace vecstore {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::string_view begin;
  std::string_view what;
  bool has_loader = false;  // under a name of its own
};

constexpr bool kHasLoader = true;

constexpr std::array kSignatures = {
    Signature{"%PDF-", "a PDF file", kHasLoader},
    Signature{"PK\x03\x04", "a ZIP archive (or an Office or EPUB file)", kHasLoader},
    Signature{"\x1f\x8b", "a gzip file", kHasLoader},
    Signature{"\x28\xb5\x2f\xfd", "a zstd file", kHasLoader},
    Signature{"\xfd\x37zXZ"sv, "an xz file", kHasLoader},
    Signature{"BZh", "a bzip2 file", kHasLoader},
    Signature{"\x89PNG", "a PNG image"},
    Signature{"\xff\xd8\xff", "a JPEG image"},
    Signature{"GIF8", "a GIF image"},
    Signature{"\x7f"
              "ELF",
              "an ELF binary"},
    Signature{"SQLite format 3", "an SQLite database"},
    Signature{"\xd0\xcf\x11\xe0", "an old Microsoft Office file"},
    Signature{"\x93NUMPY", "a NumPy array (import reads those)"},
    Signature{"PAR1", "a Parquet file"},
};

// What bytes 0x80 to 0x9f mean in Windows-1252; the five that it leaves open stay control
// characters.
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

std::string lower(std::string_view label) {
  std::string out(label);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

enum class Charset { kUtf8, kLatin, kUnknown };

Charset charset_of(std::string_view declared) {
  constexpr std::array kUtf8Labels = {"utf-8"sv, "utf8"sv, "utf-16"sv, "unicode"sv};
  constexpr std::array kLatinLabels = {"windows-1252"sv, "cp1252"sv,   "iso-8859-1"sv,
                                       "latin1"sv,       "latin-1"sv,  "us-ascii"sv,
                                       "ascii"sv,        "iso8859-1"sv};
  std::string label = lower(declared);
  if (std::ranges::count(kUtf8Labels, label) != 0) return Charset::kUtf8;
  if (std::ranges::count(kLatinLabels, label) != 0) return Charset::kLatin;
  return Charset::kUnknown;
}

const Signature* signature_of(std::string_view bytes) {
  const auto found = std::ranges::find_if(
      kSignatures, [&](const Signature& one) { return bytes.starts_with(one.begin); });
  return found == kSignatures.end() ? nullptr : &*found;
}

Status refuse_binary(std::string_view bytes, std::string why) {
  if (const Signature* known = signature_of(bytes)) {
    why = std::string(known->what) +
          (known->has_loader ? " under another format's name" : ", which has no loader");
  }
  return unimplemented("not text: " + why);
}

// A NUL never stands in text; other control characters may, as long as they are few.
Status check_textual(std::string_view bytes) {
  if (std::size_t nul = bytes.find('\0'); nul != bytes.npos) {
    return refuse_binary(bytes, "a NUL byte at offset " + std::to_string(nul));
  }
  constexpr std::string_view kUsual = "\t\n\v\f\r\b\x1b";
  auto controls = std::ranges::count_if(bytes, [&](char c) {
    auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && kUsual.find(c) == kUsual.npos) || byte == 0x7f;
  });
  if (static_cast<std::size_t>(controls) > bytes.size() / 16) {
    return refuse_binary(bytes, std::to_string(controls) + " control characters in " +
                                    std::to_string(bytes.size()) + " bytes");
  }
  if (bytes.starts_with("%PDF-")) return refuse_binary(bytes, {});  // its head is plain ASCII
  return {};
}

DecodedText from_utf16(std::string_view bytes, bool little) {
  DecodedText out{{}, little ? "utf-16le" : "utf-16be", 2, 0};
  bytes.remove_prefix(2);
  out.text.reserve(bytes.size());
  auto unit = [&](std::size_t i) {
    auto a = static_cast<unsigned char>(bytes[i]), b = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<char32_t>(little ? a | b << 8 : a << 8 | b);
  };
  std::size_t i = 0;
  for (; i + 1 < bytes.size(); i += 2) {
    char32_t value = unit(i);
    bool high = value >= 0xD800 && value < 0xDC00, low = value >= 0xDC00 && value < 0xE000;
    if (high && i + 3 < bytes.size() && (unit(i + 2) & 0xFC00) == 0xDC00) {
      value = 0x10000 + ((value & 0x3FF) << 10) + (unit(i + 2) & 0x3FF);
      i += 2;
    } else if (high || low) {
      value = 0xFFFD;
      ++out.replaced;
    }
    append_utf8(out.text, value);
  }
  if (i < bytes.size()) {
    append_utf8(out.text, 0xFFFD);
    ++out.replaced;
  }
  return out;
}

DecodedText from_windows1252(std::string_view bytes) {
  DecodedText out{{}, "windows-1252", 0, 0};
  out.text.reserve(bytes.size() + bytes.size() / 8);
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    append_utf8(out.text, byte >= 0x80 && byte < 0xA0 ? kWindows1252[byte - 0x80] : byte);
  }
  return out;
}

struct Utf8Census {
  std::size_t multibyte = 0;  // valid sequences longer than one byte
  std::size_t invalid = 0;
};

Utf8Census census(std::string_view bytes) {
  Utf8Census out;
  while (!bytes.empty()) {
    CodePoint c = decode_utf8(bytes);
    out.multibyte += c.valid && c.size > 1;
    out.invalid += !c.valid;
    bytes.remove_prefix(c.size);
  }
  return out;
}

DecodedText from_damaged_utf8(std::string_view bytes) {
  DecodedText out{{}, "utf-8", 0, 0};
  out.text.reserve(bytes.size());
  while (!bytes.empty()) {
    CodePoint c = decode_utf8(bytes);
    if (c.valid) {
      out.text.append(bytes.substr(0, c.size));
    } else {
      append_utf8(out.text, c.value);
      ++out.replaced;
    }
    bytes.remove_prefix(c.size);
  }
  return out;
}

}  // namespace

std::string_view first_text(std::string_view bytes) {
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
  return bytes;
}

std::string_view binary_format(std::string_view bytes) {
  const Signature* known = signature_of(bytes);
  return known ? known->what : std::string_view();
}

Status check_no_binary(std::string_view bytes) {
  return signature_of(bytes) ? refuse_binary(bytes, {}) : Status();
}

Result<DecodedText> decode_text(std::string_view bytes, std::string_view declared) {
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) {
    DecodedText out = from_utf16(bytes, bytes[0] == '\xff');
    VECSTORE_TRY(check_textual(out.text));
    return out;
  }
  VECSTORE_TRY(check_textual(bytes));
  std::size_t mark = bytes.starts_with("\xef\xbb\xbf") ? 3 : 0;
  bytes.remove_prefix(mark);
  if (is_valid_utf8(bytes)) return DecodedText{std::string(bytes), "utf-8", mark, 0};

  Charset charset = charset_of(declared);
  Utf8Census found = census(bytes);
  if (mark != 0 || charset == Charset::kUtf8 || found.multibyte > found.invalid) {
    DecodedText out = from_damaged_utf8(bytes);
    out.mark_bytes = mark;
    return out;
  }
  if (charset == Charset::kUnknown && !declared.empty()) {
    DecodedText out{{}, lower(declared), 0, 0};
    auto decoder = CharsetDecoder::open(declared);
    if (decoder) out.replaced = decoder->decode(bytes, out.text);
    if (decoder) return out;
    std::string label;
    append_valid_utf8(label, declared.substr(0, 100));
    return invalid_argument("charset '" + shorten(label) +
                            "' is not supported and the bytes are not UTF-8");
  }
  return from_windows1252(bytes);
}

void note_encoding(const DecodedText& decoded, Document& document) {
  if (decoded.encoding != "utf-8") document.metadata["encoding"] = decoded.encoding;
  document.replaced = decoded.replaced;
}

Result<Document> decode_document(const LoadInput& input, std::string_view kind,
                                 std::string_view declared) {
  VECSTORE_ASSIGN(DecodedText decoded, decode_text(input.bytes, declared));
  Document document;
  document.kind = kind;
  note_encoding(decoded, document);
  bool as_in_file = decoded.encoding == "utf-8" && decoded.replaced == 0;
  if (as_in_file) document.file_offset = decoded.mark_bytes;
  document.text = std::move(decoded.text);
  return document;
}

}  // namespace vecstore
