#include "db/search/check_query.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "db/test_database.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Fixture {
  TestDatabase test;
  Collection things;

  Fixture() : things(test.things(options())) {
    Record one = record("a", {1, 0});
    one.text = "the word";
    EXPECT_TRUE(things.upsert(one).ok());
  }
  static CollectionOptions options() {
    CollectionOptions made{.dimension = 2};
    made.fields = {{.name = "tokens", .kind = VectorKind::kMulti, .dimension = 2}};
    return made;
  }
  std::string error(const Query& query) {
    const Result<Hits> hits = things.query(query);
    EXPECT_FALSE(hits.ok());
    EXPECT_EQ(hits.status().code(), Code::kInvalidArgument) << hits.status().to_string();
    return hits.status().message();
  }
  // Of a stage two levels down.
  std::string error_below(const Query& stage) {
    return error({.prefetch = {{}, {.prefetch = {stage}}}});
  }
};

const Query kByVector{.vector = {1, 0}};

TEST(CheckQuery, names_the_number_and_its_limit) {
  Fixture fixture;
  EXPECT_EQ(fixture.error({.k = 0}), "k is 0, expected 1 to 10000");
  EXPECT_EQ(fixture.error({.k = kMaxK + 1}), "k is 10001, expected 1 to 10000");
  EXPECT_EQ(fixture.error({.k = 10, .offset = kMaxK}),
            "offset + k is 10000 + 10, the limit is 10000");
  EXPECT_EQ(fixture.error({.ef = kMaxEf + 1}), "ef is 65537, the limit is 65536");
  EXPECT_EQ(fixture.error({.min_score = kNaN}), "min_score is nan, expected a finite number");
  EXPECT_EQ(fixture.error({.vector = {1, 0}, .max_distance = HUGE_VAL}),
            "max_distance is inf, expected a finite number");
  EXPECT_EQ(fixture.error({.timeout = std::chrono::milliseconds(-1)}), "timeout is -1 ms");
  EXPECT_EQ(fixture.error({.mmr = Mmr{.lambda = 1.5}}), "mmr: lambda is 1.500000, expected 0 to 1");
  EXPECT_EQ(fixture.error({.mmr = Mmr{.lambda = kNaN}}), "mmr: lambda is nan, expected 0 to 1");
  EXPECT_EQ(fixture.error({.group_by = GroupBy{.field = "year", .max_hits = 0}}),
            "group_by: max_hits is 0, expected 1 to 10000");
}

TEST(CheckQuery, says_which_stage_is_meant) {
  Fixture fixture;
  EXPECT_EQ(fixture.error_below({.k = 0}), "prefetch[1].prefetch[0]: k is 0, expected 1 to 10000");
  EXPECT_EQ(fixture.error_below({.field = "gone"}),
            "prefetch[1].prefetch[0]: collection 'things' has no vector field 'gone'");
  EXPECT_EQ(fixture.error_below({.vector = {1, 2, 3}}).substr(0, 25), "prefetch[1].prefetch[0]: ");
  EXPECT_EQ(fixture.error_below({.filter = "year ="}).substr(0, 25), "prefetch[1].prefetch[0]: ");
  EXPECT_EQ(fixture.error_below({.text = "(a", .text_syntax = TextSyntax::kQuery}).substr(0, 25),
            "prefetch[1].prefetch[0]: ");
  EXPECT_EQ(fixture.error_below({.text = std::string(70'000, 'x')}).substr(0, 25),
            "prefetch[1].prefetch[0]: ");
  EXPECT_EQ(fixture.error_below({.formula = "1 +"}).substr(0, 25), "prefetch[1].prefetch[0]: ");
}

TEST(CheckQuery, what_is_of_the_whole_answer_stands_outermost) {
  Fixture fixture;
  const std::string rest = " is of the whole answer: set it in the outermost query";
  EXPECT_EQ(fixture.error({.prefetch = {{.explain = Explain::kPlan}}}),
            "prefetch[0]: explain" + rest);
  EXPECT_EQ(fixture.error({.prefetch = {{.include = {.vector = true}}}}),
            "prefetch[0]: include" + rest);
  EXPECT_EQ(fixture.error({.prefetch = {{.timeout = std::chrono::milliseconds(5)}}}),
            "prefetch[0]: timeout" + rest);
  EXPECT_EQ(fixture.error({.prefetch = {{.cancel = CancelToken()}}}), "prefetch[0]: cancel" + rest);
}

TEST(CheckQuery, holds_trees_to_their_size) {
  Fixture fixture;
  Query wide;
  wide.prefetch.resize(kMaxStages - 1);
  EXPECT_TRUE(fixture.things.query(wide).ok());
  wide.prefetch.emplace_back();
  EXPECT_EQ(fixture.error(wide), "prefetch[63]: the tree has more than 64 queries");
  Query deep;
  for (std::size_t i = 1; i < kMaxStageDepth; ++i) deep = Query{.prefetch = {deep}};
  EXPECT_TRUE(fixture.things.query(deep).ok());
  EXPECT_TRUE(fixture.error({.prefetch = {deep}}).ends_with("the tree is deeper than 8"));
}

TEST(CheckQuery, refuses_what_would_have_no_effect) {
  Fixture fixture;
  for (const Query& query : {Query{.plan = Plan::kScan, .prefetch = {kByVector}},
                             Query{.ef = 5, .prefetch = {kByVector}},
                             Query{.effort = Effort::kMaxRecall, .prefetch = {kByVector}}})
    EXPECT_TRUE(fixture.error(query).ends_with(
        "is for a query without prefetch: what its stages find is compared exactly"));
  EXPECT_EQ(fixture.error({.max_distance = 1, .prefetch = {kByVector}}).substr(0, 27),
            "max_distance is for vectors");
  EXPECT_EQ(
      fixture.error({.vector = {1, 0}, .candidates = 20}),
      "candidates is for what chooses from them: a vector with a text, formula, mmr, group_by");
  EXPECT_EQ(fixture.error({.mmr = Mmr(), .candidates = 5}),
            "candidates is 5, expected offset + k, which is 10, to 10000");
  EXPECT_EQ(fixture.error({.prefetch = {kByVector}, .mmr = Mmr(), .candidates = 20}),
            "candidates is what the stages of prefetch find: set their k");
  EXPECT_EQ(code_of(fixture.things.query({.fusion = {.weights = {1}}, .prefetch = {{}, {}}})),
            Code::kInvalidArgument);
}

TEST(CheckQuery, a_recall_stands_alone_and_between_a_half_and_one) {
  Fixture fixture;
  for (const double target : {0.5, 0.95, 1.0})
    EXPECT_TRUE(fixture.things.query({.vector = {1, 0}, .target_recall = target}).ok());
  for (const double target : {0.49, 1.01, -1.0, std::nan("")})
    EXPECT_NE(fixture.error({.vector = {1, 0}, .target_recall = target}).find("expected 0.5 to 1"),
              std::string::npos);
  for (const Query& query : {Query{.vector = {1, 0}, .effort = Effort::kFast, .target_recall = 0.9},
                             Query{.vector = {1, 0}, .ef = 5, .target_recall = 0.9},
                             Query{.vector = {1, 0}, .target_recall = 0.9, .plan = Plan::kWalk}})
    EXPECT_EQ(fixture.error(query),
              "target_recall stands instead of effort, ef and plan: give one of them");
  for (const Query& query :
       {Query{.target_recall = 0.9}, Query{.target_recall = 0.9, .prefetch = {kByVector}}})
    EXPECT_EQ(fixture.error(query), "target_recall is for a vector, without prefetch");
}

TEST(CheckQuery, refuses_fields_and_formulas_that_are_not_there) {
  Fixture fixture;
  EXPECT_EQ(fixture.error({.mmr = Mmr{.field = "gone"}}),
            "mmr: collection 'things' has no vector field 'gone'");
  EXPECT_EQ(fixture.error({.mmr = Mmr{.field = "tokens"}}),
            "mmr: field 'tokens' is multi, expected dense");
  EXPECT_EQ(fixture.error({.group_by = GroupBy()}), "group_by: the field is not named");
  EXPECT_EQ(fixture.error({.group_by = GroupBy{.field = "a..b"}}).substr(0, 10), "group_by: ");
  EXPECT_EQ(fixture.error({.group_by = GroupBy{.field = "$id"}}),
            "group_by: '$id' is the record's own, expected a field of the metadata");
  EXPECT_EQ(fixture.error({.vector = {1, 0}, .formula = "$1"}), "formula asks for $1 of 0 stages");
  EXPECT_EQ(fixture.error({.prefetch = {kByVector}, .formula = "$2 + score"}),
            "formula asks for $2 of 1 stages");
  EXPECT_EQ(fixture.error({.vector = {1, 0}, .formula = "score / 0"}).substr(0, 8), "record '");
}

TEST(CheckQuery, filters_of_a_branch_are_held_to_the_limits_of_one) {
  Fixture fixture;
  std::string many = "year != 0";
  for (int i = 1; i < 600; ++i) many += " AND year != " + std::to_string(i);
  EXPECT_TRUE(fixture.things.query({.filter = many.c_str()}).ok());
  EXPECT_NE(fixture.error({.filter = many.c_str(), .prefetch = {{.filter = many.c_str()}}})
                .find("prefetch[0]: "),
            std::string::npos);
}

TEST(CheckQuery, odd_but_right_queries_have_answers) {
  Fixture fixture;
  const auto size = [&](const Query& query) { return fixture.things.query(query).value().size(); };
  EXPECT_EQ(size({.prefetch = {{.text = "the"}}}), 0u) << "stop words alone";
  EXPECT_EQ(size({.prefetch = {{.text = ""}}}), 1u) << "a listing";
  EXPECT_EQ(size({.vector = {1, 0}, .prefetch = {{.text = "gone"}}}), 0u);
  EXPECT_EQ(size({.filter = "year = 2000", .prefetch = {{.filter = "year = 2001"}}}), 0u);
  EXPECT_EQ(size({.text = "word", .prefetch = {{}}}), 1u);
  EXPECT_EQ(size({.k = kMaxK, .prefetch = {{.k = kMaxK}}}), 1u) << "more than there are";
}

TEST(CheckQuery, texts_that_are_not_analysed_are_refused_where_they_stand) {
  TestDatabase test;
  Collection none = test.db->get_or_create("none", {.text = {.analyzer = "none"}}).value();
  const Result<Hits> hits = none.query({.prefetch = {{.text = "word"}}});
  EXPECT_EQ(code_of(hits), Code::kFailedPrecondition);
  EXPECT_EQ(message_of(hits).substr(0, 13), "prefetch[0]: ");
}

TEST(CheckQuery, a_plan_is_refused_as_the_query_would_be) {
  Fixture fixture;
  const Query unclosed{.text = "\"word", .text_syntax = TextSyntax::kQuery};
  for (const Explain explain : {Explain::kNo, Explain::kPlan}) {
    EXPECT_NE(fixture.error({.prefetch = {unclosed}, .explain = explain}), "");
    EXPECT_NE(fixture.error(
                  {.prefetch = {{.text = "word", .text_fields = {"nofield"}}}, .explain = explain}),
              "");
  }
}

}  // namespace
}  // namespace vecstore
