#include "query/formula/formula_parser.h"

#include <gtest/gtest.h>

#include "vecstore/limits.h"

namespace vecstore::query {
namespace {

std::string error_of(const std::string& text) { return parse_formula(text).status().message(); }

std::string printed(const std::string& text) {
  const Result<Formula> formula = parse_formula(text);
  if (!formula.ok()) return formula.status().message();
  const std::string again = print_formula(*formula);
  EXPECT_EQ(*parse_formula(again), *formula) << again;
  return again;
}

TEST(FormulaParser, what_it_reads_is_printed_in_one_way) {
  EXPECT_EQ(printed("  score*(1+year)  "), "score * (1 + year)");
  EXPECT_EQ(printed("((a+b))+c"), "a + b + c");
  EXPECT_EQ(printed("a-(b-c)"), "a - (b - c)");
  EXPECT_EQ(printed("a/(b*c)"), "a / (b * c)");
  EXPECT_EQ(printed("(a*b)/c"), "a * b / c");
  EXPECT_EQ(printed("-a^2"), "-a^2");
  EXPECT_EQ(printed("(-a)^2"), "(-a)^2");
  EXPECT_EQ(printed("(-2)^2"), "(-2)^2");
  EXPECT_EQ(printed("2^-a^b"), "2^-a^b");
  EXPECT_EQ(printed("(a^b)^c"), "(a^b)^c");
  EXPECT_EQ(printed("pow(a, b + 1)"), "a^(b + 1)");
  EXPECT_EQ(printed("- -2.50"), "2.5");
  EXPECT_EQ(printed("1e20"), "1e20");
  EXPECT_EQ(printed("min(min(a, b), c)"), "min(a, b, c)");
  EXPECT_EQ(printed("min(a, min(b, c))"), "min(a, min(b, c))");
  EXPECT_EQ(printed("$1 + $64"), "$1 + $64");
  EXPECT_EQ(printed("default($.a.b[2], -1)"), "default(a.b[2], -1)");
  EXPECT_EQ(printed("exp_decay(x, now(), 86400)"), "exp_decay(x, now(), 86400, 0, 0.5)");
  EXPECT_EQ(printed("`score`.x + `odd key` + exp"), "`score`.x + `odd key` + exp");
  EXPECT_EQ(printed("time('1969-12-31')^2"), "(-86400)^2");
  EXPECT_EQ(printed("$created_at"), "$created_at");
}

TEST(FormulaParser, errors_name_the_column) {
  EXPECT_EQ(
      error_of(""),
      "formula column 1: expected a number, a field, a function, score or '(', found the end");
  EXPECT_EQ(error_of("score *"),
            "formula column 8: expected a number, a field, a function, score or '(' after '*', "
            "found the end");
  EXPECT_EQ(error_of("score score"),
            "formula column 7: expected an operator or the end after 'score', found 'score'");
  EXPECT_EQ(error_of("(1 + 2"), "formula column 7: expected ')' after '2', found the end");
  EXPECT_EQ(error_of("sqr(2)"),
            "formula column 1: there is no function 'sqr', did you mean 'sqrt'?");
  EXPECT_EQ(error_of("2 + sqrt(1, 2)"), "formula column 5: sqrt() takes 1 argument, not 2");
  EXPECT_EQ(error_of("max(1)"), "formula column 1: max() takes 2 or more arguments, not 1");
  EXPECT_EQ(error_of("exp_decay(1)"),
            "formula column 1: exp_decay() takes 3 to 5 arguments, not 1");
  EXPECT_EQ(error_of("now(1)"), "formula column 1: now() takes 0 arguments, not 1");
  EXPECT_EQ(error_of("$0"), "formula column 1: expected a stage from $1 to $64, found '$0'");
  EXPECT_EQ(error_of("1 + $65"),
            "formula column 5: expected a stage from $1 to $64 after '+', found '$65'");
  EXPECT_EQ(error_of("$id"), "formula column 1: $id is no number");
  EXPECT_EQ(error_of("1 + $created_at.x"), "formula column 5: $created_at has no members");
  EXPECT_EQ(error_of("default(a, b)"), "formula column 12: expected a number after ',', found 'b'");
  EXPECT_EQ(error_of("time('noon')"),
            "formula column 6: 'noon' is no time, as 2024-05-01 or 2024-05-01T10:30Z");
  EXPECT_EQ(error_of("a % b"), "formula column 3: unexpected character '%'");
  EXPECT_EQ(error_of("1e999"), "formula column 1: '1e999' is not a 64-bit number");
  EXPECT_EQ(error_of("'a'"),
            "formula column 1: expected a number, a field, a function, score or '(', found 'a'");
  EXPECT_EQ(error_of("a > b"),
            "formula column 3: expected an operator or the end after 'a', found '>'");
  EXPECT_EQ(error_of("é + \xff"), "formula column 5: invalid UTF-8");
}

TEST(FormulaParser, parameters_of_a_decay_are_checked_where_they_are_numbers) {
  const std::string place = "formula column 1: gauss_decay(): ";
  EXPECT_EQ(error_of("gauss_decay(x, 0, 0)"), place + "its scale is 0.0, expected more than 0");
  EXPECT_EQ(error_of("gauss_decay(x, 0, -1)"), place + "its scale is -1.0, expected more than 0");
  EXPECT_EQ(error_of("gauss_decay(x, 0, 1, -1)"), place + "its offset is -1.0, expected 0 or more");
  EXPECT_EQ(error_of("gauss_decay(x, 0, 1, 0, 1)"),
            place + "its decay is 1.0, expected more than 0 and less than 1");
  EXPECT_TRUE(parse_formula("gauss_decay(x, 0, scale)").ok());
}

TEST(FormulaParser, limits_are_named) {
  const std::string long_text(kMaxFormulaBytes + 1, ' ');
  EXPECT_EQ(error_of(long_text), "the formula has 4097 bytes, the limit is 4096");
  EXPECT_TRUE(parse_formula(std::string(31, '(') + "1" + std::string(31, ')')).ok());
  EXPECT_EQ(error_of(std::string(2000, '(')), "formula column 33: more than 32 deep");
  EXPECT_EQ(error_of(std::string(2000, '-') + "1"), "formula column 33: more than 32 deep");
  std::string powers = "2";
  for (int i = 0; i < 32; ++i) powers += "^2";
  EXPECT_EQ(error_of(powers), "formula column 65: more than 32 deep");
  std::string sum = "1";
  while (sum.size() + 2 <= kMaxFormulaBytes) sum += "+1";
  EXPECT_EQ(parse_formula(sum)->evaluate({}).value(), 2048);
}

// The most that can wait for its turn: the evaluator keeps it in an array of fixed size.
TEST(FormulaParser, the_deepest_formula_is_evaluated) {
  std::string text = "0.5";
  for (int i = 0; i < 31; ++i) text = "0+1*gauss_decay(1,1,1,0," + text + ")/3";
  ASSERT_TRUE(parse_formula(text).ok()) << error_of(text);
  EXPECT_DOUBLE_EQ(parse_formula(text)->evaluate({}).value(), 1 / 3.0);
  EXPECT_TRUE(error_of("(" + text + ")").ends_with("more than 32 deep"));
}

}  // namespace
}  // namespace vecstore::query
