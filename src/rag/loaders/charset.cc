#include "rag/loaders/charset.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/utf8.h"

namespace vecstore {
namespace {

using namespace std::string_view_literals;

// Labels that the C library does not have, or means otherwise than mails do: what says Latin-1 or
// ASCII is Windows-1252 more often than not.
struct Alias {
  std::string_view label, name;
};

constexpr std::array kAliases = {Alias{"us-ascii", "windows-1252"},
                                 Alias{"ascii", "windows-1252"},
                                 Alias{"ansi_x3.4-1968", "windows-1252"},
                                 Alias{"iso-8859-1", "windows-1252"},
                                 Alias{"iso8859-1", "windows-1252"},
                                 Alias{"iso_8859-1", "windows-1252"},
                                 Alias{"latin1", "windows-1252"},
                                 Alias{"latin-1", "windows-1252"},
                                 Alias{"l1", "windows-1252"},
                                 Alias{"ansi", "windows-1252"},
                                 Alias{"iso-8859-8-i", "iso-8859-8"},
                                 Alias{"ks_c_5601-1987", "cp949"},
                                 Alias{"ks_c_5601", "cp949"},
                                 Alias{"euc-kr", "cp949"},
                                 Alias{"gb2312", "gb18030"},
                                 Alias{"gbk", "gb18030"},
                                 Alias{"x-gbk", "gb18030"},
                                 Alias{"hz-gb-2312", "gb18030"},
                                 Alias{"shift_jis", "cp932"},
                                 Alias{"shift-jis", "cp932"},
                                 Alias{"x-sjis", "cp932"},
                                 Alias{"sjis", "cp932"},
                                 Alias{"big5", "big5-hkscs"},
                                 Alias{"x-mac-roman", "macintosh"},
                                 Alias{"macroman", "macintosh"},
                                 Alias{"mac", "macintosh"},
                                 Alias{"unicode", "utf-16"},
                                 Alias{"utf8", "utf-8"},
                                 Alias{"unicode-1-1-utf-7", "utf-7"},
                                 Alias{"x-unknown", "windows-1252"},
                                 Alias{"unknown-8bit", "windows-1252"},
                                 Alias{"8bit", "windows-1252"}};

constexpr std::array kFamilies = {"iso-8859-"sv, "iso8859-"sv, "windows-"sv, "cp"sv,
                                  "ibm"sv,       "koi8-"sv,    "utf-"sv,     "iso-2022-jp"sv};
constexpr std::array kNames = {"macintosh"sv, "gb18030"sv,     "big5-hkscs"sv, "euc-jp"sv,
                               "euc-tw"sv,    "iso-2022-kr"sv, "tis-620"sv,    "johab"sv};

// What iconv_open may be asked for, or nothing: it takes suffixes and files besides.
std::string iconv_name(std::string_view label) {
  std::string name(label.substr(0, 40));
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  auto alias = std::ranges::find(kAliases, std::string_view(name), &Alias::label);
  if (alias != kAliases.end()) name = alias->name;
  const bool plain = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == name.npos;
  const bool known = std::ranges::count(kNames, std::string_view(name)) != 0 ||
                     std::ranges::any_of(kFamilies, [&](auto f) { return name.starts_with(f); });
  return plain && known ? name : std::string();
}

}  // namespace

void CharsetDecoder::Close::operator()(void* handle) const { iconv_close(handle); }

std::optional<CharsetDecoder> CharsetDecoder::open(std::string_view label) {
  const std::string name = iconv_name(label);
  if (name.empty()) return std::nullopt;
  iconv_t handle = iconv_open("UTF-8", name.c_str());
  if (handle == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
  return CharsetDecoder(handle);
}

std::size_t CharsetDecoder::decode(std::string_view bytes, std::string& out) const {
  iconv(handle_.get(), nullptr, nullptr, nullptr, nullptr);
  char* in = const_cast<char*>(bytes.data());  // iconv does not write to it
  std::size_t left = bytes.size(), replaced = 0;
  std::string converted;
  char buffer[4096];
  for (bool ended = false; !ended;) {
    char* next = buffer;
    std::size_t room = sizeof buffer;
    // The last call, without input, writes what is still due.
    const std::size_t done =
        iconv(handle_.get(), left > 0 ? &in : nullptr, left > 0 ? &left : nullptr, &next, &room);
    const int error = done == static_cast<std::size_t>(-1) ? errno : 0;
    converted.append(buffer, sizeof buffer - room);
    if (error == EILSEQ || error == EINVAL) {
      converted += "\xef\xbf\xbd";
      ++replaced;
      const std::size_t skip = std::min<std::size_t>(left, error == EINVAL ? left : 1);
      in += skip;
      left -= skip;
    }
    ended = left == 0 && error != E2BIG && room == sizeof buffer;
  }
  return replaced + append_valid_utf8(out, converted);
}

bool is_known_charset(std::string_view label) { return CharsetDecoder::open(label).has_value(); }

std::size_t append_valid_utf8(std::string& out, std::string_view bytes) {
  std::size_t replaced = 0;
  while (!bytes.empty()) {
    const std::size_t valid = std::min(invalid_utf8_at(bytes), bytes.size());
    out += bytes.substr(0, valid);
    bytes.remove_prefix(valid);
    if (bytes.empty()) break;
    out += "\xef\xbf\xbd";
    ++replaced;
    bytes.remove_prefix(1);
  }
  return replaced;
}

}  // namespace vecstore
