#include "rag/rerank/compress_reranker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rag/answer/passage_parts.h"
#include "rag/ingest/word_embedder.h"
#include "rag/rerank/test_hits.h"

namespace vecstore {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kPump =
    "The pump is oiled on Mondays. It is green. Nobody knows why. It holds oil of the pump.  The "
    "oil is changed yearly.";

Hits compressed(CompressStep step, std::string_view question, Hits hits, std::size_t k = 9) {
  const auto made = CompressReranker::make(step, score_by_words()).value();
  return made->rerank(question, std::move(hits), k).value();
}

Hits some_hits() {
  Hit pump = scored_hit("pump", 2, kPump);
  pump.metadata = {{"start", 100}, {"end", 217}};
  return hits_of(
      {pump, scored_hit("none", 1.5), scored_hit("other", 1, "Filters burn. They stink.")});
}

TEST(CompressReranker, keeps_the_sentences_that_have_the_questions_words) {
  const Hits hits = compressed({.keep = 2}, "when is the pump oiled", some_hits());
  EXPECT_THAT(ids_of(hits), ElementsAre("pump", "none", "other"));
  EXPECT_THAT(scores_of(hits), ElementsAre(2, 1.5, 1));
  EXPECT_EQ(hits[0].text, "The pump is oiled on Mondays.\n\nIt holds oil of the pump.");
  EXPECT_EQ(hits[2].text, "Filters burn.") << "at least the best of them";
}

TEST(CompressReranker, what_is_kept_points_to_where_it_was) {
  const Hit hit = compressed({.keep = 2}, "when is the pump oiled", some_hits())[0];
  std::size_t parts = 0;
  for (const PassagePart& part : parts_of(hit)) {
    EXPECT_EQ(
        std::string(kPump).substr(static_cast<std::size_t>(part.start - 100), part.text.size()),
        part.text);
    ++parts;
  }
  EXPECT_EQ(parts, 2u);
}

TEST(CompressReranker, neighbours_stay_as_they_stood) {
  const Hit hit = compressed({.keep = 3}, "pump changed yearly, oiled", some_hits())[0];
  EXPECT_EQ(
      hit.text,
      "The pump is oiled on Mondays.\n\nIt holds oil of the pump.  The oil is changed yearly.");
  Hits again = hits_of({hit});
  const Hit kept = compressed({.keep = 3}, "pump changed yearly, oiled", again)[0];
  EXPECT_EQ(kept.text, hit.text) << "sentences of two parts are not run together";
  EXPECT_EQ(kept.metadata, hit.metadata);
}

TEST(CompressReranker, passages_that_say_nothing_leave_where_a_limit_is_set) {
  EXPECT_THAT(ids_of(compressed({.keep = 3, .least = 0.2}, "pump oiled", some_hits())),
              ElementsAre("pump", "none"));
  EXPECT_THAT(ids_of(compressed({}, "pump oiled", some_hits(), 1)), ElementsAre("pump"));
}

TEST(CompressReranker, nothing_to_keep_is_refused_and_errors_are_the_scorers) {
  EXPECT_THAT(CompressReranker::make({.keep = 0}, score_by_words()).status().message(),
              HasSubstr("keep must be at least 1"));
  const auto broken =
      CompressReranker::make({}, [](std::string_view, std::span<const std::string>) {
        return Result<std::vector<double>>(unavailable("out of order"));
      }).value();
  EXPECT_EQ(broken->rerank("q", some_hits(), 9).status().code(), Code::kUnavailable);
  EXPECT_THAT(broken->rerank("q", hits_of({scored_hit("none", 1)}), 9).value(), SizeIs(1))
      << "nobody is asked about nothing";
}

TEST(ScoreByWords, counts_rare_words_more) {
  const std::vector<std::string> sentences = {"pump and oil", "pump", "pump", "nothing"};
  const std::vector<double> scores = score_by_words()("a pump with crude oil", sentences).value();
  const double crude = std::log(5.0), pump = std::log(1 + 4.0 / 3), with = std::log(5.0);
  const double all = crude + pump + with;  // "oil" is too short to compare
  EXPECT_THAT(scores, ElementsAre(DoubleNear(pump / all, 1e-12), DoubleNear(pump / all, 1e-12),
                                  DoubleNear(pump / all, 1e-12), 0));
  EXPECT_THAT(score_by_words()("is it", sentences).value(), Each(0));
}

TEST(ScoreByEmbedder, is_the_cosine) {
  const std::vector<std::string> sentences = {"pump", "pump oil", "filter"};
  const auto score = score_by_embedder(std::make_shared<WordEmbedder>());
  EXPECT_THAT(
      score("pump", sentences).value(),
      ElementsAre(DoubleNear(1, 1e-6), DoubleNear(std::sqrt(0.5), 1e-6), DoubleNear(0, 1e-6)));
}

TEST(ScoreByModel, is_what_the_model_gives) {
  const std::vector<std::string> sentences = {"pump", "pump oil", "oil"};
  EXPECT_THAT(score_by_model(std::make_shared<ByLength>(true))("q", sentences).value(),
              ElementsAre(4, 8, 3));
}

}  // namespace
}  // namespace vecstore
