#include "rag/memory/follow_up.h"

#include <gmock/gmock.h>

#include "rag/memory/scripted_model.h"

namespace vecstore {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FollowUp : public ::testing::Test {
 protected:
  // Whether one was due, which is kept then.
  bool sum_up_and_keep(const ChatModel& model, const HistoryOptions& options) {
    const auto made = sum_up_forgotten(model, all, "talk", options, {}).value();
    if (made) {
      EXPECT_TRUE(all.keep_summary("talk", made->text, made->turns).ok());
    }
    return made.has_value();
  }
  void say(std::string question, std::string answer) {
    const std::vector<ChatMessage> messages = {{ChatRole::kUser, std::move(question)},
                                               {ChatRole::kAssistant, std::move(answer)}};
    all.append("talk", messages).value();
  }
  History history() { return read_history(all, "talk", {}).value(); }

  Database database = Database::in_memory().value();
  Conversations all = Conversations::open(database, nullptr).value();
};

TEST_F(FollowUp, a_question_is_rewritten_with_what_was_said) {
  say("When is the pump oiled?", "On Mondays [1].");
  const ScriptedModel model("\n\"When is the pump oiled in winter?\"\nI hope that helps.");
  EXPECT_EQ(standalone_question(model, history(), "And in winter?", {}).value(),
            "When is the pump oiled in winter?");
  ASSERT_EQ(model.asked.size(), 1u);
  EXPECT_EQ(model.asked[0][1].text,
            "The conversation:\n\nUser: When is the pump oiled?\nAssistant: On Mondays.\n\n"
            "The question that comes next: And in winter?");
}

TEST_F(FollowUp, the_first_question_asks_no_model) {
  const ScriptedModel model("x");
  EXPECT_EQ(standalone_question(model, history(), "When?", {}).value(), "When?");
  EXPECT_THAT(model.asked, IsEmpty());
}

TEST_F(FollowUp, what_is_no_question_is_not_searched_for) {
  say("When?", "Now.");
  const auto rewritten = [&](ChatAnswer answer) {
    const ScriptedModel model([&](const std::string&) { return answer; });
    return standalone_question(model, history(), "Why?", {}).value();
  };
  EXPECT_EQ(rewritten({.text = " \n \"\" \n"}), "Why?");
  EXPECT_EQ(rewritten({.text = std::string(kMostRewritten + 1, 'x')}), "Why?");
  EXPECT_EQ(rewritten({.text = "Why is it", .cut = true}), "Why?");
  const ScriptedModel broken(
      [](const std::string&) -> Result<ChatAnswer> { return unavailable("no"); });
  EXPECT_EQ(standalone_question(broken, history(), "Why?", {}).status().code(), Code::kUnavailable);
}

TEST_F(FollowUp, turns_that_leave_are_summed_up_once_for_several) {
  const HistoryOptions options{.max_tokens = 100};
  const ScriptedModel model([](const std::string& text) {
    return ChatAnswer{.text = " " + std::to_string(std::count(text.begin(), text.end(), ':') - 1) +
                              " said things. "};
  });
  for (int i = 0; i < 3; ++i) say(std::string(50, 'q'), std::string(50, 'a'));  // 15 tokens each
  EXPECT_FALSE(sum_up_and_keep(model, options));
  EXPECT_THAT(model.asked, IsEmpty());
  say(std::string(50, 'q'), std::string(50, 'a'));
  EXPECT_TRUE(sum_up_and_keep(model, options));
  const ConversationInfo info = all.info("talk").value();
  EXPECT_EQ(info.summarized, 3u);  // half of the tokens hold one turn
  EXPECT_EQ(info.summary, "6 said things.");
  EXPECT_FALSE(sum_up_and_keep(model, options));
  say(std::string(50, 'q'), std::string(50, 'a'));
  EXPECT_FALSE(sum_up_and_keep(model, options));
  for (int i = 0; i < 2; ++i) say(std::string(50, 'q'), std::string(50, 'a'));
  EXPECT_TRUE(sum_up_and_keep(model, options));
  EXPECT_THAT(model.asked.back()[1].text, HasSubstr("What was said before: 6 said things."));
}

TEST_F(FollowUp, a_model_without_words_leaves_the_summary_as_it_was) {
  for (int i = 0; i < 9; ++i) say(std::string(50, 'q'), std::string(50, 'a'));
  const ScriptedModel model(" ");
  EXPECT_EQ(sum_up_forgotten(model, all, "talk", {.max_tokens = 100}, {}).status().code(),
            Code::kUnavailable);
  EXPECT_EQ(all.info("talk").value().summarized, 0u);
}

}  // namespace
}  // namespace vecstore
