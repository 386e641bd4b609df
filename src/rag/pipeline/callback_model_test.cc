#include "rag/pipeline/callback_model.h"

#include <gtest/gtest.h>

#include "rag/memory/scripted_model.h"

namespace vecstore {
namespace {

TEST(CallbackModel, a_function_and_a_model_are_the_same_both_ways) {
  const auto told = std::make_shared<ScriptedModel>(
      [](const std::string& last) { return ChatAnswer{.text = "you said " + last}; });
  const CallbackModel model(writer_of(told, {.max_tokens = 7}));
  EXPECT_EQ(model.name(), "scripted");
  const std::vector<ChatMessage> messages = {{ChatRole::kSystem, "Be short."},
                                             {ChatRole::kUser, "one"},
                                             {ChatRole::kAssistant, "two"},
                                             {ChatRole::kUser, "three"}};
  EXPECT_EQ(model.chat(messages, {})->text, "you said three");
  ASSERT_EQ(told->asked.size(), 1u);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    EXPECT_EQ(told->asked[0][i].role, messages[i].role);
    EXPECT_EQ(told->asked[0][i].text, messages[i].text);
  }
}

TEST(CallbackModel, what_no_model_can_be_asked_reaches_no_function) {
  const CallbackModel model({"never", [](auto, const auto&) {
                               ADD_FAILURE() << "asked";
                               return Result<std::string>("");
                             }});
  EXPECT_EQ(model.chat({}, {}).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore
