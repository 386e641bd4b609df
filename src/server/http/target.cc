#include "server/http/target.h"

#include <algorithm>

#include "base/utf8.h"

namespace vecstore {
namespace {

constexpr std::size_t kMaxParameters = 32;

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? digit_of(text[i + 2]) : -1;
      if (high < 0 || low < 0) return invalid_argument("a '%' without two hexadecimal digits");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (plus_is_space && c == '+') {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return invalid_argument("a control character");
    out += c;
  }
  if (!is_valid_utf8(out)) return invalid_argument("bytes that are not UTF-8");
  return out;
}

Status read_path(std::string_view path, Target& target) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    VECSTORE_ASSIGN(std::string segment, decoded(path.substr(0, end), false));
    path.remove_prefix(end);
    if (segment.empty() || segment == "." || segment == "..")
      return invalid_argument("the segment '" + segment + "'");
    target.segments.push_back(std::move(segment));
  }
  return {};
}

Status read_parameters(std::string_view text, Target& target) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equal = std::min(pair.find('='), pair.size());
    VECSTORE_ASSIGN(std::string name, decoded(pair.substr(0, equal), true));
    VECSTORE_ASSIGN(std::string value,
                    decoded(pair.substr(std::min(equal + 1, pair.size())), true));
    if (target.find(name)) return invalid_argument("parameter '" + name + "' twice");
    if (target.parameters.size() == kMaxParameters)
      return invalid_argument("more than " + std::to_string(kMaxParameters) + " parameters");
    target.parameters.emplace_back(std::move(name), std::move(value));
  }
  return {};
}

}  // namespace

const std::string* Target::find(std::string_view name) const {
  const auto at = std::find_if(parameters.begin(), parameters.end(),
                               [&](const auto& one) { return one.first == name; });
  return at == parameters.end() ? nullptr : &at->second;
}

Result<Target> parse_target(std::string_view text) {
  if (text.size() > kMaxTargetBytes)
    return invalid_argument("the target has " + std::to_string(text.size()) + " bytes, at most " +
                            std::to_string(kMaxTargetBytes) + " are allowed");
  if (text.empty() || text[0] != '/') return invalid_argument("the target does not begin with '/'");
  if (text.find('#') != text.npos) return invalid_argument("the target has a '#'");
  const std::size_t mark = std::min(text.find('?'), text.size());
  Target target;
  VECSTORE_TRY(read_path(text.substr(0, mark), target).with_context("the path has"));
  VECSTORE_TRY(read_parameters(text.substr(std::min(mark + 1, text.size())), target)
                   .with_context("the query string has"));
  return target;
}

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

}  // namespace vecstore
