#include "query/filter_tree.h"

#include <cmath>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "query/filter_time.h"

namespace vecstore::query {
namespace {

constexpr std::string_view kRecordFields[] = {"$id", "$text", "$created_at", "$updated_at"};

bool is_leaf(FilterOp op) { return op < FilterOp::kAnd; }

bool is_time(RecordField field) {
  return field == RecordField::kCreatedAt || field == RecordField::kUpdatedAt;
}

bool is_text_op(FilterOp op) {
  return op == FilterOp::kStartsWith || op == FilterOp::kEndsWith || op == FilterOp::kLike;
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

Status check_time_value(std::string_view field, const Value& value) {
  const std::string* text = value.as_string();
  if (value.as_int() || (text && parse_instant(*text))) return {};
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
  if (leaf.op == FilterOp::kIn || leaf.op == FilterOp::kNotIn) return {};
  if (leaf.op == FilterOp::kBetween) wanted = 2;
  if (leaf.op == FilterOp::kIsNull || leaf.op == FilterOp::kIsNotNull) wanted = 0;
  if (leaf.values.size() == wanted) return {};
  return invalid_argument(name_of(leaf.op) + " takes " + std::to_string(wanted) +
                          " values, found " + std::to_string(leaf.values.size()));
}

Status check_leaf(const FilterNode& leaf) {
  if (!leaf.children.empty()) return invalid_argument("a filter condition has children");
  VECSTORE_TRY(check_count(leaf));
  VECSTORE_TRY(check_operator(leaf.op, leaf.path));
  for (const Value& value : leaf.values) VECSTORE_TRY(check_value(leaf.op, leaf.path, value));
  return {};
}

Status check_inner(const FilterNode& node) {
  if (!node.path.empty() || !node.values.empty()) {
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
  constexpr std::string_view kNames[] = {
      "=",           "!=",      "<",        "<=",         ">",        ">=",   "IN",
      "NOT IN",      "BETWEEN", "CONTAINS", "STARTSWITH", "ENDSWITH", "LIKE", "IS NULL",
      "IS NOT NULL", "AND",     "OR",       "NOT",        "TRUE"};
  return kNames[static_cast<std::size_t>(op)];
}

Status check_operator(FilterOp op, const Path& path) {
  VECSTORE_TRY(check_path(path));
  if (is_time(record_field(path)) && (is_text_op(op) || op == FilterOp::kContains)) {
    return invalid_argument(std::get<std::string>(path[0]) + " is a time: " + name_of(op) +
                            " does not apply");
  }
  return {};
}

Status check_value(FilterOp op, const Path& path, const Value& value) {
  if (value.is_null()) return check_null(op);
  VECSTORE_TRY(check_literal(value, 0));
  const RecordField field = record_field(path);
  if (is_time(field)) return check_time_value(std::get<std::string>(path[0]), value);
  const std::string* text = value.as_string();
  if (field != RecordField::kNone && !text) {
    return wrong_value(std::get<std::string>(path[0]), "a string", value);
  }
  if (is_text_op(op) && !text) return wrong_value(name_of(op), "a string", value);
  if (value.as_list() && op != FilterOp::kEqual && op != FilterOp::kNotEqual) {
    return wrong_value(name_of(op), "single values", value);
  }
  if (text && (op == FilterOp::kLike || op == FilterOp::kContains)) return check_pattern(op, *text);
  return {};
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
