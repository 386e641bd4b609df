#include "query/filter_printer.h"

#include <string_view>

#include "query/filter_lexer.h"
#include "query/filter_path.h"
#include "query/filter_tree.h"

namespace vecstore::query {
namespace {

void append_values(std::string& out, const std::vector<Value>& values);

void append_value(std::string& out, const Value& value) {
  if (const std::string* text = value.as_string()) {
    append_quoted(out, *text, '\'');
  } else if (const List* list = value.as_list()) {
    out += '[';
    append_values(out, *list);
    out += ']';
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

void append_leaf(std::string& out, const FilterNode& leaf) {
  append_path(out, leaf.path);
  out += ' ';
  out += op_name(leaf.op);
  if (leaf.values.empty() && leaf.op != FilterOp::kIn && leaf.op != FilterOp::kNotIn) return;
  out += ' ';
  if (leaf.op == FilterOp::kBetween) {
    append_value(out, leaf.values[0]);
    out += " AND ";
    append_value(out, leaf.values[1]);
  } else if (leaf.op == FilterOp::kIn || leaf.op == FilterOp::kNotIn) {
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
