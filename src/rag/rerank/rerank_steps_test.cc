#include "rag/rerank/rerank_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

std::string refusal(std::string_view text) { return parse_rerank_steps(text).status().message(); }

TEST(RerankSteps, come_between_bars_with_their_options) {
  const auto steps = parse_rerank_steps(" model( k=30, name = big ) |mmr|score(field=a.b)").value();
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0].name, "model");
  EXPECT_THAT(steps[0].options, ElementsAre(Pair("k", "30"), Pair("name", "big")));
  EXPECT_TRUE(steps[1].options.empty());
  EXPECT_THAT(steps[2].options, ElementsAre(Pair("field", "a.b")));
}

TEST(RerankSteps, are_combined_by_weights_with_or_without_commas) {
  for (const char* text : {"ensemble(found, 0.5 model | mmr(lambda=1), normalize=none)",
                           "ensemble(normalize=none found 0.5 model|mmr(lambda=1))"}) {
    const auto steps = parse_rerank_steps(text).value();
    ASSERT_EQ(steps.size(), 1u);
    ASSERT_EQ(steps[0].arms.size(), 2u) << text;
    EXPECT_EQ(steps[0].arms[0].weight, 1);
    EXPECT_EQ(steps[0].arms[0].steps[0].name, "found");
    EXPECT_EQ(steps[0].arms[1].weight, 0.5);
    ASSERT_EQ(steps[0].arms[1].steps.size(), 2u);
    EXPECT_THAT(steps[0].arms[1].steps[1].options, ElementsAre(Pair("lambda", "1")));
    EXPECT_THAT(steps[0].options, ElementsAre(Pair("normalize", "none")));
  }
}

TEST(RerankSteps, values_between_quotation_marks_may_have_anything) {
  const auto steps = parse_rerank_steps(R"(model(name="my \"own\", (one) \\"))").value();
  EXPECT_EQ(steps[0].options[0].second, R"(my "own", (one) \)");
}

TEST(RerankSteps, what_is_wrong_is_told_with_its_column) {
  EXPECT_THAT(refusal(""), HasSubstr("column 1: expected the name of a step, found the end"));
  EXPECT_THAT(refusal("mmr |"), HasSubstr("column 6: expected the name of a step"));
  EXPECT_THAT(refusal("mmr) "), HasSubstr("column 4: expected '|' or the end, found ')"));
  EXPECT_THAT(refusal("mmr model"), HasSubstr("column 5: expected '|' or the end, found 'model'"));
  EXPECT_THAT(refusal("mmr(lambda="), HasSubstr("column 12: expected a value, found the end"));
  EXPECT_THAT(refusal("mmr(lambda=0.5"), HasSubstr("expected an option, a step or ')'"));
  EXPECT_THAT(refusal("mmr(name=\"a"), HasSubstr("expected '\"', found the end"));
  EXPECT_THAT(refusal("mmr(k=1 k=2)"), HasSubstr("'k' stands twice in mmr"));
  EXPECT_THAT(refusal("rrf(0.5)"), HasSubstr("column 8: expected the name of a step, found ')'"));
}

TEST(RerankSteps, there_are_only_so_many) {
  std::string many = "mmr";
  for (std::size_t i = 1; i < kMaxRerankSteps; ++i) many += "|mmr";
  EXPECT_EQ(parse_rerank_steps(many).value().size(), kMaxRerankSteps);
  EXPECT_THAT(refusal(many + "|mmr"), HasSubstr("more than 32"));
  EXPECT_TRUE(parse_rerank_steps("rrf(rrf(rrf(rrf(found))))").ok());
  EXPECT_THAT(refusal("rrf(rrf(rrf(rrf(rrf(found)))))"), HasSubstr("more than 4 deep"));
}

}  // namespace
}  // namespace vecstore
