// File name patterns: `*` any run within a name, `?` one byte, `[a-z]` and `[!a-z]` one of a set,
// `**` any run of folders.
//
// A pattern without a slash is matched against the last name of a path ("*.md"), one with a slash
// against the whole relative path
// ("docs/**/*.md", "build/*"). Bytes are compared as they are: case counts.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vecstore {

// Time is at most pattern times path.
bool glob_match(std::string_view pattern, std::string_view path);

bool any_glob_match(std::span<const std::string> patterns, std::string_view path);

}  // namespace vecstore
