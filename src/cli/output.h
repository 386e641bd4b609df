// Answers on standard output, in the format asked for; everything else on standard error.
//
//   table   for people: aligned columns, or one "name  value" line per property
//   json    one JSON object
//   jsonl   one JSON object per row
//   simple  tab-separated, without a head
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/value.h"

namespace vecstore {

enum class OutputFormat { kTable, kJson, kJsonl, kSimple };
Result<OutputFormat> parse_output_format(std::string_view name);

class Output {
 public:
  Output() = default;
  Output(OutputFormat format, bool quiet) : format_(format), quiet_(quiet) {}

  OutputFormat format() const { return format_; }
  bool quiet() const { return quiet_; }
  bool is_json() const { return format_ == OutputFormat::kJson || format_ == OutputFormat::kJsonl; }

  void print_object(const Object& object) const;
  // json: {"name": [...]}. Columns are the members of the first row, as many as fit; absent ones
  // are blank.
  void print_list(std::string_view name, const std::vector<Object>& rows) const;
  // As it is, with a line end.
  void print_line(std::string_view text) const;

  // To standard error, unless quiet.
  void note(std::string_view text) const;
  // To standard error, always.
  void warn(std::string_view text) const;

 private:
  OutputFormat format_ = OutputFormat::kTable;
  bool quiet_ = false;
};

// The error line: "vecstore: ..." in red on a terminal.
void print_error(std::string_view message);

// A value as it stands in a table: strings bare, the rest as JSON.
std::string cell_text(const Value& value);

// A count, as a member of an object.
inline Value number(std::uint64_t count) { return static_cast<std::int64_t>(count); }
// With so many digits behind the point, for people.
std::string fixed(double value, int digits);

// Columns aligned in UTF-8, numbers to the right, lines no wider than `width` where the last column
// can give way.
std::string format_table(const std::vector<Object>& rows, std::size_t width);

}  // namespace vecstore
