#include <cmath>
#include <string>
#include <utility>

#include "base/number.h"
#include "query/filter/filter_path.h"
#include "query/formula/formula.h"
#include "query/formula/formula_names.h"

namespace vecstore::query {
namespace {

// How tightly a text holds together.
enum Level { kSum, kProduct, kUnary, kPower, kPrimary };

struct Text {
  std::string text;
  Level level = kPrimary;
  FormulaOp op = FormulaOp::kNumber;
};

std::string number_text(double number) {
  std::string text = format_double(number);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

std::string path_text(const Path& path) {
  constexpr std::string_view kScore = "score";
  std::string text;
  append_path(text, path);
  const auto* key = std::get_if<std::string>(&path[0]);
  return key && *key == kScore ? "`score`" + text.substr(kScore.size()) : text;
}

std::string within(Text& part, Level least) {
  return part.level >= least ? std::move(part.text) : "(" + part.text + ")";
}

Text leaf(const FormulaNode& node, const Formula& formula) {
  switch (node.op) {
    case FormulaOp::kNumber:
      return {number_text(node.number), std::signbit(node.number) ? kUnary : kPrimary};
    case FormulaOp::kScore:
      return {"score"};
    case FormulaOp::kStage:
      return {"$" + std::to_string(node.index)};
    case FormulaOp::kField:
      return {path_text(formula.paths()[node.index])};
    case FormulaOp::kFieldOr:
      return {"default(" + path_text(formula.paths()[node.index]) + ", " +
              number_text(node.number) + ")"};
    default:
      return {"now()"};
  }
}

Text infix(FormulaOp op, Text* of) {
  const bool sum = op == FormulaOp::kAdd || op == FormulaOp::kSubtract;
  if (op == FormulaOp::kPower)
    return {within(of[0], kPrimary) + "^" + within(of[1], kUnary), kPower, op};
  const Level level = sum ? kSum : kProduct;
  const Level right = sum ? kProduct : kUnary;
  return {within(of[0], level) + " " + std::string(name_of(op)) + " " + within(of[1], right), level,
          op};
}

// min(min(a, b), c) is min(a, b, c), which parses to the same.
Text call(FormulaOp op, Text* of, std::size_t operands) {
  std::string text = std::string(name_of(op)) + "(" + of[0].text;
  if ((op == FormulaOp::kMin || op == FormulaOp::kMax) && of[0].op == op) {
    text = std::move(of[0].text);
    text.pop_back();
  }
  for (std::size_t i = 1; i < operands; ++i) text += ", " + of[i].text;
  return {text + ")", kPrimary, op};
}

}  // namespace

std::string print_formula(const Formula& formula) {
  std::vector<Text> stack;
  for (const FormulaNode& node : formula.nodes()) {
    const std::size_t operands = operands_of(node.op);
    Text* of = stack.data() + (stack.size() - operands);
    Text text;
    if (operands == 0) {
      text = leaf(node, formula);
    } else if (node.op == FormulaOp::kNegate) {
      text = {"-" + within(of[0], kUnary), kUnary, node.op};
    } else if (node.op >= FormulaOp::kAdd && node.op <= FormulaOp::kPower) {
      text = infix(node.op, of);
    } else {
      text = call(node.op, of, operands);
    }
    stack.resize(stack.size() - operands);
    stack.push_back(std::move(text));
  }
  return std::move(stack.front().text);
}

}  // namespace vecstore::query
