#include "query/formula/formula_parser.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/nearest.h"
#include "base/number.h"
#include "base/utf8.h"
#include "meta/instant.h"
#include "query/filter/filter_cursor.h"
#include "query/filter/filter_path.h"
#include "query/formula/formula_names.h"
#include "vecstore/limits.h"

namespace vecstore::query {
namespace {

class FormulaParser {
 public:
  explicit FormulaParser(std::string_view text) : at_(text, "formula", Language::kFormula) {}

  Result<Formula> parse() {
    VECSTORE_TRY(at_.start());
    VECSTORE_TRY(sum());
    if (!at_.at(TokenKind::kEnd)) return at_.expected("an operator or the end");
    if (fields_ > kMaxFormulaFields)
      return at_.error_at(0, "the formula reads " + std::to_string(fields_) +
                                 " fields, the limit is " + std::to_string(kMaxFormulaFields));
    return Formula(std::move(nodes_), std::move(paths_));
  }

 private:
  void add(FormulaOp op, double number = 0, std::size_t index = 0) {
    nodes_.push_back({op, static_cast<std::uint32_t>(index), number});
    fields_ += op == FormulaOp::kField || op == FormulaOp::kFieldOr ? 1 : 0;
  }

  Status sum() {
    VECSTORE_TRY(product());
    while (at_.at_symbol("+") || at_.at_symbol("-")) {
      const FormulaOp op = at_.at_symbol("+") ? FormulaOp::kAdd : FormulaOp::kSubtract;
      at_.advance();
      VECSTORE_TRY(product());
      add(op);
    }
    return {};
  }

  Status product() {
    VECSTORE_TRY(unary());
    while (at_.at_symbol("*") || at_.at_symbol("/")) {
      const FormulaOp op = at_.at_symbol("*") ? FormulaOp::kMultiply : FormulaOp::kDivide;
      at_.advance();
      VECSTORE_TRY(unary());
      add(op);
    }
    return {};
  }

  // Every way into the depth leads through here.
  Status unary() {
    if (depth_ == kMaxFormulaDepth)
      return at_.error_at(at_.offset(), "more than " + std::to_string(kMaxFormulaDepth) + " deep");
    ++depth_;
    if (at_.accept_symbol("-")) {
      const std::size_t begin = nodes_.size();
      VECSTORE_TRY(unary());
      if (is_number_from(begin)) {
        nodes_.back().number = -nodes_.back().number;
      } else {
        add(FormulaOp::kNegate);
      }
    } else {
      VECSTORE_TRY(power());
    }
    --depth_;
    return {};
  }

  Status power() {
    VECSTORE_TRY(primary());
    if (!at_.accept_symbol("^")) return {};
    VECSTORE_TRY(unary());
    add(FormulaOp::kPower);
    return {};
  }

  Status primary() {
    if (at_.at(TokenKind::kNumber)) return number(FormulaOp::kNumber, 0, 1);
    if (at_.accept_symbol("(")) {
      VECSTORE_TRY(sum());
      return at_.expect_symbol(")");
    }
    if (at_.at_function()) return function();
    const std::string_view word = at_.word();
    if (at_.at(TokenKind::kName) && word == "score") {
      at_.advance();
      add(FormulaOp::kScore);
      return {};
    }
    const bool record = at_.at(TokenKind::kRecord) && word.size() > 1;
    if (record && word[1] >= '0' && word[1] <= '9') return stage();
    if (!at_.at(TokenKind::kName) && !at_.at(TokenKind::kQuoted) && !at_.at(TokenKind::kRecord))
      return at_.expected("a number, a field, a function, score or '('");
    return field(FormulaOp::kField);
  }

  Status number(FormulaOp op, std::size_t index, double sign) {
    const Value& value = at_.token().number;
    const double is = value.as_int() ? static_cast<double>(*value.as_int()) : *value.as_double();
    at_.advance();
    add(op, sign * is, index);
    return {};
  }

  Status stage() {
    const auto index = parse_int64(at_.word().substr(1));
    if (!index || *index < 1 || *index > static_cast<std::int64_t>(kMaxStages))
      return at_.expected("a stage from $1 to $" + std::to_string(kMaxStages));
    at_.advance();
    add(FormulaOp::kStage, 0, static_cast<std::size_t>(*index));
    return {};
  }

  Result<std::size_t> path() {
    const std::size_t offset = at_.offset();
    VECSTORE_ASSIGN(Path path, read_path(at_));
    const RecordField own = record_field(path);
    if (own == RecordField::kId || own == RecordField::kText)
      return at_.error_at(offset, std::get<std::string>(path[0]) + " is no number");
    if (own != RecordField::kNone && path.size() > 1)
      return at_.error_at(offset, std::get<std::string>(path[0]) + " has no members");
    const auto known = std::ranges::find(paths_, path);
    const auto index = static_cast<std::size_t>(known - paths_.begin());
    if (known == paths_.end()) paths_.push_back(std::move(path));
    return index;
  }

  Status field(FormulaOp op) {
    VECSTORE_ASSIGN(const std::size_t index, path());
    add(op, 0, index);
    return {};
  }

  Status function() {
    const std::string name(at_.word());
    const std::size_t offset = at_.offset();
    const auto* known = std::ranges::find(kFormulaFunctions, name, &FormulaFunction::name);
    if (known == std::end(kFormulaFunctions) && name != "default" && name != "time")
      return at_.error_at(offset, unknown(name));
    at_.advance();
    VECSTORE_TRY(at_.expect_symbol("("));
    if (name == "default") return field_or();
    if (name == "time") return time();
    return arguments(*known, offset);
  }

  static std::string unknown(const std::string& name) {
    std::vector<std::string_view> names = {"default", "time"};
    for (const FormulaFunction& one : kFormulaFunctions) names.push_back(one.name);
    const std::string_view near = nearest_name(name, names);
    return "there is no function '" + shorten(name) + "'" +
           (near.empty() ? "" : ", did you mean '" + std::string(near) + "'?");
  }

  Status field_or() {
    VECSTORE_ASSIGN(const std::size_t index, path());
    VECSTORE_TRY(at_.expect_symbol(","));
    const double sign = at_.accept_symbol("-") ? -1 : 1;
    if (!at_.at(TokenKind::kNumber)) return at_.expected("a number");
    VECSTORE_TRY(number(FormulaOp::kFieldOr, index, sign));
    return at_.expect_symbol(")");
  }

  Status time() {
    if (!at_.at(TokenKind::kString)) return at_.expected("a time in quotes");
    const auto instant = meta::parse_instant(at_.token().text);
    if (!instant)
      return at_.error_at(at_.offset(), "'" + shorten(at_.token().text) +
                                            "' is no time, as 2024-05-01 or 2024-05-01T10:30Z");
    at_.advance();
    add(FormulaOp::kNumber, seconds_of(*instant));
    return at_.expect_symbol(")");
  }

  Status arguments(const FormulaFunction& function, std::size_t offset) {
    std::vector<std::size_t> begins;  // of each argument
    while (!(begins.empty() && at_.at_symbol(")"))) {
      begins.push_back(nodes_.size());
      VECSTORE_TRY(sum());
      const bool folds = function.op == FormulaOp::kMin || function.op == FormulaOp::kMax;
      if (folds && begins.size() > 1) add(function.op);
      if (!at_.accept_symbol(",")) break;
    }
    if (begins.size() < function.least || begins.size() > function.most)
      return at_.error_at(offset, wrong_count(function, begins.size()));
    if (!at_.accept_symbol(")")) return at_.expected("',' or ')'");
    if (is_decay(function.op)) return decay(function.op, begins, offset);
    if (function.most != kAnyNumber) add(function.op);
    return {};
  }

  static std::string wrong_count(const FormulaFunction& function, std::size_t given) {
    std::string wanted = std::to_string(function.least);
    if (function.most == kAnyNumber) wanted += " or more";
    if (function.most != kAnyNumber && function.most != function.least)
      wanted += " to " + std::to_string(function.most);
    return std::string(function.name) + "() takes " + wanted +
           (wanted == "1" ? " argument, not " : " arguments, not ") + std::to_string(given);
  }

  // Parameters that are numbers are checked here, the others for each row.
  Status decay(FormulaOp op, std::vector<std::size_t> begins, std::size_t offset) {
    double known[] = {0, 0, 1, 0, kDecay};
    for (std::size_t i = begins.size(); i < std::size(known); ++i) {
      begins.push_back(nodes_.size());
      add(FormulaOp::kNumber, known[i]);
    }
    begins.push_back(nodes_.size());
    for (std::size_t i = 2; i < std::size(known); ++i) {
      const FormulaNode& node = nodes_[begins[i]];
      const bool alone = begins[i + 1] == begins[i] + 1;
      if (alone && node.op == FormulaOp::kNumber) known[i] = node.number;
    }
    const Status status = check_decay(known[2], known[3], known[4]);
    if (!status.ok())
      return at_.error_at(offset, std::string(name_of(op)) + "(): " + status.message());
    add(op);
    return {};
  }

  bool is_number_from(std::size_t begin) const {
    return nodes_.size() == begin + 1 && nodes_[begin].op == FormulaOp::kNumber;
  }

  static constexpr double kDecay = 0.5;  // at one scale beyond the offset

  FilterCursor at_;
  std::size_t depth_ = 0;
  std::vector<FormulaNode> nodes_;
  std::size_t fields_ = 0;  // nodes that read one
  std::vector<Path> paths_;
};

}  // namespace

Result<Formula> parse_formula(std::string_view text) {
  if (text.size() > kMaxFormulaBytes)
    return invalid_argument("the formula has " + std::to_string(text.size()) +
                            " bytes, the limit is " + std::to_string(kMaxFormulaBytes));
  return FormulaParser(text).parse();
}

}  // namespace vecstore::query
