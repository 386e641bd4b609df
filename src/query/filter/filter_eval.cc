#include "query/filter/filter_eval.h"

#include <algorithm>
#include <compare>
#include <span>
#include <variant>

#include "base/utf8.h"
#include "query/filter/filter_like.h"

namespace vecstore::query {
namespace {

using Kind = Value::Kind;
using meta::EncodedValue;
using meta::Number;
using Steps = std::span<const std::variant<std::string, std::size_t>>;

std::optional<Number> number_of(const EncodedValue& value) {
  if (value.kind == Kind::kInt) return Number(value.integer);
  if (value.kind == Kind::kDouble) return meta::number_of(value.real);
  return {};
}

// The value as a literal, which it then compares with; none for null, lists and objects.
std::optional<Literal> literal_of(const EncodedValue& value) {
  if (value.kind == Kind::kString) return Literal(value.text);
  if (value.kind == Kind::kBool) return Literal(value.boolean);
  const std::optional<Number> number = number_of(value);
  return number ? std::optional<Literal>(*number) : std::nullopt;
}

bool equals_list(const EncodedValue& value, const List& list);

// As parts of lists: null equals null.
bool equals(const EncodedValue& value, const Value& wanted) {
  switch (wanted.kind()) {
    case Kind::kNull:
      return value.is_null();
    case Kind::kBool:
      return value.kind == Kind::kBool && value.boolean == *wanted.as_bool();
    case Kind::kInt:
      return number_of(value) == Number(*wanted.as_int());
    case Kind::kDouble:
      return number_of(value) == meta::number_of(*wanted.as_double());
    case Kind::kString:
      return value.kind == Kind::kString && value.text == *wanted.as_string();
    case Kind::kList:
      return value.is_list() && equals_list(value, *wanted.as_list());
    case Kind::kObject:
      return false;
  }
  return false;
}

bool equals_list(const EncodedValue& value, const List& list) {
  if (value.count != list.size()) return false;
  bool ok = true;
  bool equal = true;
  std::size_t i = 0;
  for_each_element(
      value, ok, [&](const EncodedValue& element) { equal = equal && equals(element, list[i++]); });
  return ok && equal;
}

// How the value stands to the literal; unordered when their types differ.
std::partial_ordering order_of(const EncodedValue& value, const Literal& literal) {
  if (const List* const* list = std::get_if<const List*>(&literal)) {
    const bool equal = value.is_list() && equals_list(value, **list);
    return equal ? std::partial_ordering::equivalent : std::partial_ordering::unordered;
  }
  if (const auto* time = std::get_if<meta::Instant>(&literal)) {
    const auto own = value.kind == Kind::kString ? meta::parse_instant(value.text) : std::nullopt;
    return own ? *own <=> *time : std::partial_ordering::unordered;
  }
  if (const auto* text = std::get_if<std::string_view>(&literal)) {
    if (value.kind == Kind::kString) return value.text <=> *text;
  } else if (const Number* number = std::get_if<Number>(&literal)) {
    const std::int64_t* integer = std::get_if<std::int64_t>(number);
    if (value.kind == Kind::kInt && integer) return value.integer <=> *integer;
    if (const auto own = number_of(value)) return meta::compare_numbers(*own, *number);
  } else if (value.kind == Kind::kBool) {
    return value.boolean <=> std::get<bool>(literal);
  }
  return std::partial_ordering::unordered;
}

Truth compare(FilterOp op, std::partial_ordering order) {
  if (op == FilterOp::kEqual) return truth_of(order == 0);
  if (order == std::partial_ordering::unordered) return Truth::kUnknown;
  switch (op) {
    case FilterOp::kLess:
      return truth_of(order < 0);
    case FilterOp::kLessEqual:
      return truth_of(order <= 0);
    case FilterOp::kGreater:
      return truth_of(order > 0);
    default:
      return truth_of(order >= 0);
  }
}

// A comparison, given how the value stands to each literal.
template <typename OrderTo>
Truth compare_with(const BoundNode& leaf, const OrderTo& order_to) {
  if (leaf.op == FilterOp::kIsNotNull) return Truth::kTrue;
  if (leaf.op == FilterOp::kIn)
    return truth_of(std::any_of(leaf.literals.begin(), leaf.literals.end(),
                                [&](const Literal& literal) { return order_to(literal) == 0; }));
  if (leaf.op == FilterOp::kBetween)
    return std::min(compare(FilterOp::kGreaterEqual, order_to(leaf.literals[0])),
                    compare(FilterOp::kLessEqual, order_to(leaf.literals[1])));
  return compare(leaf.op, order_to(leaf.literals[0]));
}

// Among the literals of IN.
bool is_among(const EncodedValue& value, const std::vector<Literal>& literals) {
  const auto found = [&](const Literal& wanted) {
    return std::binary_search(
        literals.begin(), literals.end(), wanted,
        [](const Literal& a, const Literal& b) { return order_literals(a, b) < 0; });
  };
  const std::optional<Literal> own = literal_of(value);
  if (!own || literals.empty()) return false;
  if (found(*own)) return true;
  if (value.kind != Kind::kString || !std::holds_alternative<meta::Instant>(literals.back()))
    return false;
  const std::optional<meta::Instant> time = meta::parse_instant(value.text);
  return time && found(*time);
}

bool has_part(const EncodedValue& value, const Literal& part) {
  const auto* wanted = std::get_if<std::string_view>(&part);
  return wanted && value.kind == Kind::kString &&
         value.text.find(*wanted) != std::string_view::npos;
}

bool test_text(const BoundNode& leaf, std::string_view text) {
  if (leaf.op == FilterOp::kMatches) return leaf.pattern->found_in(text);
  const std::string_view wanted = std::get<std::string_view>(leaf.literals[0]);
  if (leaf.op == FilterOp::kStartsWith) return text.starts_with(wanted);
  if (leaf.op == FilterOp::kEndsWith) return text.ends_with(wanted);
  return matches_like(text, wanted);
}

class RowEvaluator {
 public:
  explicit RowEvaluator(const FilterRow& row) : row_(row) {}

  bool ok() const { return ok_; }

  Truth node(const BoundNode& node) {
    Truth result = node.op == FilterOp::kOr ? Truth::kFalse : Truth::kTrue;
    switch (node.op) {
      case FilterOp::kAnd:
        for (const BoundNode& child : node.children) {
          result = std::min(result, this->node(child));
          if (result == Truth::kFalse) break;
        }
        return result;
      case FilterOp::kOr:
        for (const BoundNode& child : node.children) {
          result = std::max(result, this->node(child));
          if (result == Truth::kTrue) break;
        }
        return result;
      case FilterOp::kNot:
        return opposite(this->node(node.children[0]));
      case FilterOp::kTrue:
        return Truth::kTrue;
      default:
        return leaf(node);
    }
  }

 private:
  Truth leaf(const BoundNode& leaf) {
    const Truth truth = subject(leaf);
    return leaf.negated && !by_element(leaf) ? opposite(truth) : truth;
  }

  static bool by_element(const BoundNode& leaf) {
    return leaf.of == FilterOf::kAny || leaf.of == FilterOf::kAll;
  }

  Truth subject(const BoundNode& leaf) {
    switch (leaf.field) {
      case RecordField::kId:
        return reached(leaf, {.kind = Kind::kString, .text = row_.id});
      case RecordField::kText:
        return row_.text ? reached(leaf, {.kind = Kind::kString, .text = *row_.text})
                         : reached(leaf, {});
      case RecordField::kCreatedAt:
        return time(leaf, row_.created_at);
      case RecordField::kUpdatedAt:
        return time(leaf, row_.updated_at);
      case RecordField::kNone:
        break;
    }
    const EncodedValue metadata = meta::EncodedReader(row_.metadata).object();
    ok_ = ok_ && metadata.is_object();
    return path(leaf, metadata, *leaf.path);
  }

  Truth time(const BoundNode& leaf, TimeMs ms) {
    return compare_with(leaf, [&](const Literal& literal) -> std::partial_ordering {
      return meta::Instant{ms, 0} <=> std::get<meta::Instant>(literal);
    });
  }

  Truth path(const BoundNode& leaf, EncodedValue value, Steps steps) {
    for (; !steps.empty() && !value.is_null(); steps = steps.subspan(1)) {
      const auto* position = std::get_if<std::size_t>(&steps[0]);
      if (!position && value.is_list()) return members(leaf, value, steps);
      if (position) {
        value = value.is_list() ? element(value, *position) : EncodedValue{};
      } else {
        value = value.is_object() ? find_member(value, std::get<std::string>(steps[0]), ok_)
                                  : EncodedValue{};
      }
    }
    return reached(leaf, value);
  }

  // A key asked of a list is asked of its elements; those that are no objects lack it.
  Truth members(const BoundNode& leaf, const EncodedValue& list, Steps steps) {
    if (list.count == 0) return reached(leaf, {});
    Truth result = nothing(leaf);
    for_each_element(list, ok_, [&](const EncodedValue& element) {
      const Truth truth = element.is_object() ? path(leaf, element, steps) : reached(leaf, {});
      result = fold(leaf, result, truth);
    });
    return result;
  }

  EncodedValue element(const EncodedValue& list, std::size_t position) {
    if (position >= list.count) return {};
    meta::EncodedReader in(list.items);
    for (std::size_t i = 0; i < position && in.ok(); ++i) in.skip();
    const EncodedValue found = in.value();
    ok_ = ok_ && in.ok();
    return found;
  }

  // One of several must do, with ALL every one.
  static Truth nothing(const BoundNode& leaf) { return truth_of(leaf.of == FilterOf::kAll); }
  static Truth fold(const BoundNode& leaf, Truth a, Truth b) {
    return leaf.of == FilterOf::kAll ? std::min(a, b) : std::max(a, b);
  }

  static Truth test_null(const BoundNode& leaf) {
    return leaf.op == FilterOp::kIsNotNull ? Truth::kFalse : Truth::kUnknown;
  }

  // The test on what stands at the end of the path.
  Truth reached(const BoundNode& leaf, const EncodedValue& value) {
    if (leaf.of == FilterOf::kLength) return one(leaf, length(value));
    if (by_element(leaf)) return elements(leaf, value);
    const bool whole =
        leaf.op == FilterOp::kIsNotNull ||
        (leaf.op == FilterOp::kEqual && std::holds_alternative<const List*>(leaf.literals[0]));
    if (!value.is_list()) return one(leaf, value);
    if (!whole) return in_list(leaf, value);
    for_each_element(value, ok_, [](const EncodedValue&) {});  // is it one?
    return one(leaf, value);
  }

  static Truth one(const BoundNode& leaf, const EncodedValue& value) {
    return value.is_null() ? test_null(leaf) : test_value(leaf, value);
  }

  static EncodedValue length(const EncodedValue& value) {
    std::int64_t length = 0;
    if (value.is_list()) {
      length = static_cast<std::int64_t>(value.count);
    } else if (value.kind == Kind::kString) {
      for (std::string_view rest = value.text; !rest.empty(); ++length)
        rest.remove_prefix(decode_utf8(rest).size);
    } else {
      return {};
    }
    return {.kind = Kind::kInt, .integer = length};
  }

  // ANY and ALL; what is no list is its own element.
  Truth elements(const BoundNode& leaf, const EncodedValue& value) {
    const auto each = [&](const EncodedValue& element) {
      return leaf.negated ? opposite(one(leaf, element)) : one(leaf, element);
    };
    if (!value.is_list()) return each(value);
    Truth result = nothing(leaf);
    for_each_element(value, ok_, [&](const EncodedValue& element) {
      result = fold(leaf, result, each(element));
    });
    return result;
  }

  // The condition holds for a list when any element meets it.
  Truth in_list(const BoundNode& leaf, const EncodedValue& list) {
    if (leaf.op == FilterOp::kContainsAll) {
      Truth all = Truth::kTrue;
      for (const Literal& literal : leaf.literals) all = std::min(all, has(list, literal));
      return all;
    }
    if (leaf.op == FilterOp::kContains || leaf.op == FilterOp::kContainsAny) {
      Truth any = Truth::kFalse;
      for (const Literal& literal : leaf.literals) any = std::max(any, has(list, literal));
      return any;
    }
    Truth any = Truth::kFalse;
    for_each_element(list, ok_,
                     [&](const EncodedValue& element) { any = std::max(any, one(leaf, element)); });
    return any;
  }

  Truth has(const EncodedValue& list, const Literal& literal) {
    Truth any = Truth::kFalse;
    for_each_element(list, ok_, [&](const EncodedValue& element) {
      any = std::max(
          any, element.is_null() ? Truth::kUnknown : truth_of(order_of(element, literal) == 0));
    });
    return any;
  }

  const FilterRow& row_;
  bool ok_ = true;
};

}  // namespace

Truth test_value(const BoundNode& leaf, const EncodedValue& value) {
  const auto has = [&](const Literal& part) { return has_part(value, part); };
  switch (leaf.op) {
    case FilterOp::kIn:
      return truth_of(is_among(value, leaf.literals));
    case FilterOp::kContains:
    case FilterOp::kContainsAny:
      return truth_of(std::any_of(leaf.literals.begin(), leaf.literals.end(), has));
    case FilterOp::kContainsAll:
      return truth_of(std::all_of(leaf.literals.begin(), leaf.literals.end(), has));
    case FilterOp::kStartsWith:
    case FilterOp::kEndsWith:
    case FilterOp::kLike:
    case FilterOp::kMatches:
      return truth_of(value.kind == Kind::kString && test_text(leaf, value.text));
    default:
      return compare_with(leaf, [&](const Literal& literal) { return order_of(value, literal); });
  }
}

Result<Truth> evaluate(const BoundNode& node, const FilterRow& row) {
  RowEvaluator evaluator(row);
  const Truth truth = evaluator.node(node);
  if (evaluator.ok()) return truth;
  return data_loss("metadata cannot be read: encoded values end or begin where none can");
}

}  // namespace vecstore::query
