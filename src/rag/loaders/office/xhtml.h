// XHTML, as EPUB has it, for a parser of HTML.
#pragma once

#include <string>
#include <string_view>

namespace vecstore {

// "<title/>" becomes "<title></title>": HTML knows no empty elements but its own, and would take
// all that follows for the title. Comments and CDATA sections stay as they are.
std::string open_empty_elements(std::string_view xhtml);

}  // namespace vecstore
