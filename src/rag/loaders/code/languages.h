// Programming languages by the extension of a file, or by its first line.
#pragma once

#include <span>
#include <string_view>

namespace vecstore {

// All that are known, lower case, without the dot.
std::span<const std::string_view> code_extensions();

// "python" for "py"; empty when nobody knows.
std::string_view language_of_extension(std::string_view extension);

// "python" for "#!/usr/bin/env python3"; empty when nobody knows.
std::string_view language_of_first_line(std::string_view bytes);

}  // namespace vecstore
