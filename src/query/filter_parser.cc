#include "query/filter_parser.h"

#include <optional>
#include <string>
#include <utility>

#include "base/nearest.h"
#include "query/filter_cursor.h"
#include "query/filter_path.h"
#include "query/filter_tree.h"

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

constexpr std::string_view kOperatorWords[] = {"CONTAINS", "STARTSWITH", "ENDSWITH", "LIKE", "IN",
                                               "BETWEEN",  "EXISTS",     "IS",       "NOT"};

class Parser {
 public:
  explicit Parser(std::string_view text) : at_(text, "filter") {}
  Result<FilterNode> whole();

 private:
  Status enter();
  Result<FilterNode> either();
  Result<FilterNode> both();
  Result<FilterNode> inverted();
  Result<FilterNode> primary();
  Result<FilterNode> exists();
  Result<FilterNode> condition();
  Result<FilterNode> null_condition(FilterNode leaf);
  Result<FilterNode> negatable(FilterNode leaf);

  std::optional<FilterOp> accept(const Operator* first, const Operator* last);
  Status become(FilterNode& leaf, FilterOp op, std::size_t offset);
  Status operand(FilterNode& leaf);
  Status operands(FilterNode& leaf);
  Result<Value> literal(std::size_t depth);
  Result<Value> list(std::size_t depth);
  Status no_operator() const;

  FilterCursor at_;
  std::size_t nesting_ = 0;
  std::size_t clauses_ = 0;
};

Result<FilterNode> Parser::whole() {
  VECSTORE_TRY(at_.start());
  if (at_.at(TokenKind::kEnd)) return FilterNode{};
  VECSTORE_ASSIGN(FilterNode node, either());
  if (!at_.at(TokenKind::kEnd)) return at_.expected("AND, OR or the end");
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

Result<FilterNode> Parser::condition() {
  FilterNode leaf;
  VECSTORE_ASSIGN(leaf.path, read_path(at_));
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
  } else if (at_.accept_word("IN")) {
    VECSTORE_TRY(become(leaf, FilterOp::kIn, offset));
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
  return at_.located(offset, check_operator(op, leaf.path));
}

Status Parser::operand(FilterNode& leaf) {
  const std::size_t offset = at_.offset();
  VECSTORE_ASSIGN(Value value, literal(0));
  VECSTORE_TRY(at_.located(offset, check_value(leaf.op, leaf.path, value)));
  leaf.values.push_back(std::move(value));
  return {};
}

// What IN takes, in parentheses or brackets.
Status Parser::operands(FilterNode& leaf) {
  const std::string_view close = at_.at_symbol("[") ? "]" : ")";
  if (!at_.accept_symbol("[") && !at_.accept_symbol("(")) return at_.expected("'('");
  if (at_.accept_symbol(close)) return {};
  do {
    VECSTORE_TRY(operand(leaf));
  } while (at_.accept_symbol(","));
  if (at_.accept_symbol(close)) return {};
  return at_.expected("',' or '" + std::string(close) + "'");
}

Result<Value> Parser::literal(std::size_t depth) {
  if (at_.at_symbol("[")) return list(depth);
  Value value;
  if (at_.at(TokenKind::kNumber)) {
    value = std::move(at_.token().number);
  } else if (at_.at(TokenKind::kString)) {
    value = std::move(at_.token().text);
  } else if (at_.at_word("TRUE") || at_.at_word("FALSE")) {
    value = at_.at_word("TRUE");
  } else if (!at_.at_word("NULL")) {
    return at_.expected("a value", at_.at(TokenKind::kName) ? ": text needs quotes"
                                   : at_.at_symbol("(")     ? ": a list is written in [ ]"
                                                            : "");
  }
  at_.advance();
  return value;
}

Result<Value> Parser::list(std::size_t depth) {
  if (depth == kMaxMetadataDepth) {
    return at_.error_at(at_.offset(),
                        "a list more than " + std::to_string(kMaxMetadataDepth) + " deep");
  }
  at_.advance();
  List values;
  if (at_.accept_symbol("]")) return Value(std::move(values));
  do {
    VECSTORE_ASSIGN(Value value, literal(depth + 1));
    values.push_back(std::move(value));
  } while (at_.accept_symbol(","));
  if (!at_.accept_symbol("]")) return at_.expected("',' or ']'");
  return Value(std::move(values));
}

Status Parser::no_operator() const {
  if (!at_.at(TokenKind::kName)) return at_.expected("an operator");
  const std::string_view near = nearest_name(at_.word(), kOperatorWords);
  return at_.expected("an operator", near.empty() ? "" : ", did you mean " + std::string(near));
}

}  // namespace

Result<FilterNode> parse_filter(std::string_view text) { return Parser(text).whole(); }

}  // namespace vecstore::query

namespace vecstore {

Result<Filter> Filter::parse(std::string_view text) {
  VECSTORE_ASSIGN(FilterNode node, query::parse_filter(text));
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
