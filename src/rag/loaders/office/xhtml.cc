#include "rag/loaders/office/xhtml.h"

#include <algorithm>
#include <array>
#include <utility>

namespace vecstore {
namespace {

using namespace std::string_view_literals;

// Those that HTML has empty.
constexpr std::array kVoid = {"area"sv,  "base"sv,   "br"sv,    "col"sv,  "embed"sv,
                              "hr"sv,    "img"sv,    "input"sv, "link"sv, "meta"sv,
                              "param"sv, "source"sv, "track"sv, "wbr"sv};

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

// Just past the tag that begins at 0, npos when it has no end; quoted values may hold '>'.
std::size_t tag_end(std::string_view tag) {
  char quote = '\0';
  for (std::size_t i = 1; i < tag.size(); ++i) {
    if (quote != '\0') {
      quote = tag[i] == quote ? '\0' : quote;
    } else if (tag[i] == '"' || tag[i] == '\'') {
      quote = tag[i];
    } else if (tag[i] == '>') {
      return i + 1;
    }
  }
  return tag.npos;
}

// Just past what begins at 0 with '<' and is not an element's tag.
std::size_t other_end(std::string_view text) {
  for (auto [begin, end] : {std::pair{"<!--"sv, "-->"sv}, {"<![CDATA["sv, "]]>"sv}}) {
    if (!text.starts_with(begin)) continue;
    const std::size_t at = text.find(end, begin.size());
    return at == text.npos ? text.size() : at + end.size();
  }
  return 1;
}

}  // namespace

std::string open_empty_elements(std::string_view xhtml) {
  std::string out;
  out.reserve(xhtml.size() + xhtml.size() / 16);
  while (!xhtml.empty()) {
    const std::size_t plain = std::min(xhtml.find('<'), xhtml.size());
    out += xhtml.substr(0, plain);
    xhtml.remove_prefix(plain);
    if (xhtml.empty()) break;
    std::size_t name_end = 1;
    while (name_end < xhtml.size() && is_name(xhtml[name_end])) ++name_end;
    const std::size_t size = name_end == 1 ? other_end(xhtml) : tag_end(xhtml);
    if (size == xhtml.npos) return out.append(xhtml);
    const std::string_view tag = xhtml.substr(0, size), name = xhtml.substr(1, name_end - 1);
    if (name_end > 1 && tag.ends_with("/>") && std::ranges::count(kVoid, name) == 0) {
      out.append(tag.substr(0, size - 2)).append("></").append(name).append(">");
    } else {
      out += tag;
    }
    xhtml.remove_prefix(size);
  }
  return out;
}

}  // namespace vecstore
