#include "rag/loaders/parquet/parquet_rows.h"

#include <algorithm>

#include "base/json.h"
#include "base/utf8.h"

namespace vecstore {
namespace {

// Invalid sequences become U+FFFD.
std::size_t append_text(std::string_view bytes, std::string& out) {
  if (is_valid_utf8(bytes)) return out += bytes, 0;
  std::size_t replaced = 0;
  while (!bytes.empty()) {
    const CodePoint point = decode_utf8(bytes);
    append_utf8(out, point.value);
    replaced += point.valid ? 0 : 1;
    bytes.remove_prefix(point.size);
  }
  return replaced;
}

// Whether a list's repeated group is its element, as older writers have it, and not a wrapper
// around it: the rules of Parquet's LogicalTypes.md.
bool is_element(const ParquetNode& repeated, const ParquetNode& only_child) {
  const ParquetElement& element = repeated.element;
  return element.logical == ParquetLogical::kList || element.logical == ParquetLogical::kMap ||
         element.name == "array" || element.name.ends_with("_tuple") || only_child.repeated();
}

bool is_float(const ParquetElement& element) {
  return element.type == ParquetType::kFloat || element.type == ParquetType::kDouble ||
         element.logical == ParquetLogical::kFloat16;
}

}  // namespace

ParquetRowWriter::ParquetRowWriter(const ParquetSchema& schema, LoadBudget& budget)
    : not_text(schema.leaves.size()),
      schema_(schema),
      budget_(budget),
      left_at_begin_(budget.bytes_left()) {}

Status ParquetRowWriter::write(const ParquetGroup& group) {
  VECSTORE_TRY(begin(group));
  for (std::size_t i = 0; i < group.rows; ++i) VECSTORE_TRY(write_row());
  return end();
}

Status ParquetRowWriter::begin(const ParquetGroup& group) {
  cursors_.clear();
  for (const ParquetColumn& column : group.columns) {
    if (column.rows != group.rows) return data_loss("its columns have different numbers of rows");
    cursors_.push_back({&column});
  }
  return {};
}

Status ParquetRowWriter::end() const {
  for (const Cursor& cursor : cursors_) {
    if (cursor.at != cursor.column->definitions.size()) {
      return data_loss("its columns have different numbers of values");
    }
  }
  return {};
}

Status ParquetRowWriter::check_row_end(const ParquetNode& node, const std::string& name) const {
  if (!failed_ && at_row_end(node)) return {};
  return data_loss("the columns of '" + name + "' disagree in row " + std::to_string(row_));
}

Status ParquetRowWriter::write_row() {
  ++row_;
  const std::size_t before = text.size();
  if (before > 0) text += "\n\n";
  const std::size_t begin = text.size();
  for (const ParquetField& field : schema_.fields) {
    write_field(field);
    VECSTORE_TRY(count_text());
    VECSTORE_TRY(check_row_end(schema_.nodes[field.node], field.path));
  }
  if (text.size() == begin) {
    text.resize(before);
    return {};
  }
  text.pop_back();  // the line's end
  begins.emplace_back(begin, row_);
  return {};
}

Status ParquetRowWriter::write_json_row(std::vector<std::string>& cells) {
  ++row_;
  cells.clear();
  Status wrong;
  for (const std::size_t node : schema_.nodes[0].children) {
    const std::string& name = schema_.nodes[node].element.name;
    text.clear();
    problem_.clear();
    write_node(node);
    VECSTORE_TRY(count_text());
    VECSTORE_TRY(check_row_end(schema_.nodes[node], name));
    if (wrong.ok() && !problem_.empty()) {
      wrong = invalid_argument("column '" + shorten(name) + "' holds " + problem_);
    }
    cells.push_back(text);
  }
  return wrong;
}

Status ParquetRowWriter::count_text() {
  const std::uint64_t counted = left_at_begin_ - budget_.bytes_left();
  return text.size() > counted ? budget_.unpack(text.size() - counted) : Status();
}

void ParquetRowWriter::write_field(const ParquetField& field) {
  const ParquetNode& node = schema_.nodes[field.node];
  if (node.leaf() && !node.repeated()) return write_leaf_line(field, node.leaf_begin);
  const std::uint8_t whole = definition(node.leaf_begin);
  if (whole < node.max_definition - (node.repeated() ? 1 : 0)) return pass(node);
  text += field.path;
  text += ": ";
  write_node(field.node);
  text += '\n';
}

void ParquetRowWriter::write_leaf_line(const ParquetField& field, std::size_t leaf) {
  const ParquetNode& node = schema_.nodes[field.node];
  if (is_null(node)) return pass(node);
  value_.clear();
  const ParquetForm form = append_parquet_value(node.element, take(leaf), value_);
  if (form == ParquetForm::kNone) ++not_text[leaf];
  if (form == ParquetForm::kNone || value_.empty()) return;
  text += field.path;
  text += ": ";
  replaced += append_text(value_, text);
  text += '\n';
}

std::uint8_t ParquetRowWriter::definition(std::size_t leaf) {
  const Cursor& cursor = cursors_[leaf];
  if (cursor.at < cursor.column->definitions.size()) return cursor.column->definitions[cursor.at];
  failed_ = true;
  return 0;
}

bool ParquetRowWriter::is_null(const ParquetNode& node) {
  return definition(node.leaf_begin) < node.max_definition;
}

// The cell of a leaf that is not null.
ParquetCell ParquetRowWriter::take(std::size_t leaf) {
  Cursor& cursor = cursors_[leaf];
  const ParquetColumn& column = *cursor.column;
  ParquetCell cell;
  if (column.bytes.empty())
    cell.number = column.numbers[cursor.value];
  else
    cell.bytes = column.bytes[cursor.value];
  ++cursor.at;
  ++cursor.value;
  return cell;
}

// A cell of each leaf within, of something that is null or empty.
void ParquetRowWriter::pass(const ParquetNode& node) {
  for (std::size_t leaf = node.leaf_begin; leaf < node.leaf_end; ++leaf) {
    const ParquetNode& of = schema_.nodes[schema_.leaves[leaf]];
    if (definition(leaf) == of.max_definition) ++cursors_[leaf].value;
    ++cursors_[leaf].at;
  }
}

bool ParquetRowWriter::at_row_end(const ParquetNode& node) const {
  for (std::size_t leaf = node.leaf_begin; leaf < node.leaf_end; ++leaf) {
    const Cursor& cursor = cursors_[leaf];
    const std::vector<std::uint8_t>& repetitions = cursor.column->repetitions;
    if (cursor.at < repetitions.size() && repetitions[cursor.at] != 0) return false;
  }
  return true;
}

// From here on JSON. Recursive: the schema's depth is bounded by a constant.
void ParquetRowWriter::write_node(std::size_t index) {
  const ParquetNode& node = schema_.nodes[index];
  if (node.repeated()) {
    text += '[';
    write_repeated(index, &ParquetRowWriter::write_content);
    text += ']';
  } else if (is_null(node)) {
    pass(node);
    text += "null";
  } else {
    write_content(index);
  }
}

void ParquetRowWriter::write_content(std::size_t index) {
  const ParquetNode& node = schema_.nodes[index];
  if (node.leaf()) return write_json_leaf(node.leaf_begin);
  const bool wraps = node.children.size() == 1 && schema_.nodes[node.children[0]].repeated();
  if (wraps && node.element.logical == ParquetLogical::kList) {
    text += '[';
    write_repeated(node.children[0], &ParquetRowWriter::write_list_element);
    text += ']';
  } else if (wraps && node.element.logical == ParquetLogical::kMap &&
             schema_.nodes[node.children[0]].children.size() == 2) {
    text += '{';
    write_repeated(node.children[0], &ParquetRowWriter::write_map_entry);
    text += '}';
  } else {
    write_struct(node);
  }
}

void ParquetRowWriter::write_repeated(std::size_t index,
                                      void (ParquetRowWriter::*element)(std::size_t)) {
  const ParquetNode& node = schema_.nodes[index];
  if (is_null(node)) return pass(node);  // empty
  const std::size_t leaf = node.leaf_begin;
  for (bool first = true;; first = false) {
    if (!first) text += ", ";
    (this->*element)(index);
    const Cursor& cursor = cursors_[leaf];
    const std::vector<std::uint8_t>& repetitions = cursor.column->repetitions;
    const bool more =
        cursor.at < repetitions.size() && repetitions[cursor.at] == node.max_repetition;
    if (!more || failed_ || text.size() > left_at_begin_) return;
  }
}

void ParquetRowWriter::write_list_element(std::size_t index) {
  const ParquetNode& node = schema_.nodes[index];
  const bool wraps =
      node.children.size() == 1 && !is_element(node, schema_.nodes[node.children[0]]);
  if (wraps)
    write_node(node.children[0]);
  else
    write_content(index);
}

void ParquetRowWriter::write_map_entry(std::size_t index) {
  const ParquetNode& node = schema_.nodes[index];
  const std::size_t begin = text.size();
  write_node(node.children[0]);
  if (text[begin] != '"') {  // keys are strings
    const std::string key = text.substr(begin);
    text.resize(begin);
    append_json_string(text, key);
  }
  text += ": ";
  write_node(node.children[1]);
}

void ParquetRowWriter::write_struct(const ParquetNode& node) {
  text += '{';
  bool first = true;
  for (const std::size_t child : node.children) {
    if (!first) text += ", ";
    first = false;
    append_json_string(text, schema_.nodes[child].element.name);
    text += ": ";
    write_node(child);
    if (failed_) break;
  }
  text += '}';
}

void ParquetRowWriter::write_json_leaf(std::size_t leaf) {
  const ParquetNode& node = schema_.nodes[schema_.leaves[leaf]];
  if (is_null(node)) {  // columns that disagree: a value was promised
    failed_ = true;
    return;
  }
  value_.clear();
  const ParquetForm form = append_parquet_value(node.element, take(leaf), value_);
  if (form == ParquetForm::kNone) {
    ++not_text[leaf];
    problem_ = "bytes that are no text";
    text += "null";
  } else if (form == ParquetForm::kBare) {
    text += value_;
  } else {
    if (is_float(node.element)) problem_ = value_ + ", for which JSON has no number";
    if (!is_valid_utf8(value_)) problem_ = "text that is not UTF-8";
    append_json_string(text, value_);
  }
}

}  // namespace vecstore
