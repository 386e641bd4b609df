#include "server/http/route.h"

#include <algorithm>
#include <vector>

#include "base/nearest.h"
#include "base/number.h"
#include "base/utf8.h"

namespace vecstore {

std::optional<Captures> match_pattern(std::string_view pattern, const Target& target) {
  Captures captures;
  for (const std::string& segment : target.segments) {
    if (pattern.empty()) return std::nullopt;
    pattern.remove_prefix(1);
    const std::size_t end = std::min(pattern.find('/'), pattern.size());
    const std::string_view part = pattern.substr(0, end);
    pattern.remove_prefix(end);
    if (part == "{collection}") {
      captures.collection = segment;
    } else if (part == "{namespace}") {
      captures.space = segment;
    } else if (part.starts_with('{')) {
      captures.name = segment;
    } else if (part != segment) {
      return std::nullopt;
    }
  }
  if (!pattern.empty()) return std::nullopt;
  return captures;
}

Status check_parameters(const Route& route, const Target& target) {
  for (const auto& given : target.parameters) {
    const std::string &name = given.first, &value = given.second;
    const auto known = std::find_if(route.parameters.begin(), route.parameters.end(),
                                    [&](const Parameter& one) { return one.name == name; });
    if (known == route.parameters.end()) {
      std::vector<std::string_view> names;
      for (const Parameter& one : route.parameters) names.push_back(one.name);
      return invalid_argument(
          "unknown parameter '" + shorten(name) + "'" +
          (names.empty() ? ", this route has none" : ": " + nearest_or_known(name, names)));
    }
    const auto number = parse_int64(value);
    const bool fits =
        known->kind == ParameterKind::kText ||
        (known->kind == ParameterKind::kCount && number && *number >= 0) ||
        (known->kind == ParameterKind::kFlag && (value == "true" || value == "false"));
    if (!fits)
      return invalid_argument("parameter '" + name + "' must be " +
                              (known->kind == ParameterKind::kFlag ? "true or false" : "a count") +
                              ", it is '" + shorten(value) + "'");
  }
  return {};
}

unsigned body_type_of(std::string_view content_type) {
  if (content_type == "application/json") return kJsonBody;
  if (content_type == "application/x-ndjson") return kLinesBody;
  if (content_type == "application/octet-stream") return kBytesBody;
  return kNoBody;
}

}  // namespace vecstore
