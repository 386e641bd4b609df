// What a terminal shows at the end of an output.
#pragma once

#include <string>
#include <string_view>

namespace vecstore {

// Without escape sequences and other control characters but tabs, and of lines that were
// overwritten after '\r' the last form.
std::string terminal_text(std::string_view output);

}  // namespace vecstore
