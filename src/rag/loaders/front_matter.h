// The `---` block that may open a Markdown file. Only its `title: …` line is understood, and only
// in its plain forms.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vecstore {

struct FrontMatter {
  std::size_t bytes = 0;   // length of the block with its fences; 0 when there is none
  std::string title = {};  // empty when absent or more than a plain or simply quoted scalar
};

FrontMatter read_front_matter(std::string_view text);

}  // namespace vecstore
