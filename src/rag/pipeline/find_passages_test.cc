#include "rag/pipeline/find_passages.h"

#include <gmock/gmock.h>

#include "base/test_folder.h"
#include "embed/heads/test_heads.h"
#include "rag/ingest/word_embedder.h"
#include "rag/rerank/test_hits.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FindPassages : public ::testing::Test {
 protected:
  void SetUp() override {
    folder.write("docs/a.md", "The pump is oiled and oiled on all Mondays by the pump keeper.\n");
    folder.write("docs/b.md", "The pump is oiled on all Mondays and oiled by the pump keeper.\n");
    folder.write("docs/c.md", "The pump stands.\n");
    folder.write("docs/d.md", "Herons eat frogs.\n");
    rag.ingest({.paths = {(folder / "docs").string()}}).value();
  }

  std::vector<std::string> found(std::string_view question, const RagRetrieveOptions& options) {
    std::vector<std::string> sources;
    const Result<Hits> hits = rag.retrieve(question, options);
    if (!hits.ok()) return {hits.status().message()};
    for (const Hit& hit : *hits) sources.push_back(hit.id.substr(5, 1));
    return sources;
  }

  TestFolder folder;
  Database database = Database::in_memory().value();
  Rag rag = Rag::open(database, "notes", std::make_shared<WordEmbedder>()).value();
};

TEST_F(FindPassages, a_reranker_chooses_from_more_than_are_wanted) {
  RagRetrieveOptions options{.passages = 1, .reranker = std::make_shared<ByLength>(false)};
  EXPECT_THAT(found("the pump is oiled", options), ElementsAre("c"));
  options.candidates = 2;  // without c
  EXPECT_THAT(found("the pump is oiled", options), testing::Not(ElementsAre("c")));
  options.candidates = 50;
  options.rerank = "found | model(name=shortest)";
  EXPECT_THAT(found("the pump is oiled", options), ElementsAre("c"));
}

TEST_F(FindPassages, mmr_puts_what_says_the_same_behind) {
  const auto plain = found("the pump is oiled on mondays", {.passages = 3});
  EXPECT_THAT(plain, ElementsAre("a", "b", "c"));
  EXPECT_THAT(found("the pump is oiled on mondays", {.passages = 2, .rerank = "mmr(lambda=0.3)"}),
              testing::Not(testing::Contains("b")));
  const Hits hits = rag.retrieve("the pump", {.rerank = "mmr"}).value();
  EXPECT_FALSE(hits[0].vector) << "read for the step alone";
}

TEST_F(FindPassages, a_score_of_ones_own_is_a_step) {
  RagRetrieveOptions options{.passages = 1, .rerank = "function(name=last)"};
  options.scores["last"] = [](std::string_view, const Hit&, std::size_t rank) {
    return Result<double>(static_cast<double>(rank));
  };
  EXPECT_THAT(found("the pump is oiled", options), ElementsAre("d"));
  options.scores["last"] = [](std::string_view, const Hit&, std::size_t) {
    return Result<double>(unavailable("no idea"));
  };
  EXPECT_THAT(found("the pump is oiled", options)[0], HasSubstr("no idea"));
}

TEST_F(FindPassages, what_steps_lack_or_misspell_is_told) {
  EXPECT_THAT(found("pump", {.rerank = "model"})[0], HasSubstr("there is no reranker"));
  EXPECT_THAT(found("pump", {.rerank = "mrm"})[0], HasSubstr("did you mean 'mmr'"));
  EXPECT_THAT(found("pump", {.rerank = "mmr", .reranker = std::make_shared<ByLength>(false)})[0],
              HasSubstr("a reranker is for steps with a model: 'mmr' has none"));
  EXPECT_THAT(found("pump", {.rerank = "model(name=longest)",
                             .reranker = std::make_shared<ByLength>(false)})[0],
              HasSubstr("the reranker is 'shortest', not 'longest'"));
}

TEST_F(FindPassages, other_questions_find_what_the_question_does_not) {
  RagRetrieveOptions options{.passages = 4, .words_too = false};
  EXPECT_EQ(found("the pump stands", options).back(), "d");
  options.others = {"herons eat frogs"};
  EXPECT_THAT(found("the pump stands", options), ElementsAre("a", "c", "d", "b"));
  options.filter = "source = 'docs/c.md'";
  EXPECT_THAT(found("the pump stands", options), ElementsAre("c"));
  options.others = {" "};
  EXPECT_THAT(found("the pump stands", options)[0], HasSubstr("empty"));
}

TEST_F(FindPassages, a_search_that_is_called_off_says_so) {
  RagRetrieveOptions options{.others = {"herons"}, .rerank = "mmr"};
  EXPECT_FALSE(rag.retrieve("the pump", options)->partial);
  options.cancel.cancel();
  EXPECT_TRUE(rag.retrieve("the pump", options)->partial);
  EXPECT_TRUE(rag.ask("the pump", {.retrieve = options})->passages.partial);
}

TEST_F(FindPassages, a_writer_makes_other_questions) {
  std::string told;
  RagWriter writer{"told", [&](std::span<const RagMessage> messages, const auto&) {
                     told = messages.front().text;
                     return Result<std::string>("- Who oils it?\n- When is it oiled?");
                   }};
  EXPECT_THAT(other_questions(writer, "the pump?").value(),
              ElementsAre("Who oils it?", "When is it oiled?"));
  EXPECT_THAT(other_questions(writer, "the pump?", "step_back").value(),
              ElementsAre("Who oils it?"));
  EXPECT_THAT(other_questions(writer, "the pump?", "multi_query", 1).value(), SizeIs(1));
  EXPECT_THAT(other_questions(writer, "?", "hyde").status().message(), HasSubstr("hyde"));
  EXPECT_THAT(other_questions(writer, "?", "dekompose").status().message(),
              HasSubstr("did you mean 'decompose'"));
  EXPECT_EQ(other_questions(writer, "?", "multi_query", 11).status().code(),
            Code::kInvalidArgument);
  writer.write = [](auto, const auto&) { return Result<std::string>("I like\nto\ntalk\na lot"); };
  EXPECT_THAT(other_questions(writer, "the pump?").value(), IsEmpty());
}

TEST_F(FindPassages, an_answer_is_not_kept_for_another_way_to_find_its_passages) {
  RagAskOptions options{.writer = {"told",
                                   [](auto, const auto&) {
                                     return Result<std::string>("It is oiled on all Mondays [1].");
                                   }},
                        .cache = true};
  const auto cached = [&] { return rag.ask("when is the pump oiled", options).value().cached; };
  EXPECT_FALSE(cached());
  EXPECT_TRUE(cached());
  options.retrieve.rerank = "found";
  EXPECT_FALSE(cached());
  options.retrieve.others = {"who oils the pump"};
  EXPECT_FALSE(cached());
  options.retrieve.scores["s"] = {};
  EXPECT_FALSE(cached());
  EXPECT_TRUE(cached());
}

TEST(RerankerFrom, a_folder_says_what_is_in_it) {
  const HeadModel model(VECSTORE_SOURCE_DIR, "bert");
  const auto reranker = reranker_from(model.path() + "/");
  ASSERT_TRUE(reranker.ok()) << reranker.status().to_string();
  EXPECT_EQ((*reranker)->name(), "tiny");
  const std::vector<std::string> texts = {"one", "two"};
  EXPECT_THAT((*reranker)->rerank("which", texts, 1).value(), SizeIs(1));
  EXPECT_EQ(reranker_from("/nowhere").status().code(), Code::kNotFound);
  EXPECT_EQ(embedder_from(model.path()).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore
