// The text form of filters (docs/guide/filters.md) into its tree, by recursive descent.
//
//   either    = both {OR both}
//   both      = inverted {AND inverted}
//   inverted  = NOT inverted | primary
//   primary   = "(" either ")" | TRUE | FALSE | EXISTS "(" path ")" | path condition
//   condition = comparison literal | IS [NOT] NULL | [NOT] negatable
//   negatable = (CONTAINS | STARTSWITH | ENDSWITH | LIKE) literal | IN list
//             | BETWEEN literal AND literal | EXISTS
//   path      = ["$" "."] key {"." key | "[" digits "]"}
//             | "$id" | "$text" | "$created_at" | "$updated_at"
#pragma once

#include <string_view>

#include "vecstore/filter.h"

namespace vecstore::query {

// All of `text`; blank text is kTrue. Errors begin "filter column 14: ".
Result<FilterNode> parse_filter(std::string_view text);

}  // namespace vecstore::query
