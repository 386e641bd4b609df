// The text form of filters (docs/guide/filters.md) into its tree, by recursive descent.
//
//   either    = both {OR both}
//   both      = inverted {AND inverted}
//   inverted  = NOT inverted | primary
//   primary   = "(" either ")" | TRUE | FALSE | EXISTS "(" path ")" | left condition
//   left      = path | (ANY | ALL | LEN) "(" path ")"
//   condition = comparison value | IS [NOT] NULL | [NOT] negatable
//   negatable = (CONTAINS | STARTSWITH | ENDSWITH | LIKE) value | MATCHES raw string
//             | (IN | CONTAINS_ANY | CONTAINS_ALL) values | BETWEEN value AND value | EXISTS
//   values    = "(" [value {"," value}] ")" | "[" .. "]" | ":" name
//   path      = ["$" "."] key {"." key | "[" digits "]"}
//             | "$id" | "$text" | "$created_at" | "$updated_at"
#pragma once

#include <string_view>

#include "vecstore/filter.h"

namespace vecstore::query {

// All of `text`; blank text is kTrue. Errors begin "filter column 14: ". Values (filter_literal.h)
// may be parameters.
Result<FilterNode> parse_filter(std::string_view text, const Object& parameters = {});

}  // namespace vecstore::query
