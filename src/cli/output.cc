#include "cli/output.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "cli/terminal.h"

namespace vecstore {
namespace {

constexpr std::size_t kLeastColumn = 12;

void write_out(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string fitted = fit(text, width);
  const std::string space(width - std::min(width, display_width(fitted)), ' ');
  return right ? space + fitted : fitted + space;
}

struct Column {
  std::string name;
  std::size_t width = 0;
  bool right = true;  // until something that is no number is met
};

std::vector<Column> columns_of(const std::vector<Object>& rows) {
  std::vector<Column> columns;
  for (const auto& [name, first] : rows.front()) {
    Column column{name, display_width(name), true};
    for (const Object& row : rows) {
      const Value* value = row.find(name);
      if (!value) continue;
      column.width = std::max(column.width, display_width(printable(cell_text(*value))));
      column.right = column.right && (value->is_number() || value->is_null());
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

// The widest columns give way until the line fits.
void shrink(std::vector<Column>& columns, std::size_t width) {
  const auto total = [&columns] {
    std::size_t sum = 2 * (columns.size() - 1);
    for (const Column& column : columns) sum += column.width;
    return sum;
  };
  while (total() > width) {
    const auto widest =
        std::max_element(columns.begin(), columns.end(),
                         [](const Column& a, const Column& b) { return a.width < b.width; });
    if (widest->width <= kLeastColumn) return;
    --widest->width;
  }
}

std::string without_trailing_space(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

Result<OutputFormat> parse_output_format(std::string_view name) {
  if (name == "table") return OutputFormat::kTable;
  if (name == "json") return OutputFormat::kJson;
  if (name == "jsonl") return OutputFormat::kJsonl;
  if (name == "simple") return OutputFormat::kSimple;
  return invalid_argument("unknown output format '" + std::string(name) +
                          "': table, json, jsonl or simple");
}

std::string cell_text(const Value& value) {
  if (const std::string* text = value.as_string()) return *text;
  return value.is_null() ? "" : value.to_json();
}

std::string format_table(const std::vector<Object>& rows, std::size_t width) {
  if (rows.empty()) return "";
  std::vector<Column> columns = columns_of(rows);
  shrink(columns, width);
  std::string table, line;
  for (const Column& column : columns)
    line += padded(column.name, column.width, column.right) + "  ";
  table += without_trailing_space(line);
  for (const Object& row : rows) {
    line.clear();
    for (const Column& column : columns) {
      const Value* value = row.find(column.name);
      line += padded(value ? cell_text(*value) : "", column.width, column.right) + "  ";
    }
    table += without_trailing_space(line);
  }
  return table;
}

void Output::print_object(const Object& object) const {
  if (is_json()) return print_line(Value(object).to_json());
  std::size_t width = 0;
  for (const auto& [name, value] : object) width = std::max(width, display_width(name));
  for (const auto& [name, value] : object) {
    const std::string text = cell_text(value);
    print_line(format_ == OutputFormat::kSimple
                   ? name + "\t" + escaped(text)
                   : padded(name, width, false) + "  " + printable(text));
  }
}

void Output::print_list(std::string_view name, const std::vector<Object>& rows) const {
  if (format_ == OutputFormat::kJson) {
    List list;
    for (const Object& row : rows) list.emplace_back(row);
    return print_line(Value(Object{{std::string(name), std::move(list)}}).to_json());
  }
  if (format_ == OutputFormat::kTable) {
    return write_out(format_table(rows, is_terminal(STDOUT_FILENO) ? terminal_width() : 160));
  }
  for (const Object& row : rows) {
    if (format_ == OutputFormat::kJsonl) {
      print_line(Value(row).to_json());
      continue;
    }
    std::string line;
    for (const auto& [key, value] : row) {
      line += (line.empty() ? "" : "\t") + escaped(cell_text(value));
    }
    print_line(line);
  }
}

void Output::print_line(std::string_view text) const {
  write_out(text);
  write_out("\n");
}

void Output::note(std::string_view text) const {
  if (!quiet_) warn(text);
}

void Output::warn(std::string_view text) const {
  std::fflush(stdout);  // in the order of the calls where both go to one place
  std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
}

void print_error(std::string_view message) {
  std::fflush(stdout);
  const bool colour = is_terminal(STDERR_FILENO);
  std::fprintf(stderr, "%svecstore:%s %.*s\n", colour ? "\x1b[31m" : "", colour ? "\x1b[0m" : "",
               static_cast<int>(message.size()), message.data());
}

std::string fixed(double value, int digits) {
  std::array<char, 64> text = {};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

}  // namespace vecstore
