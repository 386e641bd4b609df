// Text and numbers as they stand in a page.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vecstore {

// Whatever it holds, it is text and nothing else, between tags and in quoted attributes: markup is
// escaped; control characters, those that turn the direction of writing, and what is not UTF-8
// become U+FFFD.
std::string escaped_html(std::string_view text);

// The first `most` code points, then "…"; not escaped.
std::string cut_text(std::string_view text, std::size_t most);

// With so many digits behind the point: "0.50"; never "-0.00".
std::string decimal(double value, int digits);
// The same for people to read: with a minus sign, or with either sign, "+0.50".
std::string shown_decimal(double value, int digits);
std::string signed_decimal(double value, int digits);

}  // namespace vecstore
