#include "rag/loaders/html_entity.h"

#include <array>
#include <charconv>
#include <cstdint>

#include "base/utf8.h"

namespace vecstore {
namespace {

struct Named {
  std::string_view name;
  std::string_view text;
};

constexpr std::array kNamed = {
    Named{"amp", "&"},        Named{"lt", "<"},         Named{"gt", ">"},
    Named{"quot", "\""},      Named{"apos", "'"},       Named{"nbsp", " "},
    Named{"ndash", "\u2013"}, Named{"mdash", "\u2014"}, Named{"hellip", "\u2026"},
    Named{"copy", "\u00a9"},  Named{"reg", "\u00ae"},   Named{"trade", "\u2122"},
};

std::string numeric(std::string_view digits, int base, std::string_view otherwise) {
  std::uint32_t value = 0;
  const char* end = digits.data() + digits.size();
  auto [stop, error] = std::from_chars(digits.data(), end, value, base);
  bool scalar = value != 0 && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
  if (error != std::errc() || stop != end || !scalar) return std::string(otherwise);
  std::string out;
  append_utf8(out, value);
  return out;
}

}  // namespace

std::string decode_html_entity(std::string_view entity) {
  if (entity.size() < 3 || !entity.starts_with('&') || !entity.ends_with(';')) {
    return std::string(entity);
  }
  std::string_view name = entity.substr(1, entity.size() - 2);
  if (name.starts_with("#x") || name.starts_with("#X")) return numeric(name.substr(2), 16, entity);
  if (name.starts_with('#')) return numeric(name.substr(1), 10, entity);
  for (const Named& known : kNamed) {
    if (known.name == name) return std::string(known.text);
  }
  return std::string(entity);
}

}  // namespace vecstore
