#include "rag/loaders/mail/mime_header.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/number.h"
#include "base/utf8.h"
#include "rag/loaders/charset.h"
#include "rag/loaders/mail/transfer_encoding.h"

namespace vecstore {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return lower(c); });
  return out;
}

std::string_view trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);  // npos + 1 is 0
}

std::string_view line_at(std::string_view bytes, std::size_t at) {
  return bytes.substr(at, std::min(bytes.find('\n', at), bytes.size() - 1) + 1 - at);
}

// The length of a field's name, which a colon ends; 0 when the line begins no field.
std::size_t name_length(std::string_view line) {
  std::size_t size = 0;
  while (size < line.size() && line[size] > ' ' && line[size] < 0x7f && line[size] != ':') ++size;
  const std::size_t colon = line.find_first_not_of(" \t", size);
  return colon != line.npos && line[colon] == ':' ? size : 0;
}

std::string in_utf8(std::string_view bytes, std::string_view charset) {
  std::string out;
  auto decoder = is_valid_utf8(bytes) && (charset.empty() || lower(charset) == "us-ascii")
                     ? std::nullopt
                     : CharsetDecoder::open(charset.empty() ? "windows-1252" : charset);
  decoder ? decoder->decode(bytes, out) : append_valid_utf8(out, bytes);
  return out;
}

// "=?charset?B?text?=" at the start of `text`.
struct EncodedWord {
  std::string charset = {}, bytes = {};
  std::size_t size = 0;  // of the whole word
};

std::optional<EncodedWord> encoded_word(std::string_view text) {
  constexpr std::size_t kMaxWord = 500;  // the standard says 75
  if (!text.starts_with("=?")) return std::nullopt;
  text = text.substr(0, kMaxWord);
  const std::size_t way = text.find('?', 2);
  if (way == text.npos || way + 3 > text.size() || text[way + 2] != '?') return std::nullopt;
  const char kind = lower(text[way + 1]);
  const std::size_t end = kind == 'b' || kind == 'q' ? text.find("?=", way + 3) : text.npos;
  if (end == text.npos) return std::nullopt;
  const std::string_view inside = text.substr(way + 3, end - way - 3);
  std::string charset = lower(text.substr(2, way - 2));
  charset.resize(std::min(charset.find('*'), charset.size()));  // a language follows
  return EncodedWord{
      std::move(charset),
      kind == 'b' ? decode_base64_body(inside) : decode_quoted_printable(inside, true), end + 2};
}

// White space as one space, and no control characters.
std::string one_line(std::string_view text) {
  std::string out;
  for (char c : text) {
    const bool space = static_cast<unsigned char>(c) <= ' ' || c == 0x7f;
    if (!space) out += c;
    if (space && !out.empty() && out.back() != ' ') out += ' ';
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string percent_decoded(std::string_view text) {
  std::string quoted(text);
  std::ranges::replace(quoted, '%', '=');
  return decode_quoted_printable(quoted);
}

// One piece of a parameter: "name*1*".
struct Piece {
  std::string text;
  bool encoded;
};

// The parameters "name*0", "name*1*", … put together, by name and number.
class Pieces {
 public:
  // False when `key` is a plain name.
  bool add(std::string_view key, std::string value) {
    const std::size_t star = key.find('*');
    if (star == key.npos) return false;
    std::string_view number = key.substr(star + 1);
    const bool encoded = number.empty() || number.ends_with('*');
    if (number.ends_with('*')) number.remove_suffix(1);
    const std::int64_t index = number.empty() ? 0 : parse_int64(number).value_or(-1);
    if (index >= 0) pieces_[std::string(key.substr(0, star))][index] = {std::move(value), encoded};
    return true;
  }

  void move_into(std::vector<HeaderField>& parameters) {
    for (auto& [name, pieces] : pieces_) {
      std::string charset, bytes;
      for (auto& [index, piece] : pieces) {
        std::string_view text = piece.text;
        if (index == 0 && piece.encoded) charset = take_charset(text);
        bytes += piece.encoded ? percent_decoded(text) : std::string(text);
      }
      parameters.push_back({name, one_line(in_utf8(bytes, charset))});
    }
  }

 private:
  // Cuts "charset'language'" off.
  static std::string take_charset(std::string_view& text) {
    const std::size_t first = text.find('\'');
    const std::size_t second = first == text.npos ? first : text.find('\'', first + 1);
    if (second == text.npos) return {};
    std::string charset(text.substr(0, first));
    text.remove_prefix(second + 1);
    return charset;
  }

  std::map<std::string, std::map<std::int64_t, Piece>> pieces_;
};

// Takes a parameter's value off the front of `rest`, up to the next ';'.
std::string take_value(std::string_view& rest) {
  rest = trim(rest);
  std::string out;
  if (!rest.starts_with('"')) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    out = trim(rest.substr(0, end));
    rest.remove_prefix(end);
    return out;
  }
  std::size_t i = 1;
  for (; i < rest.size() && rest[i] != '"'; ++i) {
    if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
    out += rest[i];
  }
  rest.remove_prefix(std::min(rest.find(';', i), rest.size()));
  return out;
}

std::string_view find_field(const std::vector<HeaderField>& fields, std::string_view name) {
  auto found = std::ranges::find(fields, name, &HeaderField::name);
  return found == fields.end() ? std::string_view() : found->value;
}

}  // namespace

std::string_view MimeHeader::find(std::string_view name) const { return find_field(fields, name); }

std::string_view MimeValue::find(std::string_view name) const {
  return find_field(parameters, name);
}

MimeHeader read_header(std::string_view bytes, std::size_t& body) {
  MimeHeader header;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::string_view line = line_at(bytes, at);
    const bool folded = (line[0] == ' ' || line[0] == '\t') && !header.fields.empty();
    const bool empty = trim(line).empty();
    if (empty) {
      at += line.size();
      break;
    }
    const std::size_t name = folded ? 0 : name_length(line);
    if (!folded && (name == 0 || header.fields.size() == kMaxHeaderFields)) break;
    if (!folded) header.fields.push_back({lower(line.substr(0, name)), {}});
    std::string& value = header.fields.back().value;
    std::string_view more = folded ? line : line.substr(line.find(':', name) + 1);
    more = more.substr(0, kMaxFieldBytes - std::min(value.size() + 1, kMaxFieldBytes));
    if (folded) value += ' ';
    value += trim(more);
    at += line.size();
  }
  body = at;
  return header;
}

std::string decode_field(std::string_view value) {
  std::string out, charset, bytes;  // bytes: of encoded words that follow one another
  auto flush = [&] {
    if (!bytes.empty()) out += in_utf8(bytes, charset);
    bytes.clear();
  };
  std::size_t plain = 0;  // where text outside of encoded words begins
  for (std::size_t i = 0; i < value.size();) {
    auto word = value[i] == '=' ? encoded_word(value.substr(i)) : std::nullopt;
    if (!word) {
      ++i;
      continue;
    }
    const std::string_view between = value.substr(plain, i - plain);
    const bool adjacent = !bytes.empty() && trim(between).empty();
    if (!adjacent || word->charset != charset) flush();
    if (!adjacent) out += in_utf8(between, {});
    charset = word->charset;
    bytes += word->bytes;
    i += word->size;
    plain = i;
  }
  flush();
  out += in_utf8(value.substr(plain), {});
  return one_line(out);
}

MimeValue read_mime_value(std::string_view field) {
  constexpr std::size_t kMaxParameters = 100;
  MimeValue out;
  const std::size_t end = std::min(field.find(';'), field.size());
  const std::string_view value = field.substr(0, end);
  out.value = in_utf8(lower(trim(value.substr(0, value.find('(')))), {});
  std::string_view rest = field.substr(end);
  Pieces pieces;
  for (std::size_t count = 0; rest.starts_with(';') && count < kMaxParameters; ++count) {
    rest.remove_prefix(1);
    const std::size_t equals = rest.find_first_of("=;");
    if (equals == rest.npos) break;
    const std::string key = lower(trim(rest.substr(0, equals)));
    const bool named = rest[equals] == '=';
    rest.remove_prefix(named ? equals + 1 : equals);
    if (!named) continue;
    std::string text = take_value(rest);
    if (pieces.add(key, text)) continue;
    out.parameters.push_back({key, decode_field(text)});
  }
  pieces.move_into(out.parameters);
  return out;
}

}  // namespace vecstore
