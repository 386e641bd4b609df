#include "rag/answer/prompt_template.h"

#include <algorithm>

#include "base/nearest.h"

namespace vecstore {
namespace {

bool is_identifier(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && std::ranges::all_of(name, fits) && !(name[0] >= '0' && name[0] <= '9');
}

Status wrong(std::size_t at, const std::string& what) {
  return invalid_argument("template, byte " + std::to_string(at) + ": " + what);
}

}  // namespace

Result<PromptTemplate> PromptTemplate::parse(std::string_view text) {
  PromptTemplate out;
  Part part;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c != '{' && c != '}') {
      part.text += text[at++];
    } else if (text.substr(at, 2) == std::string(2, c)) {
      part.text += c;
      at += 2;
    } else if (c == '}') {
      return wrong(at, "'}' closes nothing; '}}' is a brace");
    } else {
      const std::size_t end = text.find('}', at);
      if (end == text.npos) return wrong(at, "'{' is not closed; '{{' is a brace");
      const std::string_view inside = text.substr(at + 1, end - at - 1);
      const std::size_t equals = inside.find('=');
      part.name = inside.substr(0, equals);
      if (!is_identifier(part.name)) return wrong(at, "'" + part.name + "' is no name");
      if (equals != inside.npos) part.otherwise = std::string(inside.substr(equals + 1));
      out.parts_.push_back(std::move(part));
      part = {};
      at = end + 1;
    }
  }
  out.parts_.push_back(std::move(part));
  return out;
}

std::vector<std::string> PromptTemplate::names() const {
  std::vector<std::string> names;
  for (const Part& part : parts_) {
    if (!part.name.empty() && std::ranges::find(names, part.name) == names.end())
      names.push_back(part.name);
  }
  return names;
}

Result<std::string> PromptTemplate::render(const std::map<std::string, std::string>& values) const {
  const std::vector<std::string> known = names();
  for (const auto& [name, value] : values) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::vector<std::string_view> places(known.begin(), known.end());
    return invalid_argument("the template has no place '" + name + "', " +
                            nearest_or_known(name, places));
  }
  std::string out;
  for (const Part& part : parts_) {
    out += part.text;
    if (part.name.empty()) break;
    const auto found = values.find(part.name);
    if (found == values.end() && !part.otherwise)
      return invalid_argument("the template's place '" + part.name + "' has no value");
    out += found == values.end() ? *part.otherwise : found->second;
  }
  return out;
}

}  // namespace vecstore
