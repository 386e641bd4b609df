// Which records may answer: a condition on metadata, written as text, built in code, or given as JSON. All three make the same tree.
//
//   Filter f = "year >= 2020 AND tags CONTAINS 'x'";
//   Filter g = field("year") >= 2020 && field("tags").contains("x");
//
// Missing fields equal null; a comparison with null is unknown and only true passes, so `year != 2020` skips records without a year.
// int64 and double compare as numbers, exactly. Fields are paths (`author.name`, `items[0].price`, `$.a.b`); odd names are quoted with
// back-ticks. `$id`, `$text`, `$created_at`, `$updated_at` are the record's own. A bare field on an array matches when any element does.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "vecstore/status.h"
#include "vecstore/value.h"

namespace vecstore {

enum class FilterOp : unsigned char {
  kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual,  // = != < <= > >=
  kIn, kNotIn,                                                    // IN (..), NOT IN (..): `values`
  kBetween,                                                       // BETWEEN a AND b, both included: `values`
  kContains,    // a list that has the value, or a string that has the substring
  kStartsWith, kEndsWith,
  kLike,        // % any run, _ any one character, case-sensitive; \ escapes
  kIsNull, kIsNotNull,  // IS NULL, IS NOT NULL; EXISTS(field) is the second
  kAnd, kOr, kNot,      // `children`
  kTrue,                // the empty filter
};

// One node of the parse tree. Leaves have `path` and `values`, inner nodes `children`.
struct FilterNode {
  FilterOp op = FilterOp::kTrue;
  std::vector<std::variant<std::string, std::size_t>> path;  // keys and array positions
  std::vector<Value> values;
  std::vector<FilterNode> children;
  bool operator==(const FilterNode&) const = default;
};

// A filter, or text that will be parsed when it is used (the query then returns the error with its column).
class Filter {
 public:
  Filter() = default;  // passes everything
  Filter(const char* text) : text_(text) {}
  Filter(std::string text) : text_(std::move(text)) {}
  Filter(FilterNode node) : node_(std::make_shared<const FilterNode>(std::move(node))) {}

  // Reads the text form; the whole text must parse. An error names the column and what was expected. At most kMaxFilterClauses leaves
  // and kMaxFilterDepth levels.
  static Result<Filter> parse(std::string_view text);

  // Reads {"year": {"$gte": 2020}, "tags": {"$contains": "x"}, "$or": [..]} and bare equality {"lang": "en"}.
  static Result<Filter> from_json(const Value& json);

  // The tree; parses the text when the filter was made from text.
  Result<std::shared_ptr<const FilterNode>> node() const;

  // The text form that parses to the same tree. An unparsed filter is returned as it was written.
  std::string to_string() const;

  bool empty() const { return !node_ && text_.find_first_not_of(" \t\r\n") == std::string::npos; }

 private:
  std::string text_;
  std::shared_ptr<const FilterNode> node_;
};

// The left side of a comparison: field("a.b") >= 3. A path that does not parse makes a filter whose use returns the error.
class Field {
 public:
  explicit Field(std::string path) : path_(std::move(path)) {}

  Filter operator==(Value value) const;
  Filter operator!=(Value value) const;
  Filter operator<(Value value) const;
  Filter operator<=(Value value) const;
  Filter operator>(Value value) const;
  Filter operator>=(Value value) const;
  Filter in(List values) const;
  Filter not_in(List values) const;
  Filter between(Value low, Value high) const;
  Filter contains(Value value) const;
  Filter starts_with(std::string text) const;
  Filter ends_with(std::string text) const;
  Filter like(std::string pattern) const;
  Filter is_null() const;
  Filter exists() const;

 private:
  Filter leaf(FilterOp op, std::vector<Value> values) const;
  std::string path_;
};

inline Field field(std::string path) { return Field(std::move(path)); }
Filter operator&&(const Filter& a, const Filter& b);
Filter operator||(const Filter& a, const Filter& b);
Filter operator!(const Filter& a);

}  // namespace vecstore
