#include "rag/rerank/rerank_pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/rerank/test_hits.h"
#include "rag/rerank/text_reranker.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

RerankStage stage(std::map<std::string, double> table, std::size_t k = 0, bool vectors = false) {
  return {std::make_shared<TableReranker>(std::move(table), vectors), k};
}

Hits four_hits() {
  return hits_of({scored_hit("a", 4, "x"), scored_hit("b", 3, "xx"), scored_hit("c", 2, "xxx"),
                  scored_hit("d", 1, "xxxx")});
}

TEST(RerankPipeline, each_step_gets_what_the_one_before_gave) {
  const RerankPipeline pipeline({stage({{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}}, 3),
                                 stage({{"a", 9}, {"b", 5}, {"c", 6}, {"d", 7}})});
  std::vector<std::size_t> seen;
  const Hits hits = pipeline
                        .rerank("q", four_hits(), 2,
                                [&](std::size_t number, const Hits& given) {
                                  seen.push_back(number);
                                  seen.push_back(given.size());
                                })
                        .value();
  EXPECT_THAT(ids_of(hits), ElementsAre("d", "c")) << "a did not come through the first";
  EXPECT_THAT(seen, ElementsAre(0, 3, 1, 2));
}

TEST(RerankPipeline, the_last_gives_no_more_than_its_own_k_and_what_is_asked) {
  const std::map<std::string, double> as_found = {{"a", 4}, {"b", 3}, {"c", 2}, {"d", 1}};
  const RerankPipeline pipeline({stage(as_found, 2)});
  EXPECT_EQ(pipeline.rerank("q", four_hits(), 3).value().size(), 2u);
  EXPECT_EQ(pipeline.rerank("q", four_hits(), 1).value().size(), 1u);
  EXPECT_EQ(RerankPipeline({}).rerank("q", four_hits(), 3).value().size(), 3u);
}

TEST(RerankPipeline, an_error_says_where_it_was) {
  EXPECT_EQ(RerankPipeline({stage({})}).rerank("broken", Hits(), 1).status().message(),
            "out of order");
  EXPECT_THAT(RerankPipeline({stage({}), stage({})}).rerank("broken", Hits(), 1).status().message(),
              HasSubstr("step 1, table: out of order"));
}

TEST(RerankPipeline, wants_vectors_when_a_step_does) {
  EXPECT_FALSE(RerankPipeline({stage({})}).reads_vectors());
  EXPECT_TRUE(RerankPipeline({stage({}), stage({}, 0, true)}).reads_vectors());
}

TEST(TextReranker, is_a_model_as_a_step) {
  const TextReranker step(std::make_shared<ByLength>(true));
  EXPECT_EQ(step.name(), "longest");
  EXPECT_THAT(ids_of(step.rerank("q", four_hits(), 2).value()), ElementsAre("d", "c"));
}

}  // namespace
}  // namespace vecstore
