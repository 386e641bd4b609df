#include "rag/answer/chat_model.h"

#include <gmock/gmock.h>

#include <cmath>
#include <vector>

namespace vecstore {
namespace {

using ::testing::HasSubstr;

std::string refusal(const std::vector<ChatMessage>& messages, const ChatOptions& options = {}) {
  const Status status = check_chat(messages, options);
  EXPECT_TRUE(status.ok() || status.code() == Code::kInvalidArgument);
  return status.message();
}

TEST(CheckChat, takes_what_models_take) {
  EXPECT_EQ(refusal({{ChatRole::kUser, "Grüße"}}), "");
  EXPECT_EQ(refusal({{ChatRole::kSystem, ""}, {ChatRole::kUser, "x"}},
                    {.temperature = 2, .max_tokens = 1}),
            "");
}

TEST(CheckChat, names_what_is_wrong) {
  EXPECT_THAT(refusal({}), HasSubstr("no message"));
  EXPECT_THAT(refusal({{ChatRole::kUser, "a"}, {ChatRole::kUser, "b\xff"}}),
              HasSubstr("message 1 is not valid utf-8 at byte 1"));
  EXPECT_THAT(refusal({{}}, {.temperature = -0.1}), HasSubstr("temperature"));
  EXPECT_THAT(refusal({{}}, {.temperature = std::nan("")}), HasSubstr("temperature"));
  EXPECT_THAT(refusal({{}}, {.max_tokens = 0}), HasSubstr("max_tokens must be 1 to 1000000"));
}

TEST(ChatRole, has_the_names_of_the_wire) {
  EXPECT_EQ(chat_role_name(ChatRole::kSystem), "system");
  EXPECT_EQ(chat_role_name(ChatRole::kUser), "user");
  EXPECT_EQ(chat_role_name(ChatRole::kAssistant), "assistant");
}

}  // namespace
}  // namespace vecstore
