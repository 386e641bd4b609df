#include "text/search/plan.h"

#include <gtest/gtest.h>

#include "text/search/corpus_test.h"

namespace vecstore::text {
namespace {

class PlanTest : public ::testing::Test {
 protected:
  PlanTest() { corpus_.divide(1); }
  Result<QueryPlan> plan(const TextQuery& query) {
    const std::span<const FieldView> segment = corpus_.segments[0].fields;
    return plan_query(query, Bm25(), corpus_.fields(), {&segment, 1});
  }
  std::string refusal(const TextQuery& query) { return plan(query).status().message(); }
  static TextQuery words(std::string text) {
    TextQuery query;
    query.text = std::move(text);
    return query;
  }

  Corpus corpus_{1, 50, 10};
};

TEST_F(PlanTest, equal_words_become_one_of_twice_the_weight) {
  const QueryPlan once = plan(words("w1 w2")).value(), twice = plan(words("w1 w2 w1")).value();
  ASSERT_EQ(once.root.optional.size(), 2u);
  ASSERT_EQ(twice.root.optional.size(), 2u);
  const auto weight = [](const QueryPlan& plan) {
    return std::get<PlanTerm>(plan.root.optional[0]).weight;
  };
  EXPECT_DOUBLE_EQ(weight(twice), 2 * weight(once));
}

TEST_F(PlanTest, choices_among_choices_stand_side_by_side) {
  TextQuery inner, outer;
  inner.kind = outer.kind = TextQuery::Kind::kGroup;
  inner.clauses = {words("w1 w2"), words("w3")};
  outer.clauses = {inner, words("w4")};
  EXPECT_EQ(plan(outer).value().root.optional.size(), 4u);
}

TEST_F(PlanTest, words_where_they_are_demanded_are_a_phrase) {
  TextQuery group;
  group.kind = TextQuery::Kind::kGroup;
  group.clauses = {words("w1 w2"), words("w3")};
  for (TextQuery& clause : group.clauses) clause.occur = Occur::kDemanded;
  const QueryPlan made = plan(group).value();
  EXPECT_TRUE(std::holds_alternative<PlanPhrase>(made.root.demanded[0]));
  EXPECT_TRUE(std::holds_alternative<PlanTerm>(made.root.demanded[1]));
}

TEST_F(PlanTest, fields_that_are_not_searched_are_named) {
  TextQuery query = words("w1");
  query.field = "titel";
  EXPECT_EQ(refusal(query), "no text field 'titel' is searched; did you mean 'title'?");
}

TEST_F(PlanTest, limits_are_named) {
  TextQuery query = words("w1");
  query.boost = 0;
  EXPECT_EQ(refusal(query), "a boost is above 0, and with those around it at most 100");
  query = words(std::string(kMaxQueryBytes + 1, 'x'));
  EXPECT_EQ(refusal(query), "a text query of 65537 bytes; the limit is 65536");
  std::string many;
  for (int i = 0; i < 1001; ++i) many += "x" + std::to_string(i) + " ";
  EXPECT_EQ(refusal(words(many)), "a text query of more than 1000 different words");
  query = words("w1");
  query.kind = TextQuery::Kind::kPhrase;
  query.slop = 1001;
  EXPECT_EQ(refusal(query), "a slop of 1001; the limit is 1000");
  query.kind = TextQuery::Kind::kFuzzy;
  query.slop = 0;
  query.edits = 3;
  EXPECT_EQ(refusal(query), "3 edits; the limit is 2");
  TextQuery prefix = words("w"), prefixes;
  prefix.kind = TextQuery::Kind::kPrefix;
  prefixes.kind = TextQuery::Kind::kGroup;
  prefixes.clauses.assign(17, prefix);  // in two fields
  EXPECT_EQ(refusal(prefixes),
            "a text query of more than 32 prefixes and misspellings, counted in each field");
  query = words("w1");
  for (int depth = 0; depth < 40; ++depth) {
    TextQuery outer;
    outer.kind = TextQuery::Kind::kGroup;
    outer.clauses = {query};
    query = outer;
  }
  EXPECT_EQ(refusal(query), "a text query of groups more than 32 deep");
  const std::span<const FieldView> segment = corpus_.segments[0].fields;
  EXPECT_FALSE(plan_query(words("w1"), Bm25{-1, 0}, corpus_.fields(), {&segment, 1}).ok());
}

}  // namespace
}  // namespace vecstore::text
