#include "rag/query/rewrite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kQuestion = "How is the pump oiled?";

class ParrotModel final : public ChatModel {
 public:
  explicit ParrotModel(ChatAnswer answer) : answer_(std::move(answer)) {}
  const std::string& name() const override { return name_; }
  Result<ChatAnswer> chat(std::span<const ChatMessage> messages,
                          const ChatOptions& options) const override {
    VECSTORE_TRY(check_chat(messages, options));
    if (answer_.text == "broken") return unavailable("out of order");
    asked = {messages.begin(), messages.end()};
    with = options;
    return answer_;
  }
  mutable std::vector<ChatMessage> asked;
  mutable ChatOptions with;

 private:
  std::string name_ = "parrot";
  ChatAnswer answer_;
};

Rewritten rewritten(std::string said, RewriteOptions options = {}, bool cut = false) {
  const ParrotModel model({.text = std::move(said), .cut = cut});
  return rewrite_question(model, kQuestion, options).value();
}

TEST(RewriteQuestion, lines_with_bullets_or_numbers_are_questions) {
  EXPECT_THAT(
      rewritten("Here are three:\n- What oils it?\n\n* Who oils it?\n\xe2\x80\xa2 When?\nBye!")
          .texts,
      ElementsAre("What oils it?", "Who oils it?", "When?"));
  EXPECT_THAT(rewritten("1. \"What oils it?\"\n2) Who oils it?\n 10. When?").texts,
              ElementsAre("What oils it?", "Who oils it?", "When?"));
}

TEST(RewriteQuestion, lines_without_are_when_they_are_no_more_than_wanted) {
  EXPECT_THAT(rewritten("What oils it?\nWho oils it?").texts,
              ElementsAre("What oils it?", "Who oils it?"));
  EXPECT_THAT(rewritten("I am\na model\nthat likes\nto talk").texts, IsEmpty());
}

TEST(RewriteQuestion, no_more_than_wanted_none_twice_and_not_the_question_again) {
  EXPECT_THAT(rewritten("- how is the pump OILED\n- a\n- A.\n- b\n- c\n- d").texts,
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(rewritten("- a\n- b", {.count = 1}).texts, ElementsAre("a"));
  EXPECT_THAT(rewritten("- a\n- b", {.how = Rewriting::kStepBack}).texts, ElementsAre("a"));
}

TEST(RewriteQuestion, what_is_no_question_is_left_out) {
  const std::string longest(kMaxRewriteBytes, 'a');
  EXPECT_THAT(rewritten("- these:\n- ???\n- " + longest + "a\n- " + longest).texts,
              ElementsAre(longest));
  EXPECT_THAT(rewritten("- a\n- b and th", {}, true).texts, ElementsAre("a"));
}

TEST(RewriteQuestion, an_answer_of_no_use_is_a_remark) {
  for (const char* said : {"", "  \n", "- ???", "I\ncannot\nhelp\nyou"}) {
    const Rewritten nothing = rewritten(said);
    EXPECT_THAT(nothing.texts, IsEmpty()) << said;
    EXPECT_THAT(nothing.remark,
                HasSubstr("model 'parrot' gave nothing to search for by multi_query"));
  }
  EXPECT_EQ(rewritten("- a").remark, "");
}

TEST(RewriteQuestion, a_passage_is_taken_as_it_is) {
  const RewriteOptions hyde{.how = Rewriting::kHyde};
  EXPECT_THAT(rewritten("\n The pump:\n- is oiled \n", hyde, true).texts,
              ElementsAre("The pump:\n- is oiled"));
  EXPECT_THAT(rewritten(std::string(kMaxPassageBytes + 1, 'a'), hyde).texts, IsEmpty());
  EXPECT_THAT(rewritten("...", hyde).remark, HasSubstr("by hyde: '...'"));
}

TEST(RewriteQuestion, the_model_is_told_what_to_do_and_asked_once) {
  ChatOptions chat{.temperature = 0.5, .max_tokens = 7, .seed = 3};
  chat.on_text = [](std::string_view) { ADD_FAILURE() << "nobody reads it as it comes"; };
  const ParrotModel model({.text = "- a"});
  for (const auto& [how, words] : std::initializer_list<std::pair<Rewriting, const char*>>{
           {Rewriting::kMultiQuery, "4 other ways"},
           {Rewriting::kDecompose, "simpler questions, 4 at most"},
           {Rewriting::kStepBack, "more general question"},
           {Rewriting::kHyde, "Write a passage"}}) {
    EXPECT_TRUE(rewrite_question(model, kQuestion, {how, 4, chat}).ok());
    EXPECT_THAT(model.asked[0].text, HasSubstr(words));
    EXPECT_EQ(model.asked[1].text, "Question: " + std::string(kQuestion));
    EXPECT_EQ(model.with.temperature, 0.5);
    EXPECT_EQ(model.with.seed, 3);
    EXPECT_EQ(model.with.max_tokens, 400u);
    EXPECT_FALSE(model.with.on_text);
    EXPECT_EQ(parse_rewriting(rewriting_name(how)).value(), how);
  }
}

TEST(RewriteQuestion, errors_are_the_models_and_those_of_who_asks) {
  EXPECT_EQ(rewrite_question(ParrotModel({.text = "broken"}), kQuestion, {}).status().code(),
            Code::kUnavailable);
  for (const std::size_t count : {std::size_t{0}, kMaxRewrites + 1})
    EXPECT_THAT(rewrite_question(ParrotModel({}), kQuestion, {.count = count}).status().message(),
                HasSubstr("1 to 10 times"));
  EXPECT_THAT(parse_rewriting("hide").status().message(), HasSubstr("did you mean 'hyde'?"));
}

}  // namespace
}  // namespace vecstore
