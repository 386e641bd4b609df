#include "rag/rerank/make_hit_reranker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/ingest/word_embedder.h"
#include "rag/rerank/test_hits.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

RerankSources some_sources(std::vector<std::string>* asked = nullptr) {
  RerankSources sources;
  sources.model = [asked](const std::string& name) -> Result<std::shared_ptr<const Reranker>> {
    if (asked) asked->push_back(name);
    if (name == "absent") return not_found("there is no model 'absent'");
    return std::shared_ptr<const Reranker>(std::make_shared<ByLength>(true));
  };
  sources.embedder = []() -> Result<std::shared_ptr<const Embedder>> {
    return std::shared_ptr<const Embedder>(std::make_shared<WordEmbedder>());
  };
  sources.functions["last_first"] = [](std::string_view, const Hit&,
                                       std::size_t rank) -> Result<double> {
    return static_cast<double>(rank);
  };
  return sources;
}

Hits three_hits() {
  Hits hits = hits_of({scored_hit("a", 3, "pump"), scored_hit("b", 2, "pump pump"),
                       scored_hit("c", 1, "filter and more")});
  for (std::size_t i = 0; i < 3; ++i) {
    hits.hits[i].metadata["stars"] = static_cast<std::int64_t>(i % 2);
    hits.hits[i].vector = i == 2 ? Vector{0, 1} : Vector{1, 0};
  }
  return hits;
}

std::vector<std::string> order(std::string_view steps, std::size_t k = 9) {
  const auto pipeline = make_rerank_pipeline(steps, some_sources()).value();
  return ids_of(pipeline->rerank("q", three_hits(), k).value());
}

std::string refusal(std::string_view steps) {
  return make_rerank_pipeline(steps, some_sources()).status().message();
}

TEST(MakeHitReranker, every_step_does_what_its_options_say) {
  EXPECT_THAT(order("found"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(order("found(k=2)"), ElementsAre("a", "b"));
  EXPECT_THAT(order("model"), ElementsAre("c", "b", "a"));
  EXPECT_THAT(order("mmr(lambda=0.5)"), ElementsAre("a", "c", "b"));
  EXPECT_THAT(order("mmr(lambda=1)"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(order("mmr(lambda=0.5 by=text)"), ElementsAre("a", "c", "b"));
  EXPECT_THAT(order("score(field=stars weight=1)"), ElementsAre("b", "a", "c"));
  EXPECT_THAT(order("score(field=stars weight=-1)"), ElementsAre("a", "c", "b"));
  EXPECT_THAT(order("score(least=2)"), ElementsAre("a", "b"));
  EXPECT_THAT(order("score(normalize=min_max least=0.5)"), ElementsAre("a", "b"));
  EXPECT_THAT(order("score(field=absent weight=1 otherwise=2 least=1.5)"),
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(order("function(name=last_first)"), ElementsAre("c", "b", "a"));
  EXPECT_THAT(order("rrf(found, 2 model)"), ElementsAre("c", "b", "a"));
  EXPECT_THAT(order("rrf(found, 1.001 model, rrf_k=0.001)"), ElementsAre("c", "a", "b"));
  EXPECT_THAT(order("borda(2 found, model)"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(order("ensemble(found, model)"), ElementsAre("a", "c", "b"));
  EXPECT_THAT(order("ensemble(found, model, normalize=none)"), ElementsAre("c", "b", "a"));
  EXPECT_THAT(order("model(k=2) | score(field=stars weight=1)"), ElementsAre("b", "c"));
}

TEST(MakeHitReranker, passages_are_shortened_as_the_options_say) {
  const auto text = [](std::string_view steps) {
    Hits hits = hits_of({scored_hit("a", 1, "Oil it. The pump is green. The green pump is new.")});
    const auto pipeline = make_rerank_pipeline(steps, some_sources()).value();
    hits = pipeline->rerank("green pump", std::move(hits), 9).value();
    return hits.empty() ? "" : *hits[0].text;
  };
  EXPECT_EQ(text("compress"), "The pump is green. The green pump is new.");
  EXPECT_EQ(text("compress(keep=1)"), "The pump is green.");
  EXPECT_EQ(text("compress(least=1.1)"), "");
  EXPECT_EQ(text("compress(keep=1 by=text)"), "The pump is green.");
  EXPECT_EQ(text("compress(keep=1 by=model)"), "The green pump is new.");
  EXPECT_THAT(refusal("compress(by=model name=absent)"), HasSubstr("no model 'absent'"));
  EXPECT_THAT(refusal("compress(name=big)"), HasSubstr("compress: unknown option 'name'"));
}

TEST(MakeHitReranker, a_model_is_asked_for_by_its_name) {
  std::vector<std::string> asked;
  EXPECT_TRUE(make_rerank_pipeline("rrf(model, model(name=big))", some_sources(&asked)).ok());
  EXPECT_THAT(asked, ElementsAre("", "big"));
  EXPECT_THAT(refusal("model(name=absent)"), HasSubstr("there is no model 'absent'"));
}

TEST(MakeHitReranker, vectors_are_wanted_by_those_that_compare_them) {
  const auto wants = [](const char* steps) {
    return make_rerank_pipeline(steps, some_sources()).value()->reads_vectors();
  };
  EXPECT_TRUE(wants("found | mmr"));
  EXPECT_TRUE(wants("rrf(found, mmr)"));
  EXPECT_FALSE(wants("mmr(by=text)"));
}

TEST(MakeHitReranker, what_there_is_not_is_told_with_what_is_near) {
  EXPECT_EQ(refusal("modle"), "there is no step 'modle', did you mean 'model'?");
  EXPECT_EQ(refusal("mmr(lamda=1)"), "mmr: unknown option 'lamda', did you mean 'lambda'?");
  EXPECT_EQ(refusal("mmr(by=texts)"), "mmr: unknown by 'texts', did you mean 'text'?");
  EXPECT_EQ(refusal("mmr(lambda=much)"), "mmr: lambda must be a number, it is 'much'");
  EXPECT_THAT(refusal("mmr(lambda=2)"), HasSubstr("lambda must be from 0 to 1"));
  EXPECT_EQ(refusal("model(k=0)"), "model: k must be from 1 to 10000, it is '0'");
  EXPECT_EQ(refusal("found(k=10001)"), "found: k must be from 1 to 10000, it is '10001'");
  EXPECT_EQ(refusal("mmr(found)"), "mmr combines no steps");
  EXPECT_THAT(refusal("rrf"), HasSubstr("rrf combines nothing"));
  EXPECT_THAT(refusal("rrf(found, normalize=none)"), HasSubstr("rrf: unknown option 'normalize'"));
  EXPECT_THAT(refusal("ensemble(found, normalize=some)"), HasSubstr("some"));
  EXPECT_THAT(refusal("function(name=last)"), HasSubstr("function: there is no 'last'"));
  EXPECT_THAT(refusal("rrf(-1 found)"), HasSubstr("a weight must be 0 or more"));
}

TEST(MakeHitReranker, sources_that_are_not_there_are_missed_by_those_who_need_them) {
  const auto without = [](const char* steps) { return make_rerank_pipeline(steps, {}).status(); };
  EXPECT_TRUE(without("found | mmr | score").ok());
  for (const char* steps : {"model", "mmr(by=text)", "function(name=mine)"})
    EXPECT_EQ(without(steps).code(), Code::kFailedPrecondition) << steps;
}

}  // namespace
}  // namespace vecstore
