#include "query/formula/formula_names.h"

#include <algorithm>
#include <string>

#include "base/number.h"

namespace vecstore::query {

std::string_view name_of(FormulaOp op) {
  switch (op) {
    case FormulaOp::kAdd:
      return "+";
    case FormulaOp::kNegate:
    case FormulaOp::kSubtract:
      return "-";
    case FormulaOp::kMultiply:
      return "*";
    case FormulaOp::kDivide:
      return "/";
    case FormulaOp::kPower:
      return "^";
    default:
      break;
  }
  const auto found = std::ranges::find(kFormulaFunctions, op, &FormulaFunction::op);
  return found == std::end(kFormulaFunctions) ? "" : found->name;
}

Status check_decay(double scale, double offset, double decay) {
  if (!(scale > 0))
    return invalid_argument("its scale is " + format_double(scale) + ", expected more than 0");
  if (!(offset >= 0))
    return invalid_argument("its offset is " + format_double(offset) + ", expected 0 or more");
  if (!(decay > 0 && decay < 1))
    return invalid_argument("its decay is " + format_double(decay) +
                            ", expected more than 0 and less than 1");
  return {};
}

}  // namespace vecstore::query
