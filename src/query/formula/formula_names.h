// The functions of formulas: what the parser knows and the printer writes.
#pragma once

#include <cstddef>
#include <string_view>

#include "query/formula/formula.h"

namespace vecstore::query {

struct FormulaFunction {
  std::string_view name;
  FormulaOp op;
  std::size_t least;  // arguments
  std::size_t most;
};

inline constexpr std::size_t kAnyNumber = ~std::size_t{0};

// `pow` comes last: the printer writes its operator.
inline constexpr FormulaFunction kFormulaFunctions[] = {
    {"abs", FormulaOp::kAbs, 1, 1},
    {"min", FormulaOp::kMin, 2, kAnyNumber},
    {"max", FormulaOp::kMax, 2, kAnyNumber},
    {"exp", FormulaOp::kExp, 1, 1},
    {"ln", FormulaOp::kLn, 1, 1},
    {"log10", FormulaOp::kLog10, 1, 1},
    {"sqrt", FormulaOp::kSqrt, 1, 1},
    {"gauss_decay", FormulaOp::kGaussDecay, 3, 5},
    {"exp_decay", FormulaOp::kExpDecay, 3, 5},
    {"linear_decay", FormulaOp::kLinearDecay, 3, 5},
    {"now", FormulaOp::kNow, 0, 0},
    {"pow", FormulaOp::kPower, 2, 2},
};

inline bool is_decay(FormulaOp op) { return op >= FormulaOp::kGaussDecay; }

// "ln", "+": for messages and the printer.
std::string_view name_of(FormulaOp op);

// Why no decay has such parameters; ok when all are in range.
Status check_decay(double scale, double offset, double decay);

}  // namespace vecstore::query
