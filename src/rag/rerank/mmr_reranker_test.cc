#include "rag/rerank/mmr_reranker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/ingest/word_embedder.h"
#include "rag/rerank/test_hits.h"

namespace vecstore {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Hit vector_hit(std::string id, double score, Vector vector) {
  Hit hit = scored_hit(std::move(id), score);
  hit.vector = std::move(vector);
  return hit;
}

std::vector<std::string> order(double lambda, Hits hits, std::size_t k = 9) {
  return ids_of(MmrReranker::make(lambda).value()->rerank("q", std::move(hits), k).value());
}

// b is nearly a again; c is neither.
Hits with_a_double() {
  return hits_of({vector_hit("a", 10, {1, 0}), vector_hit("b", 9, {1, 0.01f}),
                  vector_hit("c", 5, {0, 1}), vector_hit("d", 0, {-1, 0})});
}

TEST(MmrReranker, what_is_like_a_better_one_comes_later) {
  EXPECT_THAT(order(1, with_a_double()), ElementsAre("a", "b", "c", "d"));
  // after a: b 0.45 - 0.5, c 0.25 - 0, d 0 + 0.5
  EXPECT_THAT(order(0.5, with_a_double()), ElementsAre("a", "d", "c", "b"));
  EXPECT_THAT(order(0.5, with_a_double(), 2), ElementsAre("a", "d"));
  // after a: b 0.72 - 0.2, c 0.4, d 0.2; then c 0.4 and d 0.2
  EXPECT_THAT(order(0.8, with_a_double()), ElementsAre("a", "b", "c", "d"));
}

TEST(MmrReranker, hits_keep_their_scores) {
  const Hits hits = MmrReranker::make(0.5).value()->rerank("q", with_a_double(), 9).value();
  EXPECT_THAT(scores_of(hits), ElementsAre(10, 0, 5, 9));
}

TEST(MmrReranker, a_hit_without_a_vector_is_like_no_other) {
  const Hits hits = hits_of({vector_hit("a", 3, {1, 0}), vector_hit("b", 2, {1, 0}),
                             scored_hit("none", 1), scored_hit("none too", 1)});
  EXPECT_THAT(order(0.5, hits), ElementsAre("a", "none", "none too", "b"));
}

TEST(MmrReranker, texts_are_compared_where_a_model_embeds_them) {
  const auto embedder = std::make_shared<WordEmbedder>();
  const auto by_text = MmrReranker::make(0.5, embedder).value();
  EXPECT_FALSE(by_text->reads_vectors());
  EXPECT_TRUE(MmrReranker::make(0.5).value()->reads_vectors());
  const Hits hits =
      hits_of({scored_hit("a", 3, "the pump is oiled"), scored_hit("none", 0),
               scored_hit("b", 2.9, "the pump is oiled"), scored_hit("c", 2, "filters change")});
  EXPECT_THAT(ids_of(by_text->rerank("q", hits, 3).value()), ElementsAre("a", "c", "none"));
  EXPECT_EQ(embedder->texts(), 3u);
  embedder->fail_after(0);
  EXPECT_EQ(by_text->rerank("q", hits, 3).status().code(), Code::kUnavailable);
}

TEST(MmrReranker, what_it_cannot_do_is_refused) {
  for (const double lambda : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THAT(MmrReranker::make(lambda).status().message(), HasSubstr("lambda must be from 0"));
  const Hits hits = hits_of({vector_hit("a", 1, MultiVector{2, {1, 0}})});
  EXPECT_EQ(MmrReranker::make(0.5).value()->rerank("q", hits, 1).status().code(),
            Code::kFailedPrecondition);
}

TEST(VectorLikeness, is_the_cosine_or_the_share_of_equal_bits) {
  EXPECT_THAT(vector_likeness({3, 4}, {4, 3}), DoubleNear(0.96, 1e-9));
  EXPECT_EQ(vector_likeness({1, 0}, {1, 0, 0}), 0);
  EXPECT_EQ(vector_likeness({1, 0}, {0, 0}), 0);
  EXPECT_EQ(vector_likeness({1, 0}, Vector()), 0);
  const SparseVector a{9, {1, 4, 7}, {3, 4, 0}}, b{9, {0, 1, 4}, {0, 4, 3}};
  EXPECT_THAT(vector_likeness(a, b), DoubleNear(0.96, 1e-9));
  EXPECT_EQ(vector_likeness(a, Vector{1, 0}), 0);
  EXPECT_EQ(vector_likeness(BinaryVector{8, {0xF0}}, BinaryVector{8, {0xF0}}), 1);
  EXPECT_EQ(vector_likeness(BinaryVector{8, {0xF0}}, BinaryVector{8, {0xFF}}), 0);
  EXPECT_EQ(vector_likeness(BinaryVector{8, {0xF0}}, BinaryVector{8, {0x0F}}), -1);
}

}  // namespace
}  // namespace vecstore
