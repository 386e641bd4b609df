#include "rag/answer/chat_stream.h"

#include <gmock/gmock.h>

#include <vector>

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string piece(const std::string& text) {
  return R"(data: {"choices":[{"index":0,"delta":{"content":")" + text + R"("}}]})" + "\n\n";
}

Result<ChatAnswer> read(const std::vector<std::string>& parts,
                        std::vector<std::string>* pieces = nullptr) {
  ChatStream stream([&](std::string_view text) {
    if (pieces) pieces->emplace_back(text);
  });
  for (const std::string& part : parts) VECSTORE_TRY(stream.take(part));
  return stream.finish();
}

TEST(ChatStream, joins_the_pieces_and_hands_each_on) {
  std::vector<std::string> pieces;
  const ChatAnswer answer =
      read({": ping\n\n", R"(data: {"choices":[{"delta":{"role":"assistant","content":""}}]})",
            "\n\n", piece("Grü"), piece("ße"),
            "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
            R"(data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}})", "\n\n",
            "data: [DONE]\n\n"},
           &pieces)
          .value();
  EXPECT_EQ(answer.text, "Grüße");
  EXPECT_FALSE(answer.cut);
  EXPECT_EQ(answer.prompt_tokens, 7u) << "OpenAI sends them behind the end of the text";
  EXPECT_EQ(answer.answer_tokens, 2u);
  EXPECT_THAT(pieces, ElementsAre("Grü", "ße"));
}

TEST(ChatStream, reads_the_same_however_it_is_cut) {
  const std::string whole =
      "\n data: {\"choices\":[{\"delta\":{\"content\":\"A\"}}]}\n\nevent: x\r\nid: 3\r\ndata: "
      "{\"choices\":\r\ndata: "
      "[{\"delta\":{\"content\":\"a\"}}]}\r\n\r\n" +
      piece("b") +
      "data:{\"choices\":[{\"delta\":{\"content\":\"c\"},\"finish_reason\":\"length\"}]}\r\r";
  for (std::size_t first = 0; first <= whole.size(); ++first) {
    for (std::size_t second = first; second <= whole.size(); second += 7) {
      const auto answer =
          read({whole.substr(0, first), whole.substr(first, second - first), whole.substr(second)});
      ASSERT_TRUE(answer.ok()) << first << " " << second << ": " << answer.status().message();
      ASSERT_EQ(answer->text, "Aabc") << first << " " << second;
      ASSERT_TRUE(answer->cut);
    }
  }
}

TEST(ChatStream, reads_an_answer_that_does_not_stream) {
  const auto answer = read(
      {" {\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"Yes.\"},",
       "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1}}"});
  ASSERT_TRUE(answer.ok()) << answer.status().message();
  EXPECT_EQ(answer->text, "Yes.");
  EXPECT_EQ(answer->prompt_tokens, 9u);
  EXPECT_EQ(answer->answer_tokens, 1u);
}

TEST(ChatStream, usage_before_the_end_is_read) {
  const auto answer = read(
      {piece("a"),
       R"(data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":2}})",
       "\n\n"});
  EXPECT_EQ(answer.value().answer_tokens, 2u);
}

TEST(ChatStream, nothing_counts_behind_done) {
  EXPECT_EQ(read({piece("a"), "data: [DONE]\n\n", piece("b")})->text, "a");
}

TEST(ChatStream, an_answer_that_ends_early_is_an_error) {
  EXPECT_EQ(read({piece("Yes")}).status().code(), Code::kUnavailable);
  EXPECT_THAT(read({piece("Yes")}).status().message(), HasSubstr("before its end, after 3 bytes"));
  EXPECT_FALSE(read({}).ok());
  EXPECT_FALSE(read({"{\"choices\":[{\"message\":"}).ok());
  EXPECT_TRUE(read({piece("Yes"), "data: [DONE]"}).ok()) << "the last line may lack its end";
}

TEST(ChatStream, what_the_server_complains_of_is_told) {
  const Status status =
      read({piece("a"), "data: {\"error\":{\"message\":\"out of memory\"}}\n\n"}).status();
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_THAT(status.message(), HasSubstr("out of memory"));
  EXPECT_THAT(read({"data: {\"choices\":[{\"delta\"\n\n"}).status().message(),
              HasSubstr("a part of the answer cannot be read"));
}

TEST(ChatStream, members_of_other_kinds_are_passed_over) {
  for (const char* odd :
       {"{}", "[]", "null", "{\"choices\":{}}", "{\"choices\":[]}", "{\"choices\":[3]}",
        "{\"choices\":[{\"delta\":null}]}", "{\"choices\":[{\"delta\":{\"content\":null}}]}",
        "{\"choices\":[{\"delta\":{\"content\":5},\"finish_reason\":null}],\"error\":null,"
        "\"usage\":{\"prompt_tokens\":\"x\"}}"}) {
    const auto answer =
        read({std::string("data: ") + odd + "\n\n", piece("a"), "data: [DONE]\n\n"});
    ASSERT_TRUE(answer.ok()) << odd << answer.status().message();
    EXPECT_EQ(answer->text, "a") << odd;
  }
}

}  // namespace
}  // namespace vecstore
