#include "rag/splitters/splitter_options.h"

#include <algorithm>
#include <array>
#include <variant>

namespace vecstore {
namespace {

using Options = SplitterOptions;
using Keep = std::optional<KeepSeparator>;
using Amount = std::optional<double>;

struct Row {
  std::string_view name;
  std::variant<bool Options::*, std::size_t Options::*, std::string Options::*,
               std::vector<std::string> Options::*, Keep Options::*, Breakpoint Options::*,
               Amount Options::*>
      member;
  std::string_view splitters;  // those that read it
};

constexpr std::string_view kBySeparators =
    "character, heading, html, json, markdown, recursive, semantic and sentence";
constexpr std::string_view kBySections = "html and markdown";

constexpr std::array<Row, 16> kRows = {{
    {"tokenizer", &Options::tokenizer, "token"},
    {"separators", &Options::separators, kBySeparators},
    {"regex_separators", &Options::regex_separators, kBySeparators},
    {"keep_separator", &Options::keep_separator, kBySeparators},
    {"language", &Options::language, "code and recursive"},
    {"grammars", &Options::grammars, "code"},
    {"require_grammar", &Options::require_grammar, "code"},
    {"split_headings", &Options::split_headings, kBySections},
    {"strip_headings", &Options::strip_headings, kBySections},
    {"each_line", &Options::each_line, kBySections},
    {"min_chunk_size", &Options::min_chunk_size, "json and semantic"},
    {"split_lists", &Options::split_lists, "json"},
    {"breakpoint", &Options::breakpoint, "semantic"},
    {"breakpoint_amount", &Options::breakpoint_amount, "semantic"},
    {"number_of_chunks", &Options::number_of_chunks, "semantic"},
    {"buffer_size", &Options::buffer_size, "semantic"},
}};

// The names of an enumeration, in its order; the first stands for an optional that is unset.
constexpr std::array<std::string_view, 4> kKeeps = {"", "none", "start", "end"};

constexpr std::array<std::string_view, 4> kBreakpoints = {"percentile", "standard_deviation",
                                                          "interquartile", "gradient"};

constexpr double kUnset = -1;  // of an amount

Value as_value(bool value) { return value; }
Value as_value(std::size_t value) { return static_cast<std::int64_t>(value); }
Value as_value(const std::string& value) { return value; }
Value as_value(const std::vector<std::string>& value) { return List(value.begin(), value.end()); }
Value as_value(const Keep& value) {
  return kKeeps[value ? static_cast<std::size_t>(*value) + 1 : 0];
}

Value as_value(Breakpoint value) { return kBreakpoints[static_cast<std::size_t>(value)]; }
Value as_value(const Amount& value) { return value.value_or(kUnset); }

Status wrong(const char* wanted) { return invalid_argument(std::string("must be ") + wanted); }

Status read(const Value& value, bool& to) {
  if (!value.as_bool()) return wrong("true or false");
  to = *value.as_bool();
  return {};
}

Status read(const Value& value, std::size_t& to) {
  constexpr std::int64_t kMost = 1'000'000;
  if (!value.as_int() || *value.as_int() < 0 || *value.as_int() > kMost) {
    return wrong("an integer from 0 to 1000000");
  }
  to = static_cast<std::size_t>(*value.as_int());
  return {};
}

Status read(const Value& value, std::string& to) {
  if (!value.as_string()) return wrong("a string");
  to = *value.as_string();
  return {};
}

Status read(const Value& value, std::vector<std::string>& to) {
  const List* list = value.as_list();
  const bool texts =
      list && std::ranges::all_of(*list, [](const Value& item) { return item.as_string(); });
  if (!texts) return wrong("a list of strings");
  to.clear();
  for (const Value& item : *list) to.push_back(*item.as_string());
  return {};
}

Status read(const Value& value, Keep& to) {
  const auto name =
      value.as_string() ? std::ranges::find(kKeeps, *value.as_string()) : kKeeps.end();
  if (name == kKeeps.end()) return wrong("none, start or end");
  const auto index = name - kKeeps.begin();
  to = index == 0 ? Keep() : Keep(static_cast<KeepSeparator>(index - 1));
  return {};
}

Status read(const Value& value, Breakpoint& to) {
  const auto name =
      value.as_string() ? std::ranges::find(kBreakpoints, *value.as_string()) : kBreakpoints.end();
  if (name == kBreakpoints.end()) {
    return wrong("percentile, standard_deviation, interquartile or gradient");
  }
  to = static_cast<Breakpoint>(name - kBreakpoints.begin());
  return {};
}

Status read(const Value& value, Amount& to) {
  if (!value.is_number()) return wrong("a number");
  const double amount = value.as_int() ? static_cast<double>(*value.as_int()) : *value.as_double();
  to = amount == kUnset ? Amount() : Amount(amount);
  return {};
}

Value value_of(const Row& row, const Options& options) {
  return std::visit([&](auto member) { return as_value(options.*member); }, row.member);
}

bool names(std::string_view list, std::string_view name) {
  for (std::size_t at = 0; (at = list.find(name, at)) != list.npos; at += name.size()) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || list[at - 1] == ' ';
    if (begins && (end == list.size() || list[end] == ' ' || list[end] == ',')) return true;
  }
  return false;
}

}  // namespace

void for_each_splitter_option(const std::function<void(std::string, Value)>& take) {
  for (const Row& row : kRows) take(std::string(row.name), value_of(row, {}));
}

Status set_splitter_option(Options& options, std::string_view name, const Value& value) {
  const auto row = std::ranges::find(kRows, name, &Row::name);
  if (row == kRows.end()) {
    return invalid_argument("splitters have no option '" + std::string(name) + "'");
  }
  const Status status =
      std::visit([&](auto member) { return read(value, options.*member); }, row->member);
  if (status.ok()) return {};
  return invalid_argument("'" + std::string(name) + "' " + status.message() + ", it is " +
                          value.to_json());
}

Status check_options_of(std::string_view splitter, const Options& options) {
  for (const Row& row : kRows) {
    if (value_of(row, options) == value_of(row, {}) || names(row.splitters, splitter)) continue;
    const bool many = row.splitters.find(' ') != row.splitters.npos;
    return invalid_argument(std::string(row.name) + " is for the splitter" + (many ? "s " : " ") +
                            std::string(row.splitters) + ", not for '" + std::string(splitter) +
                            "'");
  }
  return {};
}

std::string describe_options(const Options& options) {
  Object set;
  for (const Row& row : kRows) {
    const Value value = value_of(row, options);
    const bool file = row.name == "tokenizer" || row.name == "grammars";
    if (!file && value != value_of(row, {})) set[std::string(row.name)] = value;
  }
  return set.empty() ? std::string() : Value(set).to_json();
}

}  // namespace vecstore
