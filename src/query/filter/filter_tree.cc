#include "query/filter/filter_tree.h"

#include <cmath>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "meta/instant.h"
#include "query/filter/filter_pattern.h"
#include "query/filter/filter_shift.h"

namespace vecstore::query {
namespace {

constexpr std::string_view kRecordFields[] = {"$id", "$text", "$created_at", "$updated_at"};

bool is_leaf(FilterOp op) { return op < FilterOp::kAnd; }

bool is_text_op(FilterOp op) {
  return op == FilterOp::kStartsWith || op == FilterOp::kEndsWith || op == FilterOp::kLike ||
         op == FilterOp::kMatches;
}

bool is_contains(FilterOp op) {
  return op == FilterOp::kContains || op == FilterOp::kContainsAny || op == FilterOp::kContainsAll;
}

std::string name_of(FilterOp op) { return std::string(op_name(op)); }

Status wrong_value(const std::string& who, const char* needed, const Value& value) {
  return invalid_argument(who + " needs " + needed + ", found " + shorten(value.to_json()));
}

// A value that can be compared, stored and printed, whatever the operator. `depth` guards the
// stack.
Status check_literal(const Value& value, std::size_t depth) {
  if (value.as_object()) {
    return invalid_argument("an object is not a filter value: name its members by path");
  }
  if (const double* number = value.as_double(); number && !std::isfinite(*number)) {
    return invalid_argument("a filter value is not a finite number");
  }
  if (const std::string* text = value.as_string(); text && !is_valid_utf8(*text)) {
    return invalid_argument("a filter value is not valid UTF-8");
  }
  if (const List* list = value.as_list()) {
    if (depth == kMaxMetadataDepth) {
      return invalid_argument("a list in a filter is more than " +
                              std::to_string(kMaxMetadataDepth) + " deep");
    }
    for (const Value& element : *list) VECSTORE_TRY(check_literal(element, depth + 1));
  }
  return {};
}

Status check_null(FilterOp op) {
  if (op == FilterOp::kEqual) return invalid_argument("nothing equals NULL: use IS NULL");
  if (op == FilterOp::kNotEqual) return invalid_argument("nothing equals NULL: use IS NOT NULL");
  return invalid_argument(name_of(op) + " does not take NULL: use IS NULL or IS NOT NULL");
}

// The member of {"$timestamp": ..} or {"$now": ..}; nullptr when the value is no such object.
const Object::Member* time_member(const Value& value) {
  const Object* object = value.as_object();
  if (!object || object->size() != 1) return nullptr;
  const Object::Member* member = object->begin();
  return member->key == "$timestamp" || member->key == "$now" ? member : nullptr;
}

Status check_time_value(std::string_view field, const Value& value) {
  const std::string* text = value.as_string();
  if (value.as_int() || is_time_literal(value) || (text && meta::parse_instant(*text))) return {};
  return wrong_value(std::string(field), "milliseconds or an ISO 8601 time like 2024-05-01T10:00Z",
                     value);
}

Status check_pattern(FilterOp op, const std::string& text) {
  if (text.size() > kMaxPatternBytes) {
    return invalid_argument(name_of(op) + " takes at most " + std::to_string(kMaxPatternBytes) +
                            " bytes, found " + std::to_string(text.size()));
  }
  std::size_t backslashes = 0;
  while (backslashes < text.size() && text[text.size() - 1 - backslashes] == '\\') ++backslashes;
  if (op == FilterOp::kMatches) return Pattern::compile(text).status();
  if (op == FilterOp::kLike && backslashes % 2 == 1) {
    return invalid_argument("a LIKE pattern ends with a lone backslash: double it");
  }
  return {};
}

Status check_path(const Path& path) {
  if (path.empty()) return invalid_argument("a filter has a condition without a field");
  if (path.size() > kMaxMetadataDepth) {
    return invalid_argument("a filter path has " + std::to_string(path.size()) +
                            " steps, the limit is " + std::to_string(kMaxMetadataDepth));
  }
  if (!std::holds_alternative<std::string>(path[0])) {
    return invalid_argument("a filter path begins with a position: metadata is an object");
  }
  if (path.size() > 1 && record_field(std::get<std::string>(path[0])) != RecordField::kNone) {
    return invalid_argument(std::get<std::string>(path[0]) + " has no members");
  }
  for (const auto& step : path) {
    const std::string* key = std::get_if<std::string>(&step);
    if (key && !is_valid_utf8(*key)) return invalid_argument("a filter path is not valid UTF-8");
    if (!key && std::get<std::size_t>(step) > UINT32_MAX) {
      return invalid_argument("a position in a filter path is beyond 4294967295");
    }
  }
  return {};
}

Status check_count(const FilterNode& leaf) {
  std::size_t wanted = 1;
  if (takes_list(leaf.op)) return {};
  if (leaf.op == FilterOp::kBetween) wanted = 2;
  if (leaf.op == FilterOp::kIsNull || leaf.op == FilterOp::kIsNotNull) wanted = 0;
  if (leaf.values.size() == wanted) return {};
  return invalid_argument(name_of(leaf.op) + " takes " + std::to_string(wanted) +
                          " values, found " + std::to_string(leaf.values.size()));
}

Status check_leaf(const FilterNode& leaf) {
  if (!leaf.children.empty()) return invalid_argument("a filter condition has children");
  VECSTORE_TRY(check_count(leaf));
  VECSTORE_TRY(check_operator(leaf));
  for (const Value& value : leaf.values) VECSTORE_TRY(check_value(leaf, value));
  return {};
}

Status check_inner(const FilterNode& node) {
  if (!node.path.empty() || !node.values.empty() || node.of != FilterOf::kField) {
    return invalid_argument("a filter has a path or values outside a condition");
  }
  const std::size_t children = node.children.size();
  const bool right = node.op == FilterOp::kTrue  ? children == 0
                     : node.op == FilterOp::kNot ? children == 1
                                                 : children >= 2;
  if (!right) {
    return invalid_argument("a filter has " + name_of(node.op) + " over " +
                            std::to_string(children) + " conditions");
  }
  for (const FilterNode& child : node.children) {
    if (node.op != FilterOp::kNot && (child.op == node.op || child.op == FilterOp::kTrue)) {
      return invalid_argument("a filter has " + name_of(child.op) + " directly under " +
                              name_of(node.op));
    }
  }
  return {};
}

Status check_shape(const FilterNode& node) {
  if (is_leaf(node.op)) return check_leaf(node);
  VECSTORE_TRY(check_inner(node));
  for (const FilterNode& child : node.children) VECSTORE_TRY(check_shape(child));
  return {};
}

// Counts leaves below `node`; stops at the depth limit, so that no tree exhausts the stack.
Status count_leaves(const FilterNode& node, std::size_t level, std::size_t& leaves) {
  if (level > kMaxFilterDepth) {
    return invalid_argument("a filter is more than " + std::to_string(kMaxFilterDepth) +
                            " levels deep");
  }
  if (node.children.empty() && ++leaves > kMaxFilterClauses) {
    return invalid_argument("a filter has more than " + std::to_string(kMaxFilterClauses) +
                            " clauses");
  }
  for (const FilterNode& child : node.children) {
    VECSTORE_TRY(count_leaves(child, level + 1, leaves));
  }
  return {};
}

}  // namespace

bool is_time(RecordField field) {
  return field == RecordField::kCreatedAt || field == RecordField::kUpdatedAt;
}

RecordField record_field(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kRecordFields); ++i) {
    if (name == kRecordFields[i]) return static_cast<RecordField>(i + 1);
  }
  return RecordField::kNone;
}

RecordField record_field(const Path& path) {
  const std::string* key = path.empty() ? nullptr : std::get_if<std::string>(&path[0]);
  return key ? record_field(*key) : RecordField::kNone;
}

FilterNode join(FilterOp op, std::vector<FilterNode> parts) {
  FilterNode all{op, {}, {}, {}};
  for (FilterNode& part : parts) {
    if (part.op == FilterOp::kTrue) {
      if (op == FilterOp::kOr) return {};
    } else if (part.op == op) {
      std::move(part.children.begin(), part.children.end(), std::back_inserter(all.children));
    } else {
      all.children.push_back(std::move(part));
    }
  }
  if (all.children.empty()) return {};
  if (all.children.size() > 1) return all;
  FilterNode only = std::move(all.children[0]);
  return only;
}

FilterNode negate(FilterNode node) {
  FilterNode result{FilterOp::kNot, {}, {}, {}};
  result.children.push_back(std::move(node));
  return result;
}

std::string_view op_name(FilterOp op) {
  constexpr std::string_view kNames[] = {"=",
                                         "!=",
                                         "<",
                                         "<=",
                                         ">",
                                         ">=",
                                         "IN",
                                         "NOT IN",
                                         "BETWEEN",
                                         "CONTAINS",
                                         "CONTAINS_ANY",
                                         "CONTAINS_ALL",
                                         "STARTSWITH",
                                         "ENDSWITH",
                                         "LIKE",
                                         "MATCHES",
                                         "IS NULL",
                                         "IS NOT NULL",
                                         "AND",
                                         "OR",
                                         "NOT",
                                         "TRUE"};
  return kNames[static_cast<std::size_t>(op)];
}

std::string_view of_name(FilterOf of) {
  constexpr std::string_view kNames[] = {"", "ANY", "ALL", "LEN"};
  return kNames[static_cast<std::size_t>(of)];
}

bool takes_list(FilterOp op) {
  return op == FilterOp::kIn || op == FilterOp::kNotIn || op == FilterOp::kContainsAny ||
         op == FilterOp::kContainsAll;
}

bool is_time_literal(const Value& value) { return time_member(value) != nullptr; }

Value normal_literal(Value value) {
  const Object::Member* time = time_member(value);
  const std::string* text = time ? time->value.as_string() : nullptr;
  if (!text || time->key != "$now") return value;
  const Result<Shift> shift = parse_shift(*text);
  if (!shift.ok()) return value;
  return Object{{"$now", print_shift(*shift)}};
}

Status check_time_literal(const Value& value) {
  const Object::Member* time = time_member(value);
  const std::string* text = time->value.as_string();
  if (!text) return wrong_value(time->key, "a string", time->value);
  if (time->key == "$timestamp") {
    if (meta::parse_instant(*text)) return {};
    return invalid_argument("'" + shorten(*text) + "' is no ISO 8601 time like 2024-05-01T10:00Z");
  }
  VECSTORE_ASSIGN(const Shift shift, parse_shift(*text));
  const std::string normal = print_shift(shift);
  if (*text == normal) return {};
  return invalid_argument("the shift of $now is written '" + normal + "', found '" +
                          shorten(*text) + "'");
}

Status check_operator(const FilterNode& leaf) {
  VECSTORE_TRY(check_path(leaf.path));
  const RecordField field = record_field(leaf.path);
  const bool null_test = leaf.op == FilterOp::kIsNull || leaf.op == FilterOp::kIsNotNull;
  if (leaf.of == FilterOf::kLength && !null_test && (is_text_op(leaf.op) || is_contains(leaf.op))) {
    return invalid_argument("LEN is a number: " + name_of(leaf.op) + " does not apply");
  }
  if (field == RecordField::kNone) return {};
  const std::string name = std::get<std::string>(leaf.path[0]);
  if (leaf.of == FilterOf::kAny || leaf.of == FilterOf::kAll) {
    return invalid_argument(name + " is no list: " + std::string(of_name(leaf.of)) +
                            " does not apply");
  }
  if (!is_time(field)) return {};
  if (leaf.of == FilterOf::kLength)
    return invalid_argument(name + " is a time: LEN does not apply");
  if (!is_text_op(leaf.op) && !is_contains(leaf.op)) return {};
  return invalid_argument(name + " is a time: " + name_of(leaf.op) + " does not apply");
}

Status check_value(const FilterNode& leaf, const Value& value) {
  if (value.is_null()) return check_null(leaf.op);
  const bool time = is_time_literal(value);
  VECSTORE_TRY(time ? check_time_literal(value) : check_literal(value, 0));
  if (leaf.of == FilterOf::kLength) {
    return value.is_number() ? Status() : wrong_value("LEN", "a number", value);
  }
  const RecordField field = record_field(leaf.path);
  if (is_time(field)) return check_time_value(std::get<std::string>(leaf.path[0]), value);
  const std::string* text = value.as_string();
  if (field != RecordField::kNone && !text) {
    return wrong_value(std::get<std::string>(leaf.path[0]), "a string", value);
  }
  if (is_text_op(leaf.op) && !text) return wrong_value(name_of(leaf.op), "a string", value);
  if (time && is_contains(leaf.op)) return wrong_value(name_of(leaf.op), "no time", value);
  if (value.as_list() && leaf.op != FilterOp::kEqual && leaf.op != FilterOp::kNotEqual) {
    return wrong_value(name_of(leaf.op), "single values", value);
  }
  const bool limited = leaf.op == FilterOp::kLike || leaf.op == FilterOp::kMatches;
  return text && (limited || is_contains(leaf.op)) ? check_pattern(leaf.op, *text) : Status();
}

Status check_size(const FilterNode& node) {
  std::size_t leaves = 0;
  return count_leaves(node, 1, leaves);
}

Status check_filter(const FilterNode& node) {
  VECSTORE_TRY(check_size(node));
  return check_shape(node);
}

}  // namespace vecstore::query

namespace vecstore {

Value timestamp(std::string_view iso_8601) { return Object{{"$timestamp", iso_8601}}; }

Value now(std::string_view shift) { return query::normal_literal(Object{{"$now", shift}}); }

}  // namespace vecstore
