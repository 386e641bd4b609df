#include "query/filter/filter_printer.h"

#include <string_view>

#include "query/filter/filter_lexer.h"
#include "query/filter/filter_path.h"
#include "query/filter/filter_tree.h"

namespace vecstore::query {
namespace {

void append_values(std::string& out, const std::vector<Value>& values);

void append_time(std::string& out, const Object::Member& time) {
  const std::string& text = *time.value.as_string();
  if (time.key == "$timestamp") {
    out += "TIMESTAMP ";
    append_quoted(out, text, '\'');
  } else {
    out += "now()";
    if (text.empty()) return;
    out += text[0] == '-' ? " - INTERVAL " : " + INTERVAL ";
    append_quoted(out, std::string_view(text).substr(1), '\'');
  }
}

void append_value(std::string& out, const Value& value) {
  if (const std::string* text = value.as_string()) {
    append_quoted(out, *text, '\'');
  } else if (const List* list = value.as_list()) {
    out += '[';
    append_values(out, *list);
    out += ']';
  } else if (is_time_literal(value)) {
    append_time(out, *value.as_object()->begin());
  } else if (const bool* flag = value.as_bool()) {
    out += *flag ? "TRUE" : "FALSE";
  } else {
    out += value.is_null() ? "NULL" : value.to_json();
  }
}

void append_values(std::string& out, const std::vector<Value>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ", ";
    append_value(out, values[i]);
  }
}

void append_left(std::string& out, const FilterNode& leaf) {
  if (leaf.of == FilterOf::kField) return append_path(out, leaf.path);
  out += of_name(leaf.of);
  out += '(';
  append_path(out, leaf.path);
  out += ')';
}

void append_leaf(std::string& out, const FilterNode& leaf) {
  append_left(out, leaf);
  out += ' ';
  out += op_name(leaf.op);
  if (leaf.op == FilterOp::kIsNull || leaf.op == FilterOp::kIsNotNull) return;
  out += ' ';
  if (leaf.op == FilterOp::kBetween) {
    append_value(out, leaf.values[0]);
    out += " AND ";
    append_value(out, leaf.values[1]);
  } else if (leaf.op == FilterOp::kMatches) {
    append_raw(out, *leaf.values[0].as_string());
  } else if (takes_list(leaf.op)) {
    out += '(';
    append_values(out, leaf.values);
    out += ')';
  } else {
    append_value(out, leaf.values[0]);
  }
}

void append_node(std::string& out, const FilterNode& node, bool root);

void append_joined(std::string& out, const FilterNode& node) {
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    if (i > 0) out += node.op == FilterOp::kAnd ? " AND " : " OR ";
    append_node(out, node.children[i], false);
  }
}

void append_node(std::string& out, const FilterNode& node, bool root) {
  switch (node.op) {
    case FilterOp::kTrue:
      out += "TRUE";
      break;
    case FilterOp::kNot:
      out += "NOT ";
      append_node(out, node.children[0], false);
      break;
    case FilterOp::kAnd:
    case FilterOp::kOr:
      if (!root) out += '(';
      append_joined(out, node);
      if (!root) out += ')';
      break;
    default:
      append_leaf(out, node);
  }
}

}  // namespace

std::string print_filter(const FilterNode& node) {
  std::string out;
  append_node(out, node, true);
  return out;
}

}  // namespace vecstore::query

namespace vecstore {

std::string Filter::to_string() const {
  const Status status = node_ ? query::check_filter(*node_) : error_;
  if (!status.ok()) return "invalid filter: " + status.message();
  return node_ ? query::print_filter(*node_) : text_;
}

}  // namespace vecstore
