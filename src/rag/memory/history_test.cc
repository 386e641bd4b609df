#include "rag/memory/history.h"

#include <gmock/gmock.h>

#include "embed/remote/tokens.h"
#include "rag/ingest/word_embedder.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Ten turns of 100 letters for question and answer each: 27 tokens a message, 54 a turn.
class HistoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (char c = 'a'; c < 'k'; ++c) say(std::string(100, c), std::string(100, c));
  }

  void say(std::string question, std::string answer) {
    const std::vector<ChatMessage> messages = {{ChatRole::kUser, std::move(question)},
                                               {ChatRole::kAssistant, std::move(answer)}};
    all.append("talk", messages).value();
  }

  static std::string letters(const std::vector<ConversationTurn>& turns) {
    std::string out;
    for (const ConversationTurn& turn : turns) out += turn.messages.at(0).text.at(0);
    return out;
  }

  Database database = Database::in_memory().value();
  Conversations all = Conversations::open(database, std::make_shared<WordEmbedder>()).value();
};

TEST_F(HistoryTest, the_oldest_turns_leave_first) {
  const History history = read_history(all, "talk", {.max_tokens = 4 * 54 + 53}).value();
  EXPECT_EQ(letters(history.recent), "ghij");
  EXPECT_EQ(history.forgotten, 6u);
  EXPECT_EQ(history.turns, 10u);
  EXPECT_FALSE(history.cut);
  EXPECT_EQ(letters(read_history(all, "talk", {.max_tokens = 5 * 54}).value().recent), "fghij");
  const History whole = read_history(all, "talk", {.max_tokens = 10'000}).value();
  EXPECT_EQ(letters(whole.recent), "abcdefghij");
  EXPECT_EQ(whole.forgotten, 0u);
}

TEST_F(HistoryTest, no_turn_stays_behind_one_that_left) {
  say(std::string(4000, 'x'), "x");
  say("y", "y");
  EXPECT_EQ(letters(read_history(all, "talk", {.max_tokens = 500}).value().recent), "y");
}

TEST_F(HistoryTest, what_the_system_said_is_always_there) {
  const std::vector<ChatMessage> rule = {{ChatRole::kSystem, std::string(400, 's')}};
  all.append("talk", rule).value();
  const History history = read_history(all, "talk", {.max_tokens = 102 + 2 * 54}).value();
  EXPECT_EQ(letters(history.recent), "ij");
  ASSERT_EQ(history.messages().size(), 5u);
  EXPECT_EQ(history.messages()[0].role, ChatRole::kSystem);
  EXPECT_EQ(history.messages()[0].text, rule[0].text);
  const History tight = read_history(all, "talk", {.max_tokens = 10}).value();
  EXPECT_THAT(tight.system, ElementsAre(rule[0].text));
}

TEST_F(HistoryTest, of_the_newest_turn_the_beginnings_are_there) {
  say(std::string(4000, 'x'), "ö" + std::string(4000, 'y'));
  const History history = read_history(all, "talk", {.max_tokens = 100}).value();
  EXPECT_TRUE(history.cut);
  EXPECT_EQ(letters(history.recent), "x");
  std::size_t tokens = 0;
  for (const ChatMessage& message : history.messages()) tokens += likely_tokens(message.text);
  EXPECT_LE(tokens, 100u);
  EXPECT_GE(tokens, 90u);
}

TEST_F(HistoryTest, a_summary_stands_for_what_it_is_of) {
  ASSERT_TRUE(all.keep_summary("talk", "Letters were said.", 8).ok());
  const History history = read_history(all, "talk", {.max_tokens = 10'000}).value();
  EXPECT_EQ(letters(history.recent), "ij");
  EXPECT_EQ(history.forgotten, 0u);
  EXPECT_EQ(history.messages()[0].role, ChatRole::kUser);
  EXPECT_THAT(history.messages()[0].text, HasSubstr("Letters were said.\n\niiii"));
}

TEST_F(HistoryTest, an_older_turn_comes_back_when_it_is_near) {
  say("the pump is oiled", "on mondays [1]");
  for (int i = 0; i < 7; ++i) say("filler", "filler");
  const HistoryOptions options{.max_tokens = 60, .recalled = 1};
  History history = read_history(all, "talk", options).value();
  ASSERT_TRUE(recall_into(history, all, "talk", "when is the pump oiled", options).ok());
  ASSERT_EQ(history.recalled.size(), 1u);
  const std::vector<ChatMessage> messages = history.messages();
  EXPECT_EQ(messages[0].text, "the pump is oiled");
  EXPECT_EQ(messages[1].text, "on mondays");
  EXPECT_LT(history.recalled[0].number, history.recent.front().number);
}

TEST_F(HistoryTest, a_conversation_that_is_not_there_has_no_history) {
  const History history = read_history(all, "another", {}).value();
  EXPECT_TRUE(history.empty());
  EXPECT_THAT(history.messages(), IsEmpty());
}

TEST_F(HistoryTest, questions_without_an_answer_become_one_message) {
  const std::vector<ChatMessage> question = {{ChatRole::kUser, "and?"}};
  all.append("other", question).value();
  all.append("other", question).value();
  const std::vector<ChatMessage> messages = read_history(all, "other", {}).value().messages();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].text, "and?\n\nand?");
}

}  // namespace
}  // namespace vecstore
