#include "query/filter/filter_parser.h"

#include <optional>
#include <string>
#include <utility>

#include "base/nearest.h"
#include "base/utf8.h"
#include "query/filter/filter_cursor.h"
#include "query/filter/filter_literal.h"
#include "query/filter/filter_path.h"
#include "query/filter/filter_tree.h"

namespace vecstore::query {
namespace {

struct Operator {
  std::string_view written;
  FilterOp op;
};

constexpr Operator kComparisons[] = {
    {"=", FilterOp::kEqual},     {"==", FilterOp::kEqual},        {"!=", FilterOp::kNotEqual},
    {"<>", FilterOp::kNotEqual}, {"<", FilterOp::kLess},          {"<=", FilterOp::kLessEqual},
    {">", FilterOp::kGreater},   {">=", FilterOp::kGreaterEqual},
};

constexpr Operator kTextOperators[] = {
    {"CONTAINS", FilterOp::kContains},
    {"STARTSWITH", FilterOp::kStartsWith},
    {"ENDSWITH", FilterOp::kEndsWith},
    {"LIKE", FilterOp::kLike},
};

constexpr Operator kListOperators[] = {
    {"IN", FilterOp::kIn},
    {"CONTAINS_ANY", FilterOp::kContainsAny},
    {"CONTAINS_ALL", FilterOp::kContainsAll},
};

constexpr std::string_view kOperatorWords[] = {
    "CONTAINS", "CONTAINS_ANY", "CONTAINS_ALL", "STARTSWITH", "ENDSWITH", "LIKE",
    "MATCHES",  "IN",           "BETWEEN",      "EXISTS",     "IS",       "NOT"};

class Parser {
 public:
  Parser(std::string_view text, const Object& parameters)
      : at_(text, "filter"), literals_(at_, parameters) {}
  Result<FilterNode> whole();

 private:
  Status enter();
  Result<FilterNode> either();
  Result<FilterNode> both();
  Result<FilterNode> inverted();
  Result<FilterNode> primary();
  Result<FilterNode> exists();
  Result<FilterNode> left();
  Result<FilterNode> condition();
  Result<FilterNode> null_condition(FilterNode leaf);
  Result<FilterNode> negatable(FilterNode leaf);

  std::optional<FilterOp> accept(const Operator* first, const Operator* last);
  Status become(FilterNode& leaf, FilterOp op, std::size_t offset);
  Status operand(FilterNode& leaf);
  Status operands(FilterNode& leaf);
  Status parameter_list(FilterNode& leaf);
  Status pattern(FilterNode& leaf);
  Status no_operator() const;

  FilterCursor at_;
  LiteralReader literals_;
  std::size_t nesting_ = 0;
  std::size_t clauses_ = 0;
};

Result<FilterNode> Parser::whole() {
  VECSTORE_TRY(at_.start());
  FilterNode node;
  if (!at_.at(TokenKind::kEnd)) {
    VECSTORE_ASSIGN(node, either());
  }
  if (!at_.at(TokenKind::kEnd)) return at_.expected("AND, OR or the end");
  VECSTORE_TRY(literals_.all_used());
  VECSTORE_TRY(check_size(node));
  return node;
}

// One level of parentheses or NOT: what bounds the recursion.
Status Parser::enter() {
  if (++nesting_ <= kMaxFilterDepth) return {};
  return at_.error_at(at_.offset(), "more than " + std::to_string(kMaxFilterDepth) +
                                        " levels of parentheses and NOT");
}

Result<FilterNode> Parser::either() {
  std::vector<FilterNode> parts;
  do {
    VECSTORE_ASSIGN(FilterNode part, both());
    parts.push_back(std::move(part));
  } while (at_.accept_word("OR"));
  return join(FilterOp::kOr, std::move(parts));
}

Result<FilterNode> Parser::both() {
  std::vector<FilterNode> parts;
  do {
    VECSTORE_ASSIGN(FilterNode part, inverted());
    parts.push_back(std::move(part));
  } while (at_.accept_word("AND"));
  return join(FilterOp::kAnd, std::move(parts));
}

Result<FilterNode> Parser::inverted() {
  if (!at_.at_word("NOT")) return primary();
  VECSTORE_TRY(enter());
  at_.advance();
  VECSTORE_ASSIGN(FilterNode child, inverted());
  --nesting_;
  return negate(std::move(child));
}

Result<FilterNode> Parser::primary() {
  if (at_.at_symbol("(")) {
    VECSTORE_TRY(enter());
    at_.advance();
    VECSTORE_ASSIGN(FilterNode inner, either());
    if (!at_.accept_symbol(")")) return at_.expected("AND, OR or ')'");
    --nesting_;
    return inner;
  }
  if (++clauses_ > kMaxFilterClauses) {
    return at_.error_at(at_.offset(),
                        "more than " + std::to_string(kMaxFilterClauses) + " clauses");
  }
  if (at_.accept_word("TRUE")) return FilterNode{};
  if (at_.accept_word("FALSE")) return negate(FilterNode{});
  if (at_.at_word("EXISTS")) return exists();
  return condition();
}

Result<FilterNode> Parser::exists() {
  at_.advance();
  VECSTORE_TRY(at_.expect_symbol("("));
  const std::size_t offset = at_.offset();
  FilterNode leaf;
  VECSTORE_ASSIGN(leaf.path, read_path(at_));
  VECSTORE_TRY(at_.expect_symbol(")"));
  VECSTORE_TRY(become(leaf, FilterOp::kIsNotNull, offset));
  return leaf;
}

// What the condition is about: a path, or a function of one. The names of the functions are fields
// too, where no parenthesis follows.
Result<FilterNode> Parser::left() {
  FilterNode leaf;
  for (const FilterOf of : {FilterOf::kAny, FilterOf::kAll, FilterOf::kLength}) {
    if (at_.at_word(of_name(of)) && at_.at_function()) leaf.of = of;
  }
  if (leaf.of != FilterOf::kField) {
    at_.advance();
    at_.advance();
  }
  VECSTORE_ASSIGN(leaf.path, read_path(at_));
  if (leaf.of != FilterOf::kField) VECSTORE_TRY(at_.expect_symbol(")"));
  return leaf;
}

Result<FilterNode> Parser::condition() {
  VECSTORE_ASSIGN(FilterNode leaf, left());
  const std::size_t offset = at_.offset();
  if (const auto op = accept(std::begin(kComparisons), std::end(kComparisons))) {
    VECSTORE_TRY(become(leaf, *op, offset));
    VECSTORE_TRY(operand(leaf));
    return leaf;
  }
  if (at_.accept_word("IS")) return null_condition(std::move(leaf));
  if (!at_.accept_word("NOT")) return negatable(std::move(leaf));
  VECSTORE_ASSIGN(leaf, negatable(std::move(leaf)));
  if (leaf.op != FilterOp::kIn) return negate(std::move(leaf));
  leaf.op = FilterOp::kNotIn;
  return leaf;
}

Result<FilterNode> Parser::null_condition(FilterNode leaf) {
  const std::size_t offset = at_.offset();
  const bool inverse = at_.accept_word("NOT");
  if (!at_.accept_word("NULL")) return at_.expected(inverse ? "NULL" : "NULL or NOT NULL");
  VECSTORE_TRY(become(leaf, inverse ? FilterOp::kIsNotNull : FilterOp::kIsNull, offset));
  return leaf;
}

Result<FilterNode> Parser::negatable(FilterNode leaf) {
  const std::size_t offset = at_.offset();
  if (at_.accept_word("EXISTS")) {
    VECSTORE_TRY(become(leaf, FilterOp::kIsNotNull, offset));
  } else if (at_.at_word("MATCHES")) {
    VECSTORE_TRY(become(leaf, FilterOp::kMatches, offset));
    VECSTORE_TRY(pattern(leaf));
  } else if (const auto list_op = accept(std::begin(kListOperators), std::end(kListOperators))) {
    VECSTORE_TRY(become(leaf, *list_op, offset));
    VECSTORE_TRY(operands(leaf));
  } else if (at_.accept_word("BETWEEN")) {
    VECSTORE_TRY(become(leaf, FilterOp::kBetween, offset));
    VECSTORE_TRY(operand(leaf));
    if (!at_.accept_word("AND")) return at_.expected("AND and the upper bound");
    VECSTORE_TRY(operand(leaf));
  } else if (const auto op = accept(std::begin(kTextOperators), std::end(kTextOperators))) {
    VECSTORE_TRY(become(leaf, *op, offset));
    VECSTORE_TRY(operand(leaf));
  } else {
    return no_operator();
  }
  return leaf;
}

std::optional<FilterOp> Parser::accept(const Operator* first, const Operator* last) {
  for (; first != last; ++first) {
    if (at_.accept_symbol(first->written) || at_.accept_word(first->written)) return first->op;
  }
  return {};
}

// Makes the leaf, so far a path, one of `op`, which is written at `offset`.
Status Parser::become(FilterNode& leaf, FilterOp op, std::size_t offset) {
  leaf.op = op;
  return at_.located(offset, check_operator(leaf));
}

Status Parser::operand(FilterNode& leaf) {
  const std::size_t offset = at_.offset();
  VECSTORE_ASSIGN(Value value, literals_.value());
  VECSTORE_TRY(at_.located(offset, check_value(leaf, value)));
  leaf.values.push_back(std::move(value));
  return {};
}

// At MATCHES: its string is a pattern, whose backslashes are not the filter's.
Status Parser::pattern(FilterNode& leaf) {
  at_.advance_raw();
  return operand(leaf);
}

// What IN takes, in parentheses or brackets, or a parameter.
Status Parser::operands(FilterNode& leaf) {
  if (at_.at(TokenKind::kParameter)) return parameter_list(leaf);
  const std::string_view close = at_.at_symbol("[") ? "]" : ")";
  if (!at_.accept_symbol("[") && !at_.accept_symbol("(")) return at_.expected("'('");
  if (at_.accept_symbol(close)) return {};
  do {
    VECSTORE_TRY(operand(leaf));
  } while (at_.accept_symbol(","));
  if (at_.accept_symbol(close)) return {};
  return at_.expected("',' or '" + std::string(close) + "'");
}

Status Parser::parameter_list(FilterNode& leaf) {
  const std::size_t offset = at_.offset();
  const std::string name(at_.word());
  VECSTORE_ASSIGN(Value value, literals_.parameter());
  List* list = value.as_list();
  if (!list) {
    return at_.error_at(offset, "the parameter '" + shorten(name) + "' of " +
                                    std::string(op_name(leaf.op)) + " is no list, found " +
                                    shorten(value.to_json()));
  }
  for (Value& element : *list) {
    element = normal_literal(std::move(element));
    VECSTORE_TRY(at_.located(offset, check_value(leaf, element)));
  }
  leaf.values = std::move(*list);
  return {};
}

Status Parser::no_operator() const {
  if (at_.at_symbol("-")) return at_.expected("an operator", ", odd names need back-ticks");
  if (!at_.at(TokenKind::kName)) return at_.expected("an operator");
  const std::string_view near = nearest_name(at_.word(), kOperatorWords);
  return at_.expected("an operator", near.empty() ? "" : ", did you mean " + std::string(near));
}

}  // namespace

Result<FilterNode> parse_filter(std::string_view text, const Object& parameters) {
  return Parser(text, parameters).whole();
}

}  // namespace vecstore::query

namespace vecstore {

Result<Filter> Filter::parse(std::string_view text, const Object& parameters) {
  VECSTORE_ASSIGN(FilterNode node, query::parse_filter(text, parameters));
  return Filter(std::move(node));
}

Result<std::shared_ptr<const FilterNode>> Filter::node() const {
  VECSTORE_TRY(error_);
  if (node_) {
    VECSTORE_TRY(query::check_filter(*node_));
    return node_;
  }
  VECSTORE_ASSIGN(FilterNode node, query::parse_filter(text_));
  return std::make_shared<const FilterNode>(std::move(node));
}

}  // namespace vecstore
