// Random formulas as text and what they come to, by definition: an expression tree that prints
// itself with every parenthesis and computes itself.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/number.h"
#include "base/random.h"

namespace vecstore::query::naive {

// The fields of the row that random formulas ask for.
struct FormulaRow {
  double score = 0;
  double stages[2] = {};
  double year = 0;
  double flag = 0;
  double now = 0;
};

struct Expression {
  std::string text;
  double value = 0;
};

inline double decay(const std::string& name, const std::vector<double>& of) {
  const double beyond = std::max(0.0, std::fabs(of[0] - of[1]) - of[3]);
  if (name == "gauss_decay") {
    const double variance = -of[2] * of[2] / (2 * std::log(of[4]));
    return std::exp(-beyond * beyond / (2 * variance));
  }
  if (name == "exp_decay") return std::exp(std::log(of[4]) / of[2] * beyond);
  const double width = of[2] / (1 - of[4]);
  return std::max((width - beyond) / width, 0.0);
}

inline Expression leaf(Random& random, const FormulaRow& row) {
  switch (random.below(8)) {
    case 0:
      return {"score", row.score};
    case 1:
      return {"$1", row.stages[0]};
    case 2:
      return {"$2", row.stages[1]};
    case 3:
      return {"year", row.year};
    case 4:
      return {"nested.list[1].flag", row.flag};
    case 5:
      return {"default(missing, -2.5)", -2.5};
    case 6:
      return {"now()", row.now};
    default: {
      const double number = static_cast<double>(random.below(2000)) / 100;
      return {format_double(number), number};
    }
  }
}

inline Expression expression(Random& random, const FormulaRow& row, int depth);

inline Expression call(Random& random, const FormulaRow& row, int depth) {
  static const std::vector<std::string> kNames = {
      "abs",         "exp",       "ln",           "log10", "sqrt",
      "gauss_decay", "exp_decay", "linear_decay", "min",   "max"};
  const std::string& name = kNames[random.below(kNames.size())];
  const bool decays = name.ends_with("decay");
  const bool folds = name == "min" || name == "max";
  const std::size_t count = decays ? 2 : folds ? 2 + random.below(3) : 1;
  std::vector<double> of;
  std::string text = name + "(";
  for (std::size_t i = 0; i < count; ++i) {
    const Expression argument = expression(random, row, depth - 1);
    text += (i > 0 ? ", " : "") + argument.text;
    of.push_back(argument.value);
  }
  if (decays) {
    of.insert(of.end(), {1.0 + static_cast<double>(random.below(9)),
                         static_cast<double>(random.below(3)), 0.25});
    text += ", " + format_double(of[2]) + ", " + format_double(of[3]) + ", 0.25";
  }
  text += ")";
  if (decays) return {text, decay(name, of)};
  if (name == "min") return {text, *std::min_element(of.begin(), of.end())};
  if (name == "max") return {text, *std::max_element(of.begin(), of.end())};
  if (name == "abs") return {text, std::fabs(of[0])};
  if (name == "exp") return {text, std::exp(of[0])};
  if (name == "ln") return {text, std::log(of[0])};
  return {text, name == "sqrt" ? std::sqrt(of[0]) : std::log10(of[0])};
}

inline Expression expression(Random& random, const FormulaRow& row, int depth) {
  if (depth == 0 || random.below(5) == 0) return leaf(random, row);
  const std::uint64_t kind = random.below(8);
  if (kind < 2) return call(random, row, depth);
  const Expression a = expression(random, row, depth - 1);
  if (kind == 2) return {"(-" + a.text + ")", -a.value};
  const Expression b = expression(random, row, depth - 1);
  const auto both = [&](const char* op) { return "(" + a.text + op + b.text + ")"; };
  switch (kind) {
    case 3:
      return {both("+"), a.value + b.value};
    case 4:
      return {both(" - "), a.value - b.value};
    case 5:
      return {both("*"), a.value * b.value};
    case 6:
      return {both(" / "), a.value / b.value};
    default:
      return {both("^"), std::pow(a.value, b.value)};
  }
}

}  // namespace vecstore::query::naive
