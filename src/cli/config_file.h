// Reading .vecstore.toml.
#pragma once

#include <string>

#include "vecstore/value.h"

namespace vecstore {

// The file as an object of tables. Dates and times become strings as written in ISO 8601. An error
// names the file and, where the text is wrong, line and column.
Result<Object> read_config_file(const std::string& path);
Result<Object> parse_config(std::string_view text, const std::string& path);

}  // namespace vecstore
