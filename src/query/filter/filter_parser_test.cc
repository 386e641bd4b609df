#include "query/filter/filter_parser.h"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <regex>
#include <sstream>
#include <string>

#include "base/random.h"
#include "query/filter/filter_cursor.h"
#include "query/filter/filter_lexer.h"
#include "query/filter/filter_path.h"
#include "query/filter/filter_tree.h"

namespace vecstore::query {
namespace {

FilterNode parsed(std::string_view text) {
  Result<FilterNode> node = parse_filter(text);
  EXPECT_TRUE(node.ok()) << text << ": " << node.status().message();
  return node.ok() ? *std::move(node) : FilterNode{};
}

std::string error(std::string_view text) {
  const Result<FilterNode> node = parse_filter(text);
  EXPECT_FALSE(node.ok()) << text;
  EXPECT_EQ(node.status().code(), node.ok() ? Code::kOk : Code::kInvalidArgument);
  return node.status().message();
}

FilterNode leaf(FilterOp op, Path path, std::vector<Value> values) {
  return {op, std::move(path), std::move(values), {}};
}

FilterNode equals(const char* key, Value value) {
  return leaf(FilterOp::kEqual, {key}, {std::move(value)});
}

TEST(FilterParser, reads_every_comparison_in_each_spelling) {
  EXPECT_EQ(parsed("a = 1"), equals("a", 1));
  EXPECT_EQ(parsed("a == 1"), equals("a", 1));
  EXPECT_EQ(parsed("a != 1"), leaf(FilterOp::kNotEqual, {"a"}, {1}));
  EXPECT_EQ(parsed("a <> 1"), leaf(FilterOp::kNotEqual, {"a"}, {1}));
  EXPECT_EQ(parsed("a < 1"), leaf(FilterOp::kLess, {"a"}, {1}));
  EXPECT_EQ(parsed("a <= 1"), leaf(FilterOp::kLessEqual, {"a"}, {1}));
  EXPECT_EQ(parsed("a > 1"), leaf(FilterOp::kGreater, {"a"}, {1}));
  EXPECT_EQ(parsed("a >= 1"), leaf(FilterOp::kGreaterEqual, {"a"}, {1}));
}

TEST(FilterParser, needs_no_spaces_around_symbols) {
  EXPECT_EQ(parsed("a>=-1 AND(b='x')"),
            join(FilterOp::kAnd, {leaf(FilterOp::kGreaterEqual, {"a"}, {-1}), equals("b", "x")}));
}

TEST(FilterParser, reads_text_operators) {
  EXPECT_EQ(parsed("a CONTAINS 'x'"), leaf(FilterOp::kContains, {"a"}, {"x"}));
  EXPECT_EQ(parsed("a STARTSWITH 'x'"), leaf(FilterOp::kStartsWith, {"a"}, {"x"}));
  EXPECT_EQ(parsed("a ENDSWITH 'x'"), leaf(FilterOp::kEndsWith, {"a"}, {"x"}));
  EXPECT_EQ(parsed("a LIKE '%x_'"), leaf(FilterOp::kLike, {"a"}, {"%x_"}));
}

TEST(FilterParser, reads_functions_of_a_field) {
  FilterNode any = leaf(FilterOp::kNotEqual, {"a"}, {"x"});
  any.of = FilterOf::kAny;
  EXPECT_EQ(parsed("ANY(a) != 'x'"), any);
  FilterNode all = leaf(FilterOp::kIn, {"a", "b"}, {1});
  all.of = FilterOf::kAll;
  EXPECT_EQ(parsed("all ( $.a.b ) in (1)"), all);
  FilterNode len = leaf(FilterOp::kIsNull, {"a"}, {});
  len.of = FilterOf::kLength;
  EXPECT_EQ(parsed("LEN(a) IS NULL"), len);
  EXPECT_EQ(parsed("NOT LEN(a) IS NULL"), negate(len));
}

TEST(FilterParser, the_names_of_functions_are_fields_too) {
  EXPECT_EQ(parsed("len = 1"), equals("len", 1));
  EXPECT_EQ(parsed("any.all = 1"), leaf(FilterOp::kEqual, {"any", "all"}, {1}));
  EXPECT_EQ(parsed("matches = 1 AND now = 2 AND timestamp = 3").children.size(), 3u);
  EXPECT_EQ(parsed("LEN(len) = 1").path, Path{"len"});
}

TEST(FilterParser, the_string_of_matches_has_no_escapes) {
  EXPECT_EQ(parsed("a MATCHES '\\d+\\n'"), leaf(FilterOp::kMatches, {"a"}, {"\\d+\\n"}));
  EXPECT_EQ(parsed("a MATCHES ''''"), leaf(FilterOp::kMatches, {"a"}, {"'"}));
  EXPECT_EQ(
      parsed("a NOT MATCHES \"'\" AND b = '\\n'"),
      join(FilterOp::kAnd, {negate(leaf(FilterOp::kMatches, {"a"}, {"'"})), equals("b", "\n")}));
}

TEST(FilterParser, reads_lists_after_contains) {
  EXPECT_EQ(parsed("a CONTAINS_ANY ('x', 2)"), leaf(FilterOp::kContainsAny, {"a"}, {"x", 2}));
  EXPECT_EQ(parsed("a NOT CONTAINS_ALL ['x']"), negate(leaf(FilterOp::kContainsAll, {"a"}, {"x"})));
}

TEST(FilterParser, reads_lists_after_in) {
  EXPECT_EQ(parsed("a IN (1, 'x', 2.5, TRUE)"), leaf(FilterOp::kIn, {"a"}, {1, "x", 2.5, true}));
  EXPECT_EQ(parsed("a IN [1]"), leaf(FilterOp::kIn, {"a"}, {1}));
  EXPECT_EQ(parsed("a IN ()"), leaf(FilterOp::kIn, {"a"}, {}));
  EXPECT_EQ(parsed("a NOT IN (1, 2)"), leaf(FilterOp::kNotIn, {"a"}, {1, 2}));
  EXPECT_EQ(parsed("NOT a IN (1)"), negate(leaf(FilterOp::kIn, {"a"}, {1})));
}

TEST(FilterParser, between_takes_its_own_and) {
  const FilterNode between = leaf(FilterOp::kBetween, {"a"}, {1, 5});
  EXPECT_EQ(parsed("a BETWEEN 1 AND 5"), between);
  EXPECT_EQ(parsed("a BETWEEN 1 AND 5 AND b = 2"), join(FilterOp::kAnd, {between, equals("b", 2)}));
}

TEST(FilterParser, not_before_an_operator_is_not_around_the_condition) {
  EXPECT_EQ(parsed("a NOT BETWEEN 1 AND 5"), negate(leaf(FilterOp::kBetween, {"a"}, {1, 5})));
  EXPECT_EQ(parsed("a NOT LIKE 'x'"), negate(leaf(FilterOp::kLike, {"a"}, {"x"})));
  EXPECT_EQ(parsed("a NOT CONTAINS 'x'"), negate(leaf(FilterOp::kContains, {"a"}, {"x"})));
  EXPECT_EQ(parsed("a NOT STARTSWITH 'x'"), negate(leaf(FilterOp::kStartsWith, {"a"}, {"x"})));
  EXPECT_EQ(parsed("a NOT ENDSWITH 'x'"), negate(leaf(FilterOp::kEndsWith, {"a"}, {"x"})));
  EXPECT_EQ(parsed("a NOT EXISTS"), negate(leaf(FilterOp::kIsNotNull, {"a"}, {})));
}

TEST(FilterParser, reads_null_tests) {
  EXPECT_EQ(parsed("a IS NULL"), leaf(FilterOp::kIsNull, {"a"}, {}));
  EXPECT_EQ(parsed("a IS NOT NULL"), leaf(FilterOp::kIsNotNull, {"a"}, {}));
  EXPECT_EQ(parsed("EXISTS(a.b)"), leaf(FilterOp::kIsNotNull, {"a", "b"}, {}));
  EXPECT_EQ(parsed("a EXISTS"), leaf(FilterOp::kIsNotNull, {"a"}, {}));
  EXPECT_EQ(parsed("NOT EXISTS (a)"), negate(leaf(FilterOp::kIsNotNull, {"a"}, {})));
}

TEST(FilterParser, words_are_read_in_any_case) {
  EXPECT_EQ(parsed("a is Not nUll aNd b iN (true) oR nOt c like 'X'"),
            parsed("a IS NOT NULL AND b IN (TRUE) OR NOT c LIKE 'X'"));
  EXPECT_NE(parsed("A = 1"), parsed("a = 1")) << "keys are not";
}

TEST(FilterParser, not_binds_before_and_before_or) {
  const FilterNode a = equals("a", 1), b = equals("b", 2), c = equals("c", 3);
  EXPECT_EQ(parsed("a=1 OR b=2 AND c=3"), join(FilterOp::kOr, {a, join(FilterOp::kAnd, {b, c})}));
  EXPECT_EQ(parsed("(a=1 OR b=2) AND c=3"), join(FilterOp::kAnd, {join(FilterOp::kOr, {a, b}), c}));
  EXPECT_EQ(parsed("NOT a=1 AND b=2"), join(FilterOp::kAnd, {negate(a), b}));
  EXPECT_EQ(parsed("NOT (a=1 AND b=2)"), negate(join(FilterOp::kAnd, {a, b})));
  EXPECT_EQ(parsed("NOT NOT a=1"), negate(negate(a)));
}

TEST(FilterParser, parentheses_of_one_kind_dissolve) {
  EXPECT_EQ(parsed("((a=1 AND (b=2 AND c=3)))"), parsed("a=1 AND b=2 AND c=3"));
  EXPECT_EQ(parsed("a=1 OR (b=2 OR c=3)"), parsed("a=1 OR b=2 OR c=3"));
}

TEST(FilterParser, blank_text_is_true) {
  EXPECT_EQ(parsed(""), FilterNode{});
  EXPECT_EQ(parsed(" \t\r\n"), FilterNode{});
  EXPECT_EQ(parsed("TRUE"), FilterNode{});
  EXPECT_EQ(parsed("FALSE"), negate(FilterNode{}));
  EXPECT_EQ(parsed("TRUE AND a=1"), equals("a", 1));
}

TEST(FilterParser, integers_stay_exact_and_doubles_are_doubles) {
  EXPECT_EQ(parsed("a = 9223372036854775807"),
            equals("a", std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(parsed("a = -9223372036854775808"),
            equals("a", std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(parsed("a = 1.0"), equals("a", 1.0));
  EXPECT_NE(parsed("a = 1.0"), equals("a", 1));
  EXPECT_EQ(parsed("a = -2.5e-3"), equals("a", -2.5e-3));
  EXPECT_EQ(parsed("a = 1E5"), equals("a", 1e5));
}

TEST(FilterParser, strings_take_either_quote_doubling_and_escapes) {
  EXPECT_EQ(parsed("a = 'it''s'"), equals("a", "it's"));
  EXPECT_EQ(parsed("a = \"say \"\"x\"\"\""), equals("a", "say \"x\""));
  EXPECT_EQ(parsed("a = 'it\"s'"), equals("a", "it\"s"));
  EXPECT_EQ(parsed("a = ''"), equals("a", ""));
  EXPECT_EQ(parsed(R"(a = '\'\"\\\/\n\t\r\b\f\`')"), equals("a", "'\"\\/\n\t\r\b\f`"));
  EXPECT_EQ(parsed(R"(a = '\u00e9\ud834\udd1e')"), equals("a", "é𝄞"));
  EXPECT_EQ(parsed("a = '日本'"), equals("a", "日本"));
}

TEST(FilterParser, like_escapes_pass_through_strings) {
  EXPECT_EQ(parsed(R"(a LIKE '50\%')"), leaf(FilterOp::kLike, {"a"}, {"50\\%"}));
  EXPECT_EQ(parsed(R"(a LIKE 'x\_\\\\')"), leaf(FilterOp::kLike, {"a"}, {"x\\_\\\\"}));
}

TEST(FilterParser, lists_in_brackets_are_values) {
  EXPECT_EQ(parsed("a = ['x', [1, NULL], []]"), equals("a", List{"x", List{1, nullptr}, List{}}));
}

TEST(FilterParser, reads_paths) {
  const auto path = [](std::string_view text) {
    return parsed(std::string(text) + " IS NULL").path;
  };
  EXPECT_EQ(path("a.b.c"), (Path{"a", "b", "c"}));
  EXPECT_EQ(path("$.a.b[0]"), (Path{"a", "b", std::size_t{0}}));
  EXPECT_EQ(path("a[0][12].b"), (Path{"a", std::size_t{0}, std::size_t{12}, "b"}));
  EXPECT_EQ(path("`odd key`.`a``b`.`\\n`"), (Path{"odd key", "a`b", "\n"}));
  EXPECT_EQ(path("`in`.like"), (Path{"in", "like"})) << "after a point a word is only a key";
  EXPECT_EQ(path("größe._x1"), (Path{"größe", "_x1"}));
  EXPECT_EQ(path("``"), (Path{""}));
  EXPECT_EQ(path("a[4294967295]"), (Path{"a", std::size_t{4294967295}}));
  EXPECT_EQ(path("`$other`"), (Path{"$other"}));
}

TEST(FilterParser, reads_the_records_own_fields) {
  EXPECT_EQ(parsed("$id = 'a'"), equals("$id", "a"));
  EXPECT_EQ(parsed("$text IS NULL"), leaf(FilterOp::kIsNull, {"$text"}, {}));
  EXPECT_EQ(parsed("$created_at > '2024-05-01'"),
            leaf(FilterOp::kGreater, {"$created_at"}, {"2024-05-01"}));
  EXPECT_EQ(parsed("$updated_at IN (5)"), leaf(FilterOp::kIn, {"$updated_at"}, {5}));
}

constexpr std::pair<const char*, const char*> kErrors[] = {
    {"year >= )", "filter column 9: expected a value after '>=', found ')'"},
    {"year >=", "filter column 8: expected a value after '>=', found the end"},
    {"year", "filter column 5: expected an operator after 'year', found the end"},
    {"year 2020", "filter column 6: expected an operator after 'year', found '2020'"},
    {"year = 2020 2021",
     "filter column 13: expected AND, OR or the end after '2020', found '2021'"},
    {"a = 1 AND", "filter column 10: expected a field after 'AND', found the end"},
    {"AND a = 1",
     "filter column 1: expected a field, found 'AND', a word of the language: a field needs "
     "back-ticks"},
    {"(a = 1", "filter column 7: expected AND, OR or ')' after '1', found the end"},
    {"a = 1)", "filter column 6: expected AND, OR or the end after '1', found ')'"},
    {"a IN 5", "filter column 6: expected '(' after 'IN', found '5'"},
    {"a IN (1 2)", "filter column 9: expected ',' or ')' after '1', found '2'"},
    {"a IN [1)", "filter column 8: expected ',' or ']' after '1', found ')'"},
    {"a IN (1,)", "filter column 9: expected a value after ',', found ')'"},
    {"a IN (1, NULL)", "filter column 10: IN does not take NULL: use IS NULL or IS NOT NULL"},
    {"a IN ([1])", "filter column 7: IN needs single values, found [1]"},
    {"a BETWEEN 1 OR 2",
     "filter column 13: expected AND and the upper bound after '1', found 'OR'"},
    {"a BETWEEN 1 AND", "filter column 16: expected a value after 'AND', found the end"},
    {"a IS 5", "filter column 6: expected NULL or NOT NULL after 'IS', found '5'"},
    {"a IS NOT 5", "filter column 10: expected NULL after 'NOT', found '5'"},
    {"a NOT = 5", "filter column 7: expected an operator after 'NOT', found '='"},
    {"EXISTS a", "filter column 8: expected '(' after 'EXISTS', found 'a'"},
    {"EXISTS(a", "filter column 9: expected ')' after 'a', found the end"},
    {"lang = en", "filter column 8: expected a value after '=', found 'en': text needs quotes"},
    {"a = (1)", "filter column 5: expected a value after '=', found '(': a list is written in [ ]"},
    {"a = [1, 2", "filter column 10: expected ',' or ']' after '2', found the end"},
    {"a = NULL", "filter column 5: nothing equals NULL: use IS NULL"},
    {"a != NULL", "filter column 6: nothing equals NULL: use IS NOT NULL"},
    {"a < NULL", "filter column 5: < does not take NULL: use IS NULL or IS NOT NULL"},
    {"a LIKE 5", "filter column 8: LIKE needs a string, found 5"},
    {"a < [1]", "filter column 5: < needs single values, found [1]"},
    {"title CONTANS 'x'",
     "filter column 7: expected an operator after 'title', found 'CONTANS', did you mean "
     "CONTAINS"},
    {"content-type = 1",
     "filter column 8: expected an operator after 'content', found '-', odd names need back-ticks"},
    {"a = 1 && b = 2", "filter column 7: unexpected character '&', write AND"},
    {"a = 1 || b = 2", "filter column 7: unexpected character '|', write OR"},
    {"!a = 1", "filter column 1: unexpected character '!', write NOT"},
    {"a = {}", "filter column 5: unexpected character '{'"},
    {"LEN(a = 1", "filter column 7: expected ')' after 'a', found '='"},
    {"ANY(1) = 1", "filter column 5: expected a field after '(', found '1'"},
    {"ANY($id) = 'x'", "filter column 10: $id is no list: ANY does not apply"},
    {"LEN($created_at) = 1", "filter column 18: $created_at is a time: LEN does not apply"},
    {"LEN(a) LIKE 'x'", "filter column 8: LEN is a number: LIKE does not apply"},
    {"LEN(a) = 'x'", "filter column 10: LEN needs a number, found \"x\""},
    {"SIZE(a) = 1", "filter column 5: expected an operator after 'SIZE', found '('"},
    {"a MATCHES '(x'", "filter column 11: pattern position 1: the closing ')' is missing"},
    {"a MATCHES 5", "filter column 11: MATCHES needs a string, found 5"},
    {"a MATCHES", "filter column 10: expected a value after 'MATCHES', found the end"},
    {"a MATCHEX 'x'",
     "filter column 3: expected an operator after 'a', found 'MATCHEX', did you mean MATCHES"},
    {"a CONTAINS_ANY 'x'", "filter column 16: expected '(' after 'CONTAINS_ANY', found 'x'"},
    {"a CONTAINS TIMESTAMP '2024-05-01'",
     "filter column 12: CONTAINS needs no time, found {\"$timestamp\":\"2024-05-01\"}"},
    {"$id = now()", "filter column 7: $id needs a string, found {\"$now\":\"\"}"},
    {"a = [now()]", "filter column 5: an object is not a filter value: name its members by path"},
    {"a = 'x", "filter column 5: the closing ' is missing"},
    {"a = 'x\\", "filter column 5: the closing ' is missing"},
    {"`a = 1", "filter column 1: the closing ` is missing"},
    {"a = 'x\\q'", "filter column 7: unknown escape '\\q'"},
    {"a = '\\ud834'", "filter column 6: unknown escape '\\u'"},
    {"a = '\\u12g4'", "filter column 6: unknown escape '\\u'"},
    {"a = 2020x", "filter column 5: '2020x' is not a 64-bit number"},
    {"a = 1.2.3", "filter column 5: '1.2.3' is not a 64-bit number"},
    {"a = 1.", "filter column 5: '1.' is not a 64-bit number"},
    {"a = 1é", "filter column 5: '1é' is not a 64-bit number"},
    {"a = .5", "filter column 5: expected a value after '=', found '.'"},
    {"a = 9223372036854775808", "filter column 5: 9223372036854775808 is beyond 64-bit integers"},
    {"a = 1e999", "filter column 5: '1e999' is not a 64-bit number"},
    {"a..b = 1", "filter column 3: expected a key after '.', found '.'"},
    {"a.5 = 1", "filter column 3: expected a key after '.', found '5'"},
    {"a[-1] = 1",
     "filter column 3: expected a position from 0 to 4294967295 after '[', found '-1'"},
    {"a[x] = 1", "filter column 3: expected a position from 0 to 4294967295 after '[', found 'x'"},
    {"a[4294967296] = 1",
     "filter column 3: expected a position from 0 to 4294967295 after '[', found '4294967296'"},
    {"a[0 = 1", "filter column 5: expected ']' after '0', found '='"},
    {"$ = 1", "filter column 3: expected '.' after '$', found '='"},
    {"$[0] = 1", "filter column 2: expected '.' after '$', found '['"},
    {"$create_at = 1",
     "filter column 1: expected $id, $text, $created_at or $updated_at, found '$create_at', did "
     "you mean $created_at"},
    {"`$id` = 'x'",
     "filter column 1: $id is the record's own, a metadata key of that name cannot be filtered "
     "on"},
    {"$id.x = 'x'", "filter column 7: $id has no members"},
    {"$id = 5", "filter column 7: $id needs a string, found 5"},
    {"$created_at LIKE '2024%'", "filter column 13: $created_at is a time: LIKE does not apply"},
    {"$created_at > 'May'",
     "filter column 15: $created_at needs milliseconds or an ISO 8601 time like "
     "2024-05-01T10:00Z, found \"May\""},
    {"'x' = a", "filter column 1: expected a field, found 'x'"},
    {"größe = 'ü' é", "filter column 13: expected AND, OR or the end after 'ü', found 'é'"},
    {"a = '\xff'", "filter column 6: invalid UTF-8"},
};

TEST(FilterParser, errors_name_the_column_and_what_was_expected) {
  for (const auto& [text, message] : kErrors) EXPECT_EQ(error(text), message) << text;
}

// Where a filter can be cut: before each token.
std::vector<std::size_t> token_starts(const std::string& text) {
  std::vector<std::size_t> starts;
  FilterLexer lexer(text);
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    starts.push_back(token.offset);
  }
  return starts;
}

constexpr const char* kRich =
    "NOT (year >= 2020 AND tags CONTAINS 'x') OR `odd key`.b[0] NOT IN (1, 'two', 3.5) AND "
    "price BETWEEN 1 AND 2 OR a IS NOT NULL AND EXISTS($.c.d) OR l = ['p', [1], NULL] AND $id LIKE "
    "'a%'";

TEST(FilterParser, what_does_not_belong_is_named_at_its_column_wherever_it_stands) {
  const std::string text = kRich;
  ASSERT_EQ(error(text + "?"),
            "filter column " + std::to_string(text.size() + 1) + ": unexpected character '?'");
  for (const std::size_t at : token_starts(text)) {
    std::string broken = text;
    broken.insert(at, "# ");
    EXPECT_EQ(error(broken),
              "filter column " + std::to_string(at + 1) + ": unexpected character '#'");
  }
}

TEST(FilterParser, a_filter_that_ends_early_is_an_error_at_its_end_or_a_filter) {
  const std::string text = kRich;
  int whole = 0;
  for (const std::size_t at : token_starts(text)) {
    if (at == 0) continue;
    const Result<FilterNode> node = parse_filter(text.substr(0, at));
    whole += node.ok() ? 1 : 0;
    if (node.ok()) continue;
    const std::string& message = node.status().message();
    EXPECT_NE(message.find("column " + std::to_string(at + 1) + ": "), std::string::npos)
        << message;
    EXPECT_NE(message.find("found the end"), std::string::npos) << message;
  }
  EXPECT_EQ(whole, 6);
}

TEST(FilterParser, clauses_and_depth_have_limits) {
  std::string clauses = "a=1";
  for (int i = 1; i < 1000; ++i) clauses += " OR a=1";
  EXPECT_EQ(parsed(clauses).children.size(), 1000u);
  EXPECT_EQ(error(clauses + " OR a=1"), "filter column 7001: more than 1000 clauses");

  const auto nested = [](std::size_t levels) {
    return std::string(levels, '(') + "a=1" + std::string(levels, ')');
  };
  EXPECT_EQ(parsed(nested(32)), equals("a", 1));
  EXPECT_EQ(error(nested(33)), "filter column 33: more than 32 levels of parentheses and NOT");

  std::string side_by_side = "NOT a=1 AND (b=2)";
  for (int i = 0; i < 100; ++i) side_by_side += " AND NOT a=1 AND (b=2)";
  EXPECT_EQ(parsed(side_by_side).children.size(), 202u) << "levels are left again";

  std::string alternating = "a=1";
  for (int i = 0; i < 20; ++i) alternating = "(" + alternating + ") AND b=2 OR c=3";
  EXPECT_EQ(error(alternating), "a filter is more than 32 levels deep");
}

TEST(FilterParser, hostile_depth_does_not_exhaust_the_stack) {
  constexpr std::size_t kDeep = 1'000'000;
  std::string nots;
  for (std::size_t i = 0; i < kDeep; ++i) nots += "NOT ";
  EXPECT_EQ(error(nots), "filter column 129: more than 32 levels of parentheses and NOT");
  EXPECT_EQ(error(std::string(kDeep, '(')),
            "filter column 33: more than 32 levels of parentheses and NOT");
  EXPECT_EQ(error("a = " + std::string(kDeep, '[')), "filter column 69: a list more than 64 deep");
  std::string path = "a";
  for (std::size_t i = 0; i < kDeep; ++i) path += ".a";
  EXPECT_EQ(error(path + " = 1"),
            "filter column 2000003: a filter path has 1000001 steps, the limit is 64");
}

TEST(FilterParser, arbitrary_text_is_refused_or_read_and_never_worse) {
  const std::vector<std::string> kPieces = {"a",      "b.c", "=",   "<",   "(",    ")",  "[",
                                            "]",      ",",   "AND", "OR",  "NOT",  "IN", "IS",
                                            "NULL",   "1",   "1.5", "'x'", "LIKE", " ",  "BETWEEN",
                                            "EXISTS", "`",   "'",   "\\",  "\xff", "é"};
  Random random(3);
  int read = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (auto n = random.below(12); n > 0; --n) text += kPieces[random.below(kPieces.size())] + " ";
    const Result<FilterNode> node = parse_filter(text);
    if (node.ok()) {
      ++read;
      EXPECT_TRUE(check_filter(*node).ok()) << text;
    } else {
      EXPECT_TRUE(node.status().message().starts_with("filter column ")) << node.status().message();
    }
  }
  EXPECT_GT(read, 100);
}

TEST(FilterParser, columns_count_characters) {
  FilterCursor cursor("é é x", "place");
  ASSERT_TRUE(cursor.start().ok());
  cursor.advance();
  cursor.advance();
  EXPECT_EQ(cursor.expected("more").message(),
            "place column 5: expected more after 'é', found 'x'");
}

TEST(FilterParser, a_path_alone_has_errors_of_its_own) {
  EXPECT_EQ(*parse_path("$.a[1]"), (Path{"a", std::size_t{1}}));
  EXPECT_EQ(parse_path("a..b").status().message(),
            "field 'a..b' column 3: expected a key after '.', found '.'");
  EXPECT_EQ(
      parse_path("a = 1").status().message(),
      "field 'a = 1' column 3: expected '.', '[' or the end of the path after 'a', found '='");
  EXPECT_EQ(parse_path("").status().message(),
            "field '' column 1: expected a field, found the end");
}

TEST(FilterParser, filters_made_of_text_are_parsed_when_used) {
  EXPECT_EQ(**Filter("a = 1").node(), equals("a", 1));
  EXPECT_EQ(Filter("a =").node().status().message(),
            "filter column 4: expected a value after '=', found the end");
  EXPECT_EQ(**Filter::parse("a = 1")->node(), equals("a", 1));
  EXPECT_FALSE(Filter::parse("a =").ok());
  EXPECT_TRUE(Filter(" \n").empty());
  EXPECT_FALSE(Filter("a =").empty());
  EXPECT_EQ(**Filter().node(), FilterNode{});
}

TEST(FilterParser, a_tree_made_by_hand_is_checked_when_used) {
  EXPECT_TRUE(Filter(equals("a", 1)).node().ok());
  EXPECT_EQ(Filter(leaf(FilterOp::kBetween, {"a"}, {1})).node().status().message(),
            "BETWEEN takes 2 values, found 1");
}

TEST(FilterParser, every_example_of_the_guide_parses) {
  std::ifstream file(VECSTORE_SOURCE_DIR "/docs/guide/filters.md");
  std::stringstream content;
  content << file.rdbuf();
  const std::string text = content.str();
  const std::regex block("```filter\n([^`]|`[^`]|``[^`])*```");
  int examples = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), block), end; it != end; ++it) {
    std::stringstream lines(it->str().substr(10, it->str().size() - 13));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_TRUE(parse_filter(line).ok()) << line << ": " << parse_filter(line).status().message();
      ++examples;
    }
  }
  EXPECT_GE(examples, 30);
}

}  // namespace
}  // namespace vecstore::query
