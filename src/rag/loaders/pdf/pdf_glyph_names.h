// What the names of glyphs mean: "Aacute", "uni00C1", "f_i", "a.sc".
#pragma once

#include <string>
#include <string_view>

namespace vecstore {

// In UTF-8; empty when the name says nothing. By the rules of the Adobe Glyph List Specification.
std::string unicode_of_glyph_name(std::string_view name);

}  // namespace vecstore
