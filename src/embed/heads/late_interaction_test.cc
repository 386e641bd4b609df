#include "embed/heads/late_interaction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "base/random.h"
#include "embed/heads/test_heads.h"
#include "embed/load_embedder.h"
#include "vecstore/database.h"

namespace vecstore {
namespace {

using testing::HasSubstr;
using Texts = std::vector<std::string>;

TEST(MaxSim, is_the_sum_of_the_nearest) {
  const MultiVector question{2, {1, 0, 0, 2}}, document{2, {3, 4, 0, 1}};
  EXPECT_DOUBLE_EQ(max_sim(question, document).value(), 3 + 8);
  EXPECT_NEAR(max_sim(question, document, Metric::kCosine).value(), 0.6 + 1, 1e-6);
  EXPECT_DOUBLE_EQ(max_sim(question, document, Metric::kEuclidean).value(), -2 - 1);
  const MultiVector nothing{2, {}}, zeros{2, {0, 0}};
  EXPECT_EQ(max_sim(nothing, document).value(), 0);
  EXPECT_EQ(max_sim(question, nothing).value(), 0);
  EXPECT_EQ(max_sim(question, zeros, Metric::kCosine).value(), 0);
}

TEST(MaxSim, refuses_what_cannot_be_compared) {
  const MultiVector question{2, {1, 0}}, other{3, {1, 0, 0}};
  EXPECT_THAT(max_sim(question, other).status().message(),
              HasSubstr("vectors of 2 and of 3 numbers"));
  EXPECT_THAT(max_sim(question, question, Metric::kHamming).status().message(),
              HasSubstr("by cosine, dot or euclidean, not by hamming"));
}

TEST(MaxSim, equals_plain_sums_of_random_vectors) {
  constexpr std::uint64_t kSeed = 7;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Random random(kSeed);
  for (const std::size_t dimension : {std::size_t{1}, std::size_t{33}, std::size_t{128}}) {
    MultiVector question{static_cast<std::uint32_t>(dimension), std::vector<float>(7 * dimension)};
    MultiVector document{question.dimension, std::vector<float>(19 * dimension)};
    for (auto* values : {&question.values, &document.values}) {
      for (float& x : *values) x = static_cast<float>(random.below(2'000)) / 1'000 - 1;
    }
    double sum = 0;
    for (std::size_t q = 0; q < 7; ++q) {
      double best = -1e9;
      for (std::size_t d = 0; d < 19; ++d) {
        double dot = 0;
        for (std::size_t i = 0; i < dimension; ++i)
          dot += double{question.values[q * dimension + i]} * document.values[d * dimension + i];
        best = std::max(best, dot);
      }
      sum += best;
    }
    EXPECT_NEAR(max_sim(question, document).value(), sum, 1e-4) << dimension;
  }
}

class LateInteractions : public testing::Test {
 protected:
  LateInteractions() {
    model_.replace("config.json", "ForSequenceClassification", "ForColBERT");
    model_.write("artifact.metadata",
                 R"({"query_token_id":"a","doc_token_id":"b","query_maxlen":14,"doc_maxlen":13})");
    embedder_ = load_token_embedder(model_.path()).value();
    texts_ = model_.texts("texts");
  }

  std::shared_ptr<const LateInteraction> make(const LateInteractionOptions& options = {}) const {
    return LateInteraction::make(embedder_, options).value();
  }

  // Vector by vector, through the public calls of the model.
  double expected(const std::string& text, Metric metric) const {
    const auto question = embedder_->embed_queries(Texts{model_.text("query")}).value().front();
    return max_sim(question, embedder_->embed_batch(Texts{text}).value().front(), metric).value();
  }

  HeadModel model_{VECSTORE_SOURCE_DIR, "bert"};
  std::shared_ptr<const TokenEmbedder> embedder_;
  Texts texts_;
};

TEST_F(LateInteractions, score_texts_by_their_tokens) {
  for (const Metric metric : {Metric::kDot, Metric::kCosine, Metric::kEuclidean}) {
    const auto reranker = make({.metric = metric});
    const auto scores = reranker->scores(model_.text("query"), texts_).value();
    ASSERT_EQ(scores.size(), texts_.size());
    for (std::size_t i = 0; i < texts_.size(); ++i)
      EXPECT_NEAR(scores[i], expected(texts_[i], metric), 1e-5) << texts_[i];
  }
  EXPECT_TRUE(make()->scores("a", Texts{}).value().empty());
  EXPECT_EQ(make()->name(), "tiny");
}

// What a collection of multi-vectors answers, from the vectors of the same texts.
TEST_F(LateInteractions, rank_as_a_collection_of_their_vectors_does) {
  Database database = Database::in_memory().value();
  Collection docs =
      database.get_or_create("docs", {.metric = Metric::kDot, .kind = VectorKind::kMulti}).value();
  const auto vectors = embedder_->embed_batch(texts_).value();
  for (std::size_t i = 0; i < texts_.size(); ++i)
    ASSERT_TRUE(docs.upsert({.id = std::to_string(i), .vector = vectors[i]}).ok());
  const auto question = embedder_->embed_queries(Texts{model_.text("query")}).value().front();
  const Hits hits = docs.query({.vector = question, .k = 3}).value();
  const auto ranked = make()->rerank(model_.text("query"), texts_, 3).value();
  ASSERT_EQ(ranked.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(std::to_string(ranked[i].index), hits[i].id);
    EXPECT_NEAR(ranked[i].score, hits[i].score, 1e-4);
  }
}

TEST_F(LateInteractions, keep_the_vectors_of_the_texts_asked_for_last) {
  const auto reranker = make({.cached_texts = 2});
  const auto first = reranker->scores("vectors", texts_).value();
  EXPECT_EQ(reranker->cached(), 2u);
  EXPECT_EQ(reranker->scores("vectors", texts_).value(), first);
  EXPECT_EQ(make({.cached_texts = 0})->scores("vectors", texts_).value(), first);
  Texts many(200, "the same text");
  many.push_back("another");
  EXPECT_EQ(reranker->scores("vectors", many).value().front(),
            reranker->scores("vectors", Texts{"the same text"}).value().front());
  EXPECT_EQ(reranker->cached(), 2u);
}

TEST_F(LateInteractions, give_many_threads_the_right_scores) {
  const auto reranker = make({.cached_texts = 3});
  const auto alone = make()->scores("vectors", texts_).value();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) EXPECT_EQ(reranker->scores("vectors", texts_).value(), alone);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(LateInteractions, can_be_cancelled_and_refuse_what_is_wrong) {
  CancelToken cancel;
  cancel.cancel();
  EXPECT_EQ(make()->rerank("a", texts_, 1, cancel).status().code(), Code::kCancelled);
  EXPECT_THAT(make()->scores("\xff", texts_).status().message(), HasSubstr("the query"));
  EXPECT_EQ(make()->scores("a", Texts{"\xff"}).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(LateInteraction::make(embedder_, {.metric = Metric::kHamming}).status().code(),
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore
