#include "query/filter_eval.h"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "query/filter_like.h"
#include "query/filter_time.h"
#include "query/filter_tree.h"

namespace vecstore::query {
namespace {

using Steps = std::span<const std::variant<std::string, std::size_t>>;

// What stands left of an operator: a metadata value, or the record's id, text or a time.
using Operand = std::variant<const Value*, std::string_view, TimeMs>;

// A leaf without its path and without its negation: != is not =, NOT IN is not IN, IS NULL is not
// IS NOT NULL.
struct Test {
  FilterOp op;
  const std::vector<Value>& values;
};

Truth truth_of(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

Truth opposite(Truth truth) {
  return static_cast<Truth>(static_cast<int>(Truth::kTrue) - static_cast<int>(truth));
}

std::optional<std::string_view> text_of(const Operand& operand) {
  if (const auto* text = std::get_if<std::string_view>(&operand)) return *text;
  const auto* value = std::get_if<const Value*>(&operand);
  const std::string* text = value ? (*value)->as_string() : nullptr;
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

std::partial_ordering order_of_time(TimeMs time, const Value& literal) {
  if (const std::int64_t* ms = literal.as_int()) return time <=> *ms;
  const std::string* text = literal.as_string();
  const std::optional<Instant> instant = text ? parse_instant(*text) : std::nullopt;
  return instant ? Instant{time, 0} <=> *instant : std::partial_ordering::unordered;
}

// How the operand stands to the literal; unordered when their types differ.
std::partial_ordering order_of(const Operand& operand, const Value& literal) {
  if (const auto* time = std::get_if<TimeMs>(&operand)) return order_of_time(*time, literal);
  if (const std::string* text = literal.as_string()) {
    const std::optional<std::string_view> own = text_of(operand);
    return own ? *own <=> std::string_view(*text) : std::partial_ordering::unordered;
  }
  const auto* value = std::get_if<const Value*>(&operand);
  const bool same_type = value && ((*value)->kind() == literal.kind() ||
                                   ((*value)->is_number() && literal.is_number()));
  return same_type ? compare_values(**value, literal) <=> 0 : std::partial_ordering::unordered;
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

Truth test_text(const Test& test, std::string_view text) {
  const std::string_view wanted = *test.values[0].as_string();
  switch (test.op) {
    case FilterOp::kContains:
      return truth_of(text.find(wanted) != std::string_view::npos);
    case FilterOp::kStartsWith:
      return truth_of(text.starts_with(wanted));
    case FilterOp::kEndsWith:
      return truth_of(text.ends_with(wanted));
    default:
      return truth_of(matches_like(text, wanted));
  }
}

// The test on one operand that is not null and is taken as a whole.
Truth test_operand(const Test& test, const Operand& operand) {
  const auto equals = [&](const Value& literal) { return order_of(operand, literal) == 0; };
  switch (test.op) {
    case FilterOp::kIsNotNull:
      return Truth::kTrue;
    case FilterOp::kIn:
      return truth_of(std::any_of(test.values.begin(), test.values.end(), equals));
    case FilterOp::kBetween:
      return std::min(compare(FilterOp::kGreaterEqual, order_of(operand, test.values[0])),
                      compare(FilterOp::kLessEqual, order_of(operand, test.values[1])));
    case FilterOp::kContains:
    case FilterOp::kStartsWith:
    case FilterOp::kEndsWith:
    case FilterOp::kLike: {
      const std::optional<std::string_view> text = text_of(operand);
      return text && test.values[0].as_string() ? test_text(test, *text) : Truth::kFalse;
    }
    default:
      return compare(test.op, order_of(operand, test.values[0]));
  }
}

Truth test_null(const Test& test) {
  return test.op == FilterOp::kIsNotNull ? Truth::kFalse : Truth::kUnknown;
}

// True when any element does: CONTAINS asks for an element that equals.
Truth test_elements(const Test& test, const List& list) {
  const Test each{test.op == FilterOp::kContains ? FilterOp::kEqual : test.op, test.values};
  Truth any = Truth::kFalse;
  for (const Value& element : list) {
    any = std::max(any, element.is_null() ? test_null(each) : test_operand(each, &element));
  }
  return any;
}

// The test on what stands at the end of a path, or on nullptr when nothing does.
Truth test_value(const Test& test, const Value* value) {
  if (!value || value->is_null()) return test_null(test);
  const bool whole =
      test.op == FilterOp::kIsNotNull || (test.op == FilterOp::kEqual && test.values[0].as_list());
  const List* list = value->as_list();
  return list && !whole ? test_elements(test, *list) : test_operand(test, value);
}

Truth test_path(const Test& test, const Value* value, Steps steps);

// A key asked of a list is asked of its elements; those that are no objects lack it.
Truth test_members(const Test& test, const List& list, Steps steps) {
  if (list.empty()) return test_null(test);
  Truth any = Truth::kFalse;
  for (const Value& element : list) {
    any = std::max(any, element.as_object() ? test_path(test, &element, steps) : test_null(test));
  }
  return any;
}

Truth test_path(const Test& test, const Value* value, Steps steps) {
  for (; value && !steps.empty(); steps = steps.subspan(1)) {
    const List* list = value->as_list();
    const Object* object = value->as_object();
    if (const auto* position = std::get_if<std::size_t>(&steps[0])) {
      value = list && *position < list->size() ? &(*list)[*position] : nullptr;
    } else if (list) {
      return test_members(test, *list, steps);
    } else {
      value = object ? object->find(std::get<std::string>(steps[0])) : nullptr;
    }
  }
  return test_value(test, value);
}

Truth test_subject(const Test& test, const Path& path, const FilterSubject& subject) {
  switch (record_field(path)) {
    case RecordField::kId:
      return test_operand(test, subject.id);
    case RecordField::kText:
      return subject.text ? test_operand(test, *subject.text) : test_null(test);
    case RecordField::kCreatedAt:
      return test_operand(test, subject.created_at);
    case RecordField::kUpdatedAt:
      return test_operand(test, subject.updated_at);
    case RecordField::kNone:
      break;
  }
  return test_path(test, subject.metadata.find(std::get<std::string>(path[0])),
                   Steps(path).subspan(1));
}

Truth evaluate_leaf(const FilterNode& leaf, const FilterSubject& subject) {
  const auto negated = [&](FilterOp op) {
    return opposite(test_subject({op, leaf.values}, leaf.path, subject));
  };
  switch (leaf.op) {
    case FilterOp::kNotEqual:
      return negated(FilterOp::kEqual);
    case FilterOp::kNotIn:
      return negated(FilterOp::kIn);
    case FilterOp::kIsNull:
      return negated(FilterOp::kIsNotNull);
    default:
      return test_subject({leaf.op, leaf.values}, leaf.path, subject);
  }
}

}  // namespace

Truth evaluate(const FilterNode& node, const FilterSubject& subject) {
  Truth result = node.op == FilterOp::kOr ? Truth::kFalse : Truth::kTrue;
  switch (node.op) {
    case FilterOp::kAnd:
      for (const FilterNode& child : node.children) {
        result = std::min(result, evaluate(child, subject));
        if (result == Truth::kFalse) break;
      }
      return result;
    case FilterOp::kOr:
      for (const FilterNode& child : node.children) {
        result = std::max(result, evaluate(child, subject));
        if (result == Truth::kTrue) break;
      }
      return result;
    case FilterOp::kNot:
      return opposite(evaluate(node.children[0], subject));
    case FilterOp::kTrue:
      return Truth::kTrue;
    default:
      return evaluate_leaf(node, subject);
  }
}

}  // namespace vecstore::query
