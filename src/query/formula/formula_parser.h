// The text of formulas (docs/guide/query-tree.md) into their tree, by recursive descent.
//
//   sum      = product {("+" | "-") product}
//   product  = unary {("*" | "/") unary}
//   unary    = "-" unary | power
//   power    = primary ["^" unary]
//   primary  = number | "score" | "$" digits | path | function | "(" sum ")"
//   function = name "(" [sum {"," sum}] ")" | "default" "(" path "," ["-"] number ")"
//            | "time" "(" string ")"
//
// Names without a parenthesis are fields; one called score needs back-ticks.
#pragma once

#include <string_view>

#include "query/formula/formula.h"

namespace vecstore::query {

inline constexpr std::size_t kMaxFormulaDepth = 32;

// Errors begin "formula column 14: ".
Result<Formula> parse_formula(std::string_view text);

}  // namespace vecstore::query
