#include "rag/answer/answer_question.h"

#include <gmock/gmock.h>

#include <vector>

namespace vecstore {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Says what it is told to say, and keeps what it was asked.
class ToldModel : public ChatModel {
 public:
  explicit ToldModel(std::string text) : text_(std::move(text)) {}
  const std::string& name() const override { return name_; }
  Result<ChatAnswer> chat(std::span<const ChatMessage> messages,
                          const ChatOptions& options) const override {
    asked.assign(messages.begin(), messages.end());
    max_tokens = options.max_tokens;
    if (text_.empty()) return unavailable("not today");
    if (options.on_text) options.on_text(text_);
    return ChatAnswer{.text = text_, .answer_tokens = 5};
  }
  mutable std::vector<ChatMessage> asked;
  mutable std::size_t max_tokens = 0;

 private:
  std::string name_ = "told", text_;
};

const Hits kHits{{Hit{.id = "a", .text = "The pump is oiled on Mondays."},
                  Hit{.id = "b", .text = "Filters burn."}}};

TEST(AnswerQuestion, the_model_sees_the_passages_and_the_question) {
  const ToldModel model("  The pump is oiled on Mondays [1].\n");
  AnswerOptions options;
  options.chat.max_tokens = 77;
  const Answer answer = answer_question(model, "When is the pump oiled?", kHits, options).value();
  EXPECT_EQ(answer.text, "The pump is oiled on Mondays [1].");
  EXPECT_THAT(answer.checked.problems, IsEmpty());
  EXPECT_EQ(answer.checked.citations.size(), 1u);
  EXPECT_EQ(answer.said.answer_tokens, 5u);
  ASSERT_EQ(model.asked.size(), 2u);
  EXPECT_EQ(model.asked[0].role, ChatRole::kSystem);
  EXPECT_EQ(model.asked[0].text, kAnswerInstructions);
  EXPECT_EQ(model.asked[1].text,
            "Passages:\n\n[1] a\nThe pump is oiled on Mondays.\n\n[2] b\nFilters "
            "burn.\n\nQuestion: When is the pump oiled?");
  EXPECT_EQ(model.max_tokens, 77u);
}

TEST(AnswerQuestion, instructions_prompt_and_budget_are_the_callers) {
  const ToldModel model("Yes [1].");
  AnswerOptions options;
  options.instructions = "Rhyme.";
  options.prompt = "{question} {{{passages}}}";
  options.max_context_tokens = 14;
  const Answer answer = answer_question(model, "When?", kHits, options).value();
  EXPECT_EQ(model.asked[0].text, "Rhyme.");
  EXPECT_EQ(model.asked[1].text, "When? {[1] a\nThe pump is oiled on Mondays.}");
  EXPECT_EQ(answer.context.left_out, 1u);
}

TEST(AnswerQuestion, what_cannot_be_asked_is_refused_before_the_model_is) {
  const ToldModel model("Yes.");
  EXPECT_EQ(answer_question(model, " \n", kHits, {}).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(answer_question(model, "When?", Hits{}, {}).status().code(), Code::kNotFound);
  AnswerOptions options;
  for (const char* wrong :
       {"{question}", "{passages}", "{question} {passages} {tone}", "{question"}) {
    options.prompt = wrong;
    EXPECT_EQ(answer_question(model, "When?", kHits, options).status().code(),
              Code::kInvalidArgument)
        << wrong;
  }
  EXPECT_THAT(model.asked, IsEmpty());
}

TEST(AnswerQuestion, errors_of_the_model_come_through) {
  EXPECT_THAT(answer_question(ToldModel(""), "When?", kHits, {}).status().message(),
              HasSubstr("not today"));
}

}  // namespace
}  // namespace vecstore
