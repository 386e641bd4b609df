// One HTML character reference, "&amp;" or "&#8212;", as text. Names beyond the common dozen stay
// as they are written.
#pragma once

#include <string>
#include <string_view>

namespace vecstore {

std::string decode_html_entity(std::string_view entity);

}  // namespace vecstore
