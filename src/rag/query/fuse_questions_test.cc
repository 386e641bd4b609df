#include "rag/query/fuse_questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/rerank/test_hits.h"
#include "vecstore/database.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;

class FuseQuestionsTest : public ::testing::Test {
 protected:
  FuseQuestionsTest() {
    int n = 0;
    for (const char* text : {"pump oil", "oil lamp", "lamp pump pump", "filter"}) {
      Record record{.id = std::string(1, static_cast<char>('a' + n)),
                    .vector = Vector{1, static_cast<float>(n)},
                    .text = text};
      record.metadata["n"] = n++;
      EXPECT_TRUE(things_.upsert(record).ok());
    }
  }

  std::vector<std::string> found(std::vector<Query> asked) {
    const Result<Hits> hits = things_.query(fuse_questions(std::move(asked)));
    EXPECT_TRUE(hits.ok()) << hits.status().to_string();
    return hits.ok() ? ids_of(*hits) : std::vector<std::string>{"error"};
  }

  Database database_ = Database::in_memory().value();
  Collection things_ = database_.create_collection("things", {}).value();
};

TEST_F(FuseQuestionsTest, what_several_ways_find_comes_first) {
  EXPECT_THAT(found({{.text = "oil"}, {.text = "lamp"}})[0], "b");
  EXPECT_THAT(found({{.text = "pump"}, {.text = "filter"}}).size(), 3u);
  EXPECT_THAT(found({{.text = "filter"}}), ElementsAre("d"));
}

TEST_F(FuseQuestionsTest, what_acts_on_the_whole_answer_acts_once) {
  const Filter filter = Filter::parse("n < 2").value();
  EXPECT_THAT(found({{.text = "oil", .k = 1}, {.text = "lamp", .k = 1}}), ElementsAre("b"));
  EXPECT_EQ(found({{.text = "lamp", .filter = filter}, {.text = "pump", .filter = filter}}).size(),
            2u);
  EXPECT_THAT(found({{.text = "lamp", .formula = "n"}, {.text = "pump", .formula = "n"}}),
              ElementsAre("c", "b", "a"));
  Query skipped{.text = "oil", .k = 9, .offset = 1};
  EXPECT_EQ(found({skipped, skipped}).size(), 1u);
}

TEST_F(FuseQuestionsTest, how_to_look_stays_with_each_way) {
  Query hybrid{.vector = {1, 0}, .text = "oil", .effort = Effort::kMaxRecall, .candidates = 9};
  Query words{.text = "+pump -lamp", .text_syntax = TextSyntax::kQuery, .candidates = 9};
  const Query whole = fuse_questions({hybrid, words});
  EXPECT_EQ(whole.prefetch[0].effort, Effort::kMaxRecall);
  EXPECT_EQ(whole.prefetch[0].candidates, kFusedCandidates);
  EXPECT_EQ(whole.prefetch[1].candidates, 0u);
  EXPECT_EQ(whole.prefetch[1].text_syntax, TextSyntax::kQuery);
  EXPECT_EQ(whole.prefetch[0].k, kFusedCandidates);
  EXPECT_EQ(whole.fusion.method, FusionMethod::kRrf);
  EXPECT_THAT(found({hybrid, words})[0], "a");
}

}  // namespace
}  // namespace vecstore
