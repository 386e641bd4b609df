#include "vecstore/rag.h"

#include <gmock/gmock.h>

#include "base/test_folder.h"
#include "rag/ingest/word_embedder.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class RagTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder.write("docs/pump.md", "The pump is oiled on Mondays.\n");
    folder.write("docs/fence.md", "The fence is painted green.\n");
    ingest.paths = {(folder / "docs").string()};
  }

  Rag open() { return Rag::open(database, "notes", words).value(); }

  // Says `text`, or what a question that is to be rewritten becomes.
  RagWriter writer(std::string text) {
    return {"told", [this, text](std::span<const RagMessage> messages,
                                 const std::function<void(std::string_view)>& on_text) {
              asked.emplace_back(messages.begin(), messages.end());
              const bool rewrite = messages.back().text.find("comes next") != std::string::npos;
              const std::string said = rewrite ? "when is the pump oiled in winter" : text;
              if (on_text) on_text(said);
              return Result<std::string>(said);
            }};
  }

  TestFolder folder;
  Database database = Database::in_memory().value();
  std::shared_ptr<const Embedder> words = std::make_shared<WordEmbedder>();
  RagIngestOptions ingest;
  std::vector<std::vector<RagMessage>> asked;
};

TEST_F(RagTest, files_become_passages_that_are_found) {
  Rag rag = open();
  std::size_t told = 0;
  ingest.progress = [&](std::size_t done, std::size_t) { told = done; };
  const RagIngestReport report = rag.ingest(ingest).value();
  EXPECT_EQ(report.added, 2u);
  EXPECT_EQ(report.passages_written, 2u);
  EXPECT_EQ(told, 2u);
  EXPECT_EQ(rag.ingest(ingest)->unchanged, 2u);
  const Hits hits = rag.retrieve("the fence", {.passages = 1}).value();
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].id, "docs/fence.md#0");
  EXPECT_EQ(rag.retrieve("the fence", {.filter = "source LIKE '%pump%'"})->size(), 1u);
  EXPECT_THAT(rag.retrieve(" \n").status().message(), HasSubstr("the text to look for is empty"));
  EXPECT_THAT(rag.retrieve("...").status().message(), HasSubstr("there is nothing to search for"));
}

TEST_F(RagTest, a_writer_answers_and_its_citations_are_checked) {
  Rag rag = open();
  rag.ingest(ingest).value();
  std::string pieces;
  RagAskOptions options{.writer = writer("It is oiled on Mondays [1]. It is blue [7].")};
  options.on_text = [&](std::string_view piece) { pieces += piece; };
  const RagAnswer answer = rag.ask("when is the pump oiled", options).value();
  EXPECT_EQ(answer.text, pieces);
  ASSERT_THAT(answer.citations, SizeIs(1));
  const RagCitation& one = answer.citations[0];
  EXPECT_EQ(
      answer.passages[one.passage].text->substr(one.quote_begin, one.quote_end - one.quote_begin),
      "The pump is oiled on Mondays.");
  ASSERT_THAT(answer.problems, SizeIs(1));
  EXPECT_THAT(answer.problems[0], HasSubstr("[7]"));
  EXPECT_EQ(asked.at(0).at(0).role, "system");
}

TEST_F(RagTest, without_a_writer_there_are_passages) {
  Rag rag = open();
  rag.ingest(ingest).value();
  const RagAnswer answer = rag.ask("when is the pump oiled").value();
  EXPECT_EQ(answer.text, "");
  EXPECT_EQ(answer.passages[0].id, "docs/pump.md#0");
}

TEST_F(RagTest, a_conversation_goes_on) {
  Rag rag = open();
  rag.ingest(ingest).value();
  RagAskOptions options{.writer = writer("On Mondays [1]."), .conversation = "pumps"};
  EXPECT_EQ(rag.ask("when is the pump oiled", options)->searched_for, "when is the pump oiled");
  const RagAnswer answer = rag.ask("and in winter?", options).value();
  EXPECT_EQ(answer.searched_for, "when is the pump oiled in winter");
  std::vector<std::string> roles;
  for (const RagMessage& message : asked.back()) roles.push_back(message.role);
  EXPECT_THAT(roles, ElementsAre("system", "user", "assistant", "user"));
  EXPECT_EQ(asked.back()[2].text, "On Mondays.");
}

TEST_F(RagTest, an_answer_is_given_again_while_its_passages_are_the_same) {
  Rag rag = open();
  rag.ingest(ingest).value();
  RagAskOptions options{.writer = writer("On Mondays [1]."), .cache = true};
  EXPECT_FALSE(rag.ask("when is the pump oiled", options)->cached);
  const RagAnswer again = rag.ask("When is the pump oiled?", options).value();
  EXPECT_TRUE(again.cached);
  EXPECT_EQ(again.text, "On Mondays [1].");
  EXPECT_THAT(again.citations, SizeIs(1));
  EXPECT_THAT(asked, SizeIs(1));
  folder.write("docs/pump.md", "The pump is oiled on Fridays.\n");
  rag.ingest(ingest).value();
  EXPECT_FALSE(rag.ask("when is the pump oiled", options)->cached);
}

TEST_F(RagTest, an_answer_that_is_given_again_is_told_to_who_listens) {
  Rag rag = open();
  rag.ingest(ingest).value();
  RagAskOptions options{.writer = writer("On Mondays [1]."), .cache = true};
  std::string pieces;
  options.on_text = [&](std::string_view piece) { pieces += piece; };
  rag.ask("when is the pump oiled", options).value();
  EXPECT_TRUE(rag.ask("when is the pump oiled", options)->cached);
  EXPECT_EQ(pieces, "On Mondays [1].On Mondays [1].");
}

TEST_F(RagTest, what_goes_on_with_a_conversation_is_not_kept_however_little_of_it_is_shown) {
  Rag rag = open();
  rag.ingest(ingest).value();
  RagAskOptions options{.writer = writer("On Mondays [1]."),
                        .conversation = "pumps",
                        .max_history_tokens = 0,
                        .cache = true};
  rag.ask("when is the pump oiled", options).value();
  EXPECT_FALSE(rag.ask("and in winter?", options)->cached);
  EXPECT_FALSE(rag.ask("and in winter?", options)->cached)
      << "rewritten, it may be another question";
}

TEST_F(RagTest, what_a_writer_has_wrong_is_an_error) {
  Rag rag = open();
  rag.ingest(ingest).value();
  RagWriter broken{"broken", [](auto, const auto&) { return Result<std::string>("\xFF"); }};
  EXPECT_EQ(rag.ask("when", {.writer = broken}).status().code(), Code::kInternal);
  broken.write = [](auto, const auto&) { return Result<std::string>(unavailable("away")); };
  EXPECT_EQ(rag.ask("when", {.writer = broken}).status().code(), Code::kUnavailable);
  EXPECT_EQ(writer_on_server({.provider = "nobody", .model = "m"}).status().code(),
            Code::kInvalidArgument);
}

TEST_F(RagTest, another_models_collection_is_refused) {
  open().ingest(ingest).value();
  const auto others = std::make_shared<WordEmbedder>("others");
  EXPECT_EQ(Rag::open(database, "notes", others).status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(Rag::open(database, "notes", nullptr).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(embedder_from("/nowhere").status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace vecstore
