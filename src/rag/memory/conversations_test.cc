#include "rag/memory/conversations.h"

#include <gmock/gmock.h>

#include <map>
#include <thread>

#include "base/test_folder.h"
#include "rag/ingest/word_embedder.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<ChatMessage> said(std::string question, std::string answer) {
  return {{ChatRole::kUser, std::move(question)}, {ChatRole::kAssistant, std::move(answer)}};
}

Database memory() { return Database::in_memory().value(); }
std::shared_ptr<const Embedder> words(const char* name = "words") {
  return std::make_shared<WordEmbedder>(name);
}

std::vector<std::string> questions(const std::vector<ConversationTurn>& turns) {
  std::vector<std::string> out;
  for (const ConversationTurn& turn : turns) out.push_back(turn.messages.front().text);
  return out;
}

TEST(Conversations, turns_come_back_as_they_were_said) {
  Database database = memory();
  Conversations all = Conversations::open(database, words()).value();
  EXPECT_EQ(all.info("pumps").status().code(), Code::kNotFound);
  EXPECT_EQ(
      all.append("pumps", said("When?\n\nAnd where?", "On Mondays [1]."), {{"model", "small"}})
          .value(),
      0u);
  EXPECT_EQ(all.append("pumps", said("", "…")).value(), 1u);
  const std::vector<ConversationTurn> turns = all.turns("pumps", 0, 9).value();
  ASSERT_EQ(turns.size(), 2u);
  ASSERT_EQ(turns[0].messages.size(), 2u);
  EXPECT_EQ(turns[0].messages[0].text, "When?\n\nAnd where?");
  EXPECT_EQ(turns[0].messages[1].text, "On Mondays [1].");
  EXPECT_EQ(turns[0].messages[1].role, ChatRole::kAssistant);
  EXPECT_EQ(turns[0].about, Object({{"model", "small"}}));
  EXPECT_GT(turns[0].said_at, 0);
  ASSERT_EQ(turns[1].messages.size(), 2u);
  EXPECT_EQ(turns[1].messages[0].text, "");
  EXPECT_EQ(turns[1].messages[1].text, "…");
}

TEST(Conversations, they_are_there_after_the_program_ended) {
  const TestFolder folder;
  {
    Database database = Database::open((folder.path() / "db").string()).value();
    Conversations all = Conversations::open(database, words()).value();
    all.append("a", said("one", "1")).value();
  }
  Database database = Database::open((folder.path() / "db").string()).value();
  Conversations all = Conversations::open(database, words()).value();
  EXPECT_EQ(all.append("a", said("two", "2")).value(), 1u);
  EXPECT_THAT(questions(all.turns("a", 0, 2).value()), ElementsAre("one", "two"));
}

TEST(Conversations, each_is_listed_with_its_beginning_and_goes_alone) {
  Database database = memory();
  Conversations all = Conversations::open(database, words()).value();
  const std::vector<ChatMessage> system = {{ChatRole::kSystem, "Be short."}};
  all.append("b", system).value();
  all.append("b", said("first", "1")).value();
  all.append("a", said("other", "2")).value();
  all.append("a#0000000000", said("third", "3")).value();
  const std::vector<ConversationInfo> list = all.list().value();
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0].name, "a");
  EXPECT_EQ(list[2].name, "b");
  EXPECT_EQ(list[2].title, "first");
  EXPECT_EQ(list[2].turns, 1u);
  EXPECT_THAT(list[2].system, ElementsAre("Be short."));
  EXPECT_EQ(all.remove("a").value(), 1u);
  EXPECT_EQ(all.remove("a").status().code(), Code::kNotFound);
  EXPECT_THAT(all.turns("a", 0, 9).value(), IsEmpty());
  EXPECT_EQ(questions(all.turns("a#0000000000", 0, 9).value()).size(), 1u);
  EXPECT_EQ(all.append("a", said("anew", "5")).value(), 0u);
}

// Without the condition on the conversation's record two threads take one number, and one's turn
// is lost. What the system said is long, so that reading and writing that record take time.
TEST(Conversations, threads_append_without_losing_or_mixing_a_turn) {
  Database database = memory();
  constexpr int kThreads = 4, kTurns = 25;
  const std::vector<ChatMessage> rules = {{ChatRole::kSystem, std::string(200'000, 'x')}};
  Conversations::open(database, words()).value().append("shared", rules).value();
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&database, t] {
      Conversations mine = Conversations::open(database, words()).value();
      for (int i = 0; i < kTurns; ++i) {
        const std::string text = std::to_string(t) + " " + std::to_string(i);
        mine.append("shared", said(text, text)).value();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Conversations all = Conversations::open(database, words()).value();
  EXPECT_EQ(all.info("shared").value().turns, std::uint64_t{kThreads * kTurns});
  const auto turns = all.turns("shared", 0, kThreads * kTurns).value();
  ASSERT_EQ(turns.size(), std::size_t{kThreads * kTurns});
  std::map<char, int> next;  // of each thread its own turns are in order
  for (const ConversationTurn& turn : turns) {
    ASSERT_EQ(turn.messages.at(0).text, turn.messages.at(1).text);
    const std::string& text = turn.messages[0].text;
    EXPECT_EQ(text.substr(2), std::to_string(next[text[0]]++));
  }
}

TEST(Conversations, older_turns_are_recalled_by_meaning) {
  Database database = memory();
  Conversations all = Conversations::open(database, words()).value();
  EXPECT_TRUE(all.recalls_by_meaning());
  all.append("a", said("how is the pump oiled", "on mondays")).value();
  all.append("a", said("who paints the fence", "nobody")).value();
  all.append("a", said("what does the filter cost", "nine")).value();
  all.append("b", said("how is the pump oiled", "never")).value();
  EXPECT_THAT(questions(all.recall("a", "is the fence painted", 1, 3).value()),
              ElementsAre("who paints the fence"));
  EXPECT_THAT(questions(all.recall("a", "the filter", 1, 2).value()),
              ElementsAre(::testing::Ne("what does the filter cost")));
  EXPECT_THAT(all.recall("a", "the filter", 0, 2).value(), IsEmpty());
}

TEST(Conversations, another_model_recalls_by_words_and_mixes_no_vectors) {
  Database database = memory();
  Conversations::open(database, words()).value().append("a", said("pump", "oil")).value();
  Conversations other = Conversations::open(database, words("others")).value();
  EXPECT_FALSE(other.recalls_by_meaning());
  other.append("a", said("fence", "paint")).value();
  EXPECT_THAT(questions(other.recall("a", "the fence", 5, 2).value()), ElementsAre("fence"));
  const Collection records = database.collection(kConversations).value();
  EXPECT_TRUE(records.get("a#0000000001").value().vector.empty());
  EXPECT_FALSE(records.get("a#0000000000").value().vector.empty());
  EXPECT_FALSE(Conversations::open(database, nullptr).value().recalls_by_meaning());
}

TEST(Conversations, a_summary_only_goes_forward) {
  Database database = memory();
  Conversations all = Conversations::open(database, nullptr).value();
  EXPECT_EQ(all.keep_summary("a", "x", 0).code(), Code::kNotFound);
  all.append("a", said("one", "1")).value();
  all.append("a", said("two", "2")).value();
  EXPECT_EQ(all.keep_summary("a", "three", 3).code(), Code::kInvalidArgument);
  ASSERT_TRUE(all.keep_summary("a", "both", 2).ok());
  ASSERT_TRUE(all.keep_summary("a", "the first", 1).ok());
  EXPECT_EQ(all.info("a").value().summary, "both");
  EXPECT_EQ(all.info("a").value().summarized, 2u);
  EXPECT_EQ(all.turns("a", 0, 9).value().size(), 2u);
}

TEST(Conversations, what_cannot_be_kept_is_refused) {
  Database database = memory();
  EXPECT_EQ(Conversations::open(database, nullptr, {.create = false}).status().code(),
            Code::kNotFound);
  Conversations all = Conversations::open(database, nullptr).value();
  for (const std::string& name : {std::string(), std::string(kMaxNameBytes + 1, 'a'),
                                  std::string("a\nb"), std::string("\xFF")}) {
    EXPECT_EQ(all.append(name, said("a", "b")).status().code(), Code::kInvalidArgument) << name;
    EXPECT_EQ(all.info(name).status().code(), Code::kInvalidArgument) << name;
  }
  EXPECT_EQ(all.append("a", {}).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(all.append("a", said("\xFF", "b")).status().code(), Code::kInvalidArgument);
  EXPECT_THAT(all.list().value(), IsEmpty());
  database.create_collection("mine").value();
  const Status taken = Conversations::open(database, nullptr, {.collection = "mine"}).status();
  EXPECT_EQ(taken.code(), Code::kFailedPrecondition);
  EXPECT_THAT(taken.message(), HasSubstr("keeps none"));
}

}  // namespace
}  // namespace vecstore
