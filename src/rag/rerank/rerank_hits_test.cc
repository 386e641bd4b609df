#include "rag/rerank/rerank_hits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The longer a text, the better it answers.
class LongestFirst : public Reranker {
 public:
  const std::string& name() const override { return name_; }
  Result<std::vector<RankedText>> rerank(std::string_view query, std::span<const std::string> texts,
                                         std::size_t count) const override {
    if (query == "broken") return unavailable("out of order");
    ++calls;
    std::vector<RankedText> ranked;
    for (std::size_t i = 0; i < texts.size(); ++i)
      ranked.push_back({i + (query == "beyond" ? 1 : 0), static_cast<double>(texts[i].size())});
    if (query == "twice") ranked.assign(2, ranked.front());
    std::ranges::stable_sort(ranked, std::ranges::greater(), &RankedText::score);
    ranked.resize(std::min(count, ranked.size()));
    return ranked;
  }

  mutable int calls = 0;

 private:
  std::string name_ = "longest";
};

Hit hit(std::string id, std::optional<std::string> text) {
  Hit made;
  made.id = std::move(id);
  made.score = 0.5;
  made.distance = 0.25f;
  made.text = std::move(text);
  return made;
}

Hits some_hits() {
  Hits hits;
  hits.hits = {hit("a", "xx"), hit("none", std::nullopt), hit("b", "xxxx"), hit("c", "xxx"),
               hit("empty", "")};
  hits.distances = 7;
  return hits;
}

std::vector<std::string> ids(const Hits& hits) {
  std::vector<std::string> out;
  for (const Hit& one : hits) out.push_back(one.id);
  return out;
}

TEST(RerankHits, come_in_the_rerankers_order_with_its_scores_and_all_else_as_it_was) {
  const Hits hits = rerank_hits(LongestFirst(), "q", some_hits(), 2).value();
  EXPECT_THAT(ids(hits), ElementsAre("b", "c"));
  EXPECT_EQ(hits[0].score, 4);
  EXPECT_EQ(hits[1].score, 3);
  EXPECT_EQ(hits[0].distance, 0.25f);
  EXPECT_EQ(hits[0].text, "xxxx");
  EXPECT_EQ(hits.distances, 7u);
}

TEST(RerankHits, those_without_a_text_come_last_and_none_is_lost) {
  const Hits hits = rerank_hits(LongestFirst(), "q", some_hits(), 10).value();
  EXPECT_THAT(ids(hits), ElementsAre("b", "c", "a", "none", "empty"));
  EXPECT_EQ(hits[3].score, 2);
  EXPECT_EQ(hits[4].score, 2);
  EXPECT_THAT(ids(rerank_hits(LongestFirst(), "q", some_hits(), 4).value()),
              ElementsAre("b", "c", "a", "none"));
}

TEST(RerankHits, nobody_is_asked_about_nothing) {
  const LongestFirst reranker;
  Hits hits;
  EXPECT_TRUE(rerank_hits(reranker, "q", hits, 10).value().empty());
  hits.hits = {hit("none", std::nullopt)};
  EXPECT_THAT(ids(rerank_hits(reranker, "q", hits, 10).value()), ElementsAre("none"));
  EXPECT_EQ(reranker.calls, 0);
}

TEST(RerankHits, errors_are_told_and_a_ranking_that_cannot_be_is_one) {
  const LongestFirst reranker;
  EXPECT_EQ(rerank_hits(reranker, "broken", some_hits(), 3).status().code(), Code::kUnavailable);
  for (const char* question : {"beyond", "twice"}) {
    EXPECT_THAT(rerank_hits(reranker, question, some_hits(), 3).status().message(),
                HasSubstr("reranker 'longest' gave text"));
  }
}

}  // namespace
}  // namespace vecstore
