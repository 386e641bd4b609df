// "did you mean": the known name closest to one that is unknown.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vecstore {

// By optimal string alignment distance in bytes, ASCII letters without case; the first of equals.
// Empty when nothing is near: more than a third of the longer name would have to change, or the
// name is longer than 64 bytes.
std::string_view nearest_name(std::string_view wanted, std::span<const std::string_view> known);

// "did you mean 'text'?", or where nothing is near "known are text, title".
std::string nearest_or_known(std::string_view wanted, std::span<const std::string_view> known);

}  // namespace vecstore
