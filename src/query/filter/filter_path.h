// Paths of filters as text: year, author.name, items[0].price, $.a.b, `odd key`, $id.
#pragma once

#include <string>
#include <string_view>

#include "query/filter/filter_cursor.h"
#include "query/filter/filter_tree.h"

namespace vecstore::query {

// The path at the cursor, which is left behind it.
Result<Path> read_path(FilterCursor& cursor);

// All of `text` as one path. Errors begin "field 'a..b' column 3: ".
Result<Path> parse_path(std::string_view text);

// The shortest text that reads back as the path.
void append_path(std::string& out, const Path& path);

}  // namespace vecstore::query
