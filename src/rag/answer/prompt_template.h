// A text with places for values: "Question: {question}". {name=otherwise} has a default; {{ and }}
// are braces.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

class PromptTemplate {
 public:
  // kInvalidArgument, with the byte, for a brace that is not closed or a name that is no
  // identifier.
  static Result<PromptTemplate> parse(std::string_view text);

  // Each name once, in the order of the text.
  std::vector<std::string> names() const;

  // kInvalidArgument for a name without value and default, and for a value that no place takes:
  // both are most often a misspelling. Values are put in as they are: braces in them mean nothing.
  Result<std::string> render(const std::map<std::string, std::string>& values) const;

 private:
  struct Part {
    std::string text = {};  // before the place
    std::string name = {};  // empty: the end
    std::optional<std::string> otherwise = {};
  };

  std::vector<Part> parts_;
};

}  // namespace vecstore
