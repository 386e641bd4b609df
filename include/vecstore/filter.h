// Which records may answer: a condition on metadata, written as text, built in code, or given as JSON. All three make the same tree.
//
//   Filter f = "year >= 2020 AND tags CONTAINS 'x'";
//   Filter g = field("year") >= 2020 && field("tags").contains("x");
//   Result<Filter> h = Filter::parse("lang = :lang AND $created_at >= now() - INTERVAL '7 days'", {{"lang", input}});
//
// Missing fields equal null; a comparison with null is unknown and only true passes, so `year != 2020` skips records without a year.
// int64 and double compare as numbers, exactly; otherwise values of different types are unequal and have no order. Fields are paths
// (`author.name`, `items[0].price`, `$.a.b`); odd names are quoted with back-ticks. `$id`, `$text`, `$created_at`, `$updated_at` are
// the record's own; the two times also compare with ISO 8601 strings. A bare field on an array matches when any element does; != and
// NOT IN are the negations of = and IN, so there they ask that no element is equal. docs/guide/filters.md is the whole language.
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
  kBetween,                                                       // BETWEEN a AND b, both included: two `values`
  kContains,    // a list that has the value (no element is searched within), or a string that has the substring
  kContainsAny, kContainsAll,  // CONTAINS of any, of all of the `values`
  kStartsWith, kEndsWith,
  kLike,        // % any run, _ any one character, case-sensitive; \ escapes
  kMatches,     // a regular expression (docs/guide/filters.md) that is found anywhere; time linear in the text
  kIsNull, kIsNotNull,  // IS NULL, IS NOT NULL; EXISTS(field) is the second
  kAnd, kOr, kNot,      // `children`
  kTrue,                // TRUE, the empty filter; NOT TRUE is FALSE
};

// What of the field a leaf looks at: all of it; each element of a list (of anything else: itself), of which one or every one must
// meet the condition; the number of elements, or of characters.
enum class FilterOf : unsigned char { kField, kAny, kAll, kLength };  // a, ANY(a), ALL(a), LEN(a)

// One node of the parse tree. Leaves have `path` and `values`, inner nodes `children`. Values are numbers, strings, booleans and
// times (timestamp() and now() below); = and != also take lists, which they compare whole. Parser, builder and JSON make one normal
// form, and a tree made by hand must have it: kAnd and kOr have two children or more, none of their own op and none kTrue. NOT LIKE
// and the like are kNot over the leaf.
struct FilterNode {
  FilterOp op = FilterOp::kTrue;
  std::vector<std::variant<std::string, std::size_t>> path;  // keys and array positions
  std::vector<Value> values;
  std::vector<FilterNode> children;
  FilterOf of = FilterOf::kField;
  bool operator==(const FilterNode&) const = default;
};

// Times as values: comparisons with them are between instants, and a string of the field's counts as the time that it writes in
// ISO 8601. In the text form TIMESTAMP '2024-05-01' and now() - INTERVAL '7 days'; in JSON, and in a tree, {"$timestamp": "2024-05-01"}
// and {"$now": "-7 days"}. The query's own instant is one for all its records; `shift` is "", or + or - and numbers with units from
// milliseconds to years (a month from 31 March back is the end of February). What cannot be read is an error of the filter.
Value timestamp(std::string_view iso_8601);
Value now(std::string_view shift = {});

// A filter, or text that will be parsed when it is used (the query then returns the error with its column). A filter that cannot be
// right (a path that does not parse, text joined by && that does not, a limit passed) keeps its error until it is used.
class Filter {
 public:
  Filter() = default;  // passes everything
  Filter(const char* text) : text_(text) {}
  Filter(std::string text) : text_(std::move(text)) {}
  Filter(FilterNode node) : node_(std::make_shared<const FilterNode>(std::move(node))) {}

  // Reads the text form; the whole text must parse, and blank text is TRUE. An error names the column (characters, from 1) and what
  // was expected. At most kMaxFilterClauses leaves and kMaxFilterDepth levels, of the tree and of the parentheses.
  // A value, or the list of an IN, may be :name, which takes the parameter of that name; each parameter must be used.
  static Result<Filter> parse(std::string_view text, const Object& parameters = {});

  // Reads {"year": {"$gte": 2020}, "tags": {"$contains": "x"}, "$or": [..]} and bare equality {"lang": "en"}; members are joined by
  // AND. Keys are paths as in the text form.
  static Result<Filter> from_json(const Value& json);

  // The tree, checked: parses the text when the filter was made from text. Costs one pass over the filter.
  Result<std::shared_ptr<const FilterNode>> node() const;

  // The text form that parses to the same tree. An unparsed filter is returned as it was written; one that keeps an error gives text
  // that does not parse.
  std::string to_string() const;

  bool empty() const {
    return error_.ok() && !node_ && text_.find_first_not_of(" \t\r\n") == std::string::npos;
  }

 private:
  friend class Field;
  friend Filter operator&&(const Filter& a, const Filter& b);
  friend Filter operator||(const Filter& a, const Filter& b);
  friend Filter operator!(const Filter& a);
  static Filter checked(Result<FilterNode> node);

  std::string text_;
  std::shared_ptr<const FilterNode> node_;
  Status error_;
};

// The left side of a comparison: field("a.b") >= 3. A path that does not parse, or a value that the operator does not take, makes a
// filter whose use returns the error.
class Field {
 public:
  explicit Field(std::string path) : path_(std::move(path)) {}

  // The elements, or the length, in the field's place: field("scores").all() >= 5, field("tags").len() > 2.
  Field any() const { return {path_, FilterOf::kAny}; }
  Field all() const { return {path_, FilterOf::kAll}; }
  Field len() const { return {path_, FilterOf::kLength}; }

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
  Filter contains_any(List values) const;
  Filter contains_all(List values) const;
  Filter starts_with(std::string text) const;
  Filter ends_with(std::string text) const;
  Filter like(std::string pattern) const;
  Filter matches(std::string pattern) const;
  Filter is_null() const;
  Filter exists() const;

 private:
  Field(std::string path, FilterOf of) : path_(std::move(path)), of_(of) {}
  Filter leaf(FilterOp op, std::vector<Value> values) const;
  std::string path_;
  FilterOf of_ = FilterOf::kField;
};

inline Field field(std::string path) { return Field(std::move(path)); }
Filter operator&&(const Filter& a, const Filter& b);
Filter operator||(const Filter& a, const Filter& b);
Filter operator!(const Filter& a);

}  // namespace vecstore
