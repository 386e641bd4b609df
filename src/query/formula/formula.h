// A new score for a row, from its score so far, its metadata and arithmetic.
//
// Immutable once parsed (formula_parser.h), safe from many threads. Evaluation allocates nothing
// unless it fails, and never recurses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "query/filter/filter_eval.h"
#include "query/filter/filter_tree.h"
#include "vecstore/status.h"

namespace vecstore::query {

enum class FormulaOp : unsigned char {
  kNumber,
  kScore,
  kStage,    // the score that the row has in a stage
  kNow,      // seconds since 1970
  kField,    // a number, a boolean as 0 or 1, a time as seconds since 1970
  kFieldOr,  // the same; where the field gives no number, `number`
  kNegate,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kPower,
  kMin,
  kMax,
  kAbs,
  kExp,
  kLn,
  kLog10,
  kSqrt,
  kGaussDecay,  // of x, origin, scale, offset, decay; as are the next two
  kExpDecay,
  kLinearDecay,
};

// How many operands it takes.
std::size_t operands_of(FormulaOp op);

struct FormulaNode {
  FormulaOp op = FormulaOp::kNumber;
  std::uint32_t index = 0;  // of a stage, from 1; of a field, in paths()
  double number = 0;
  bool operator==(const FormulaNode&) const = default;
};

double seconds_of(const meta::Instant& instant);  // since 1970

// What a row brings. `row.metadata` is empty where the formula reads none.
struct FormulaInput {
  double score = 0;
  std::span<const double> stages = {};  // 0 where a stage has not found the row
  FilterRow row = {};                   // its text is never read; its id is for messages
  TimeMs now = 0;
};

class Formula {
 public:
  // Operands must come before what takes them, and one value be left.
  Formula(std::vector<FormulaNode> nodes, std::vector<Path> paths)
      : nodes_(std::move(nodes)), paths_(std::move(paths)) {}

  // The tree, operands before operators.
  const std::vector<FormulaNode>& nodes() const { return nodes_; }
  const std::vector<Path>& paths() const { return paths_; }
  // The highest number of a stage, 0 when it asks for none.
  std::size_t stages() const;
  bool reads(RecordField field) const;

  // Finite. A field that gives no number and has no default, and an operation whose result is not
  // finite, are errors that name the record.
  Result<double> evaluate(const FormulaInput& input) const;

  bool operator==(const Formula&) const = default;

 private:
  std::vector<FormulaNode> nodes_;
  std::vector<Path> paths_;
};

// Text that parses to an equal formula, as long as it is within kMaxFormulaBytes.
std::string print_formula(const Formula& formula);

}  // namespace vecstore::query
