// A filter against one record in the plainest way, over the values themselves: the definition that
// evaluators are tested against.
#pragma once

#include <algorithm>
#include <compare>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "meta/instant.h"
#include "query/filter/filter_eval.h"
#include "query/filter/filter_like.h"
#include "query/filter/filter_pattern.h"
#include "query/filter/filter_shift.h"
#include "query/filter/filter_tree.h"
#include "vecstore/filter.h"

namespace vecstore::query::naive {

struct Subject {
  const Object& metadata;
  std::string id = {};
  std::optional<std::string> text = {};
  TimeMs created_at = 0;
  TimeMs updated_at = 0;
  TimeMs now = 0;
};

inline meta::Instant instant_of(const Value& literal, TimeMs now) {
  const Object::Member& time = *literal.as_object()->begin();
  if (time.key == "$timestamp") return *meta::parse_instant(*time.value.as_string());
  return {move_time(now, *parse_shift(*time.value.as_string())), 0};
}

class Evaluator {
 public:
  explicit Evaluator(const Subject& subject) : subject_(subject) {}

  Truth evaluate(const FilterNode& node) const {
    if (node.op == FilterOp::kTrue) return Truth::kTrue;
    if (node.op == FilterOp::kNot) return opposite(evaluate(node.children[0]));
    if (node.op != FilterOp::kAnd && node.op != FilterOp::kOr) return leaf(node);
    Truth result = truth_of(node.op == FilterOp::kAnd);
    for (const FilterNode& child : node.children) {
      result = node.op == FilterOp::kAnd ? std::min(result, evaluate(child))
                                         : std::max(result, evaluate(child));
    }
    return result;
  }

 private:
  static bool is_negative(FilterOp op) {
    return op == FilterOp::kNotEqual || op == FilterOp::kNotIn || op == FilterOp::kIsNull;
  }
  static bool by_element(const FilterNode& leaf) {
    return leaf.of == FilterOf::kAny || leaf.of == FilterOf::kAll;
  }
  static Truth fold(const FilterNode& leaf, const std::vector<Truth>& truths) {
    Truth result = truth_of(leaf.of == FilterOf::kAll);
    for (const Truth truth : truths)
      result = leaf.of == FilterOf::kAll ? std::min(result, truth) : std::max(result, truth);
    return result;
  }

  Truth leaf(const FilterNode& leaf) const {
    std::vector<Truth> truths;
    for (const Value& value : reach(leaf)) truths.push_back(reached(leaf, value));
    const Truth truth = fold(leaf, truths);
    return is_negative(leaf.op) && !by_element(leaf) ? opposite(truth) : truth;
  }

  // All that the path may mean; what is missing is null.
  std::vector<Value> reach(const FilterNode& leaf) const {
    switch (record_field(leaf.path)) {
      case RecordField::kId:
        return {subject_.id};
      case RecordField::kText:
        return {subject_.text ? Value(*subject_.text) : Value()};
      case RecordField::kCreatedAt:
        return {subject_.created_at};
      case RecordField::kUpdatedAt:
        return {subject_.updated_at};
      case RecordField::kNone:
        return reach(subject_.metadata, leaf.path);
    }
    return {};
  }

  static std::vector<Value> reach(const Value& from, std::span<const Path::value_type> steps) {
    if (steps.empty()) return {from};
    const List* list = from.as_list();
    const Object* object = from.as_object();
    if (const auto* position = std::get_if<std::size_t>(&steps[0])) {
      if (!list || *position >= list->size()) return {Value()};
      return reach((*list)[*position], steps.subspan(1));
    }
    if (!list || list->empty()) {
      const Value* member = object ? object->find(std::get<std::string>(steps[0])) : nullptr;
      return member ? reach(*member, steps.subspan(1)) : std::vector<Value>{Value()};
    }
    std::vector<Value> all;
    for (const Value& element : *list) {
      if (!element.as_object()) {
        all.emplace_back();
        continue;
      }
      for (Value& value : reach(element, steps)) all.push_back(std::move(value));
    }
    return all;
  }

  Truth reached(const FilterNode& leaf, const Value& value) const {
    const List* list = value.as_list();
    if (leaf.of == FilterOf::kLength) return one(leaf, length(value));
    std::vector<Truth> truths;
    if (by_element(leaf)) {
      if (!list) return element(leaf, value);
      for (const Value& each : *list) truths.push_back(element(leaf, each));
      return fold(leaf, truths);
    }
    const bool null_test = leaf.op == FilterOp::kIsNull || leaf.op == FilterOp::kIsNotNull;
    const bool equal = leaf.op == FilterOp::kEqual || leaf.op == FilterOp::kNotEqual;
    if (!list || null_test || (equal && leaf.values[0].as_list())) return one(leaf, value);
    if (leaf.op == FilterOp::kContainsAll) {
      Truth all = Truth::kTrue;
      for (const Value& wanted : leaf.values) all = std::min(all, has(*list, wanted));
      return all;
    }
    if (leaf.op == FilterOp::kContains || leaf.op == FilterOp::kContainsAny) {
      for (const Value& wanted : leaf.values) truths.push_back(has(*list, wanted));
    } else {
      for (const Value& each : *list) truths.push_back(one(leaf, each));
    }
    return fold(leaf, truths);
  }

  Truth element(const FilterNode& leaf, const Value& value) const {
    return is_negative(leaf.op) ? opposite(one(leaf, value)) : one(leaf, value);
  }

  Truth has(const List& list, const Value& wanted) const {
    Truth any = Truth::kFalse;
    for (const Value& each : list) {
      any = std::max(any, each.is_null() ? Truth::kUnknown : truth_of(order(each, wanted) == 0));
    }
    return any;
  }

  static Value length(const Value& value) {
    if (value.as_list()) return static_cast<std::int64_t>(value.as_list()->size());
    if (!value.as_string()) return nullptr;
    std::int64_t characters = 0;
    for (const char c : *value.as_string()) characters += (c & 0xc0) != 0x80 ? 1 : 0;
    return characters;
  }

  std::partial_ordering order(const Value& value, const Value& literal) const {
    const std::string* text = value.as_string();
    if (subject_time_) {
      const std::string* iso = literal.as_string();
      const meta::Instant wanted = literal.as_int() ? meta::Instant{*literal.as_int(), 0}
                                   : iso            ? *meta::parse_instant(*iso)
                                                    : instant_of(literal, subject_.now);
      return meta::Instant{*value.as_int(), 0} <=> wanted;
    }
    if (is_time_literal(literal)) {
      const auto time = text ? meta::parse_instant(*text) : std::nullopt;
      return time ? *time <=> instant_of(literal, subject_.now) : std::partial_ordering::unordered;
    }
    const bool same_type =
        value.kind() == literal.kind() || (value.is_number() && literal.is_number());
    return same_type ? compare_values(value, literal) <=> 0 : std::partial_ordering::unordered;
  }

  // Without the negation of !=, NOT IN and IS NULL.
  Truth one(const FilterNode& leaf, const Value& value) const {
    subject_time_ = is_time(record_field(leaf.path)) && leaf.of == FilterOf::kField;
    const bool null_test = leaf.op == FilterOp::kIsNull || leaf.op == FilterOp::kIsNotNull;
    if (null_test) return truth_of(!value.is_null());
    if (value.is_null()) return Truth::kUnknown;
    const auto compared = [&](std::size_t i, auto&& holds) {
      const std::partial_ordering at = order(value, leaf.values[i]);
      return at == std::partial_ordering::unordered ? Truth::kUnknown : truth_of(holds(at));
    };
    switch (leaf.op) {
      case FilterOp::kEqual:
      case FilterOp::kNotEqual:
        return truth_of(order(value, leaf.values[0]) == 0);
      case FilterOp::kLess:
        return compared(0, [](auto at) { return at < 0; });
      case FilterOp::kLessEqual:
        return compared(0, [](auto at) { return at <= 0; });
      case FilterOp::kGreater:
        return compared(0, [](auto at) { return at > 0; });
      case FilterOp::kGreaterEqual:
        return compared(0, [](auto at) { return at >= 0; });
      case FilterOp::kBetween:
        return std::min(compared(0, [](auto at) { return at >= 0; }),
                        compared(1, [](auto at) { return at <= 0; }));
      case FilterOp::kIn:
      case FilterOp::kNotIn:
        for (const Value& wanted : leaf.values) {
          if (order(value, wanted) == 0) return Truth::kTrue;
        }
        return Truth::kFalse;
      case FilterOp::kContainsAll:
        for (const Value& wanted : leaf.values) {
          if (!test_text(leaf.op, value, wanted)) return Truth::kFalse;
        }
        return Truth::kTrue;
      default:
        for (const Value& wanted : leaf.values) {
          if (test_text(leaf.op, value, wanted)) return Truth::kTrue;
        }
        return Truth::kFalse;
    }
  }

  static bool test_text(FilterOp op, const Value& value, const Value& literal) {
    if (!value.as_string() || !literal.as_string()) return false;
    const std::string& text = *value.as_string();
    const std::string& wanted = *literal.as_string();
    if (op == FilterOp::kStartsWith) return text.starts_with(wanted);
    if (op == FilterOp::kEndsWith) return text.ends_with(wanted);
    if (op == FilterOp::kLike) return matches_like(text, wanted);
    if (op == FilterOp::kMatches) return Pattern::compile(wanted)->found_in(text);
    return text.find(wanted) != std::string::npos;
  }

  const Subject& subject_;
  mutable bool subject_time_ = false;
};

inline Truth evaluate(const FilterNode& node, const Subject& subject) {
  return Evaluator(subject).evaluate(node);
}

}  // namespace vecstore::query::naive
