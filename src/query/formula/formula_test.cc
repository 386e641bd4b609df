#include "query/formula/formula.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/value_codec.h"
#include "query/formula/formula_parser.h"
#include "query/formula/test_naive_formula.h"
#include "vecstore/limits.h"

namespace vecstore::query {
namespace {

struct TestRow {
  Bytes metadata;
  std::vector<double> stages = {0.25, 4};
  FormulaInput input;

  explicit TestRow(const Object& object) {
    encode_object(object, metadata);
    input = {
        .score = 2,
        .stages = stages,
        .row = {.metadata = metadata, .id = "a", .created_at = 1'000'500, .updated_at = 2'000'000},
        .now = 3'000'000};
  }
  Result<double> of(const std::string& text) const {
    const auto formula = parse_formula(text);
    return formula.ok() ? formula->evaluate(input) : Result<double>(formula.status());
  }
  double number(const std::string& text) const {
    const Result<double> result = of(text);
    EXPECT_TRUE(result.ok()) << text << ": " << result.status().message();
    return result.ok() ? *result : 0;
  }
  std::string error(const std::string& text) const { return of(text).status().message(); }
};

TEST(Formula, computes_in_the_usual_order) {
  const TestRow row({});
  EXPECT_EQ(row.number("1 + 2 * 3"), 7);
  EXPECT_EQ(row.number("(1 + 2) * 3"), 9);
  EXPECT_EQ(row.number("7 - 2 - 1"), 4);
  EXPECT_EQ(row.number("16 / 4 / 2"), 2);
  EXPECT_EQ(row.number("-2 ^ 2"), -4);
  EXPECT_EQ(row.number("(-2) ^ 2"), 4);
  EXPECT_EQ(row.number("2 ^ 3 ^ 2"), 512) << "from the right";
  EXPECT_EQ(row.number("2 ^ -1"), 0.5);
  EXPECT_EQ(row.number("3--2"), 5);
  EXPECT_EQ(row.number("3 -2"), 1);
  EXPECT_EQ(row.number("score * $2 + $1"), 8.25);
  EXPECT_EQ(row.number("$3"), 0) << "a stage that did not find the row";
  EXPECT_EQ(row.number("now() - $updated_at"), 1000);
  EXPECT_EQ(row.number("$created_at"), 1000.5);
  EXPECT_EQ(row.number("max(1, 5, 3) - min(4, 2)"), 3);
  EXPECT_EQ(row.number("abs(-3) + sqrt(16) + pow(2, 3) + log10(100)"), 17);
  EXPECT_DOUBLE_EQ(row.number("ln(exp(1.5))"), 1.5);
}

TEST(Formula, reads_metadata_as_numbers) {
  const TestRow row({{"n", 7},
                     {"x", 1.5},
                     {"yes", true},
                     {"day", "1970-01-02"},
                     {"score", 9},
                     {"time", 3},
                     {"o", Object{{"list", List{1, Object{{"k", 4}}}}, {"odd key", 5}}}});
  EXPECT_EQ(row.number("n + x"), 8.5);
  EXPECT_EQ(row.number("yes * 3"), 3);
  EXPECT_EQ(row.number("day"), 86'400);
  EXPECT_EQ(row.number("day - time('1970-01-01T23:59:59.5Z')"), 0.5);
  EXPECT_EQ(row.number("`score` - score"), 7);
  EXPECT_EQ(row.number("time + o.list[1].k + o.`odd key` + o.list[0]"), 13);
  EXPECT_EQ(row.number("default(n, 1) + default(m, -1) + default(o, 2)"), 8);
}

// The numbers are those of the definitions in Elasticsearch's function_score, worked out by hand.
TEST(Formula, decays_as_documented) {
  const TestRow row({});
  EXPECT_DOUBLE_EQ(row.number("gauss_decay(10, 0, 10)"), 0.5);
  EXPECT_DOUBLE_EQ(row.number("gauss_decay(-20, 0, 10)"), 0.0625);
  EXPECT_DOUBLE_EQ(row.number("exp_decay(10, 0, 10)"), 0.5);
  EXPECT_DOUBLE_EQ(row.number("exp_decay(30, 0, 10)"), 0.125);
  EXPECT_DOUBLE_EQ(row.number("linear_decay(10, 0, 10)"), 0.5);
  EXPECT_DOUBLE_EQ(row.number("linear_decay(5, 0, 10)"), 0.75);
  EXPECT_DOUBLE_EQ(row.number("linear_decay(20, 0, 10)"), 0);
  EXPECT_DOUBLE_EQ(row.number("linear_decay(99, 0, 10)"), 0);
  EXPECT_DOUBLE_EQ(row.number("gauss_decay(4, 0, 10, 5)"), 1) << "within the offset";
  EXPECT_DOUBLE_EQ(row.number("exp_decay(15, 0, 10, 5, 0.2)"), 0.2);
  EXPECT_DOUBLE_EQ(row.number("gauss_decay(1e308, -1e308, 1e-300)"), 0);
}

TEST(Formula, names_the_record_and_the_field_that_has_no_number) {
  const TestRow row({{"text", "word"}, {"list", List{1}}, {"o", Object{}}, {"none", Value()}});
  const std::string advice = "; write default(";
  EXPECT_EQ(row.error("score + author.age"), "record 'a': there is no 'author.age'" + advice +
                                                 "author.age, 0) for a number in its place");
  EXPECT_TRUE(row.error("none").starts_with("record 'a': there is no 'none'"));
  EXPECT_TRUE(row.error("text").starts_with("record 'a': 'text' is a string that is no time" +
                                            advice + "text, 0)"));
  EXPECT_TRUE(row.error("list").starts_with("record 'a': 'list' is a list"));
  EXPECT_TRUE(row.error("o").starts_with("record 'a': 'o' is an object"));
  EXPECT_TRUE(row.error("list[1]").starts_with("record 'a': there is no 'list[1]'"));
  EXPECT_TRUE(row.error("`and`").ends_with("default(`and`, 0) for a number in its place"));
}

TEST(Formula, a_result_that_is_no_finite_number_is_an_error_where_it_arises) {
  const TestRow row({{"zero", 0}, {"x", -3}});
  EXPECT_EQ(row.error("1 / zero"), "record 'a': 1.0 / 0.0 is not a finite number");
  EXPECT_EQ(row.error("max(ln(x), 0)"), "record 'a': ln(-3.0) is not a finite number");
  EXPECT_EQ(row.error("exp(1000)"), "record 'a': exp(1000.0) is not a finite number");
  EXPECT_EQ(row.error("x ^ 0.5"), "record 'a': -3.0 ^ 0.5 is not a finite number");
  EXPECT_EQ(row.error("1 / (1e308 * 10)"), "record 'a': 1e308 * 10.0 is not a finite number");
  EXPECT_EQ(row.error("gauss_decay(1, 0, zero)"),
            "record 'a': gauss_decay(): its scale is 0.0, expected more than 0");
}

TEST(Formula, bytes_that_are_no_metadata_are_damage) {
  const Bytes damaged = {std::byte{5}, std::byte{200}};
  const FormulaInput input{.row = {.metadata = damaged}};
  EXPECT_EQ(parse_formula("a")->evaluate(input).status().code(), Code::kDataLoss);
}

TEST(Formula, tells_what_it_needs) {
  const Formula formula = *parse_formula("$2 + $created_at + a.b");
  EXPECT_EQ(formula.stages(), 2u);
  EXPECT_TRUE(formula.reads(RecordField::kNone));
  EXPECT_TRUE(formula.reads(RecordField::kCreatedAt));
  EXPECT_FALSE(formula.reads(RecordField::kUpdatedAt));
  EXPECT_EQ(parse_formula("score")->stages(), 0u);
}

// Where a random formula leaves the finite numbers, the evaluator must say so; the naive one is
// then not asked, as min, max and division can lead back.
TEST(Formula, random_ones_are_what_a_naive_evaluator_says) {
  Random random(20);
  std::size_t finite = 0;
  for (int round = 0; round < 20'000; ++round) {
    naive::FormulaRow asked{.score = random.normal(),
                            .stages = {random.uniform(), random.uniform() * 9},
                            .year = static_cast<double>(random.below(50)) - 10,
                            .flag = static_cast<double>(random.below(2)),
                            .now = 3000};
    TestRow row({{"year", static_cast<std::int64_t>(asked.year)},
                 {"nested", Object{{"list", List{1, Object{{"flag", asked.flag == 1}}}}}}});
    row.input.score = asked.score;
    row.stages = {asked.stages[0], asked.stages[1]};
    row.input.stages = row.stages;
    const naive::Expression wanted = naive::expression(random, asked, 5);
    const Result<Formula> formula = parse_formula(wanted.text);
    if (wanted.text.size() > 4'096) continue;
    const std::string& message = formula.status().message();
    if (message.find("fields, the limit") != message.npos) continue;
    ASSERT_TRUE(formula.ok()) << formula.status().message() << wanted.text;
    const std::string printed = print_formula(*formula);
    ASSERT_EQ(*parse_formula(printed), *formula) << printed;
    const Result<double> result = formula->evaluate(row.input);
    if (!result.ok()) {
      ASSERT_NE(result.status().message().find("finite"), std::string::npos);
      continue;
    }
    ++finite;
    const double tolerance = 1e-6 * std::max(1.0, std::abs(wanted.value));
    ASSERT_NEAR(*result, wanted.value, tolerance) << wanted.text;
  }
  EXPECT_GT(finite, 10'000u);
}

TEST(Formula, a_score_that_is_not_finite_is_an_error) {
  TestRow row({});
  row.input.score = HUGE_VAL;
  EXPECT_NE(parse_formula("score")->evaluate(row.input).status().message().find("gives"),
            std::string::npos);
}

TEST(Formula, reads_a_bounded_number_of_fields) {
  std::string many = "a";
  for (std::size_t i = 1; i < kMaxFormulaFields; ++i) many += "+a";
  EXPECT_TRUE(parse_formula(many).ok());
  EXPECT_NE(parse_formula(many + "+a").status().message().find("65 fields, the limit is 64"),
            std::string::npos);
}

}  // namespace
}  // namespace vecstore::query
