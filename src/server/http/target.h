// The target of a request: "/v1/collections/a%2Fb/query?k=3" into its segments and parameters.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

inline constexpr std::size_t kMaxTargetBytes = 8'192;

struct Target {
  std::vector<std::string> segments = {};  // cut at '/', then decoded: a name may have a slash
  std::vector<std::pair<std::string, std::string>> parameters = {};  // decoded, names differ

  const std::string* find(std::string_view name) const;
};

// One spelling for one path: refuses empty segments, "." and "..", and all that is not
// percent-encoded UTF-8 without control characters. In parameters '+' is a space.
Result<Target> parse_target(std::string_view text);

// A segment or a parameter's value as a target has it.
std::string percent_encoded(std::string_view text);

}  // namespace vecstore
