#include "rag/loaders/front_matter.h"

namespace vecstore {
namespace {

// The next line without its end; moves `at` behind it.
std::string_view next_line(std::string_view text, std::size_t& at) {
  std::size_t end = text.find('\n', at);
  if (end == text.npos) end = text.size();
  std::string_view line = text.substr(at, end - at);
  at = end == text.size() ? end : end + 1;
  std::size_t last = line.find_last_not_of(" \t\r");
  return line.substr(0, last == line.npos ? 0 : last + 1);
}

bool starts_with_key(std::string_view line) {
  std::size_t colon = line.find(':');
  if (colon == 0 || colon == line.npos) return false;
  return line.find_first_of(" \t\"'{}[]#-*`<") >= colon &&
         (colon + 1 == line.size() || line[colon + 1] == ' ');
}

std::string plain_scalar(std::string_view value) {
  std::size_t begin = value.find_first_not_of(" \t");
  if (begin == value.npos) return {};
  value.remove_prefix(begin);
  char quote = value.front();
  if (quote == '"' || quote == '\'') {
    bool simple = value.size() >= 2 && value.back() == quote &&
                  value.find_first_of("\"'\\", 1) == value.size() - 1;
    return simple ? std::string(value.substr(1, value.size() - 2)) : std::string();
  }
  bool structured = std::string_view("[{&*!|>%@`#").find(quote) != std::string_view::npos ||
                    value.find(" #") != value.npos || value.find(": ") != value.npos;
  return structured ? std::string() : std::string(value);
}

}  // namespace

FrontMatter read_front_matter(std::string_view text) {
  std::size_t at = 0;
  if (next_line(text, at) != "---") return {};
  std::size_t peek = at;
  if (!starts_with_key(next_line(text, peek))) return {};
  FrontMatter out;
  while (at < text.size()) {
    std::string_view line = next_line(text, at);
    if (line == "---" || line == "...") {
      out.bytes = at;
      return out;
    }
    if (line.starts_with("title:")) out.title = plain_scalar(line.substr(6));
  }
  return {};
}

}  // namespace vecstore
