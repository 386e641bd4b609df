#include "rag/answer/remote_chat.h"

#include <gmock/gmock.h>

#include <array>
#include <mutex>

#include "base/json.h"
#include "embed/remote/embed_answer.h"
#include "embed/remote/test_http_server.h"

namespace vecstore {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kKey = "chat-key-0123456789";

// A server that speaks like OpenAI's: refuses members it does not know, repeats the last message in
// pieces.
struct Play {
  std::vector<int> faults = {};  // statuses of the first answers
  Fault fault = Fault::kNone;
  std::string end = "data: [DONE]\n\n";
  int requests = 0;
  Object asked = {};

  TestReply operator()(const TestRequest& request) {
    ++requests;
    auto headers = request.headers;
    if (request.path != "/v1/chat/completions" || headers["authorization"] != "Bearer " + kKey)
      return {.status = 401,
              .body = "{\"error\":{\"message\":\"no key " + headers["authorization"] + "\"}}"};
    if (!faults.empty()) {
      const int status = faults.front();
      faults.erase(faults.begin());
      return {.status = status, .body = "{\"error\":{\"message\":\"later\"}}"};
    }
    asked = *parse_json(request.body).value().as_object();
    const std::string said =
        *member_of(&asked.find("messages")->as_list()->back(), "content")->as_string();
    std::string body;
    for (std::size_t at = 0; at < said.size(); at += 4) {
      const Value delta =
          Object{{"choices", List{Object{{"delta", Object{{"content", said.substr(at, 4)}}}}}}};
      body += "data: " + delta.to_json() + "\n\n";
    }
    return {.headers = {{"Content-Type", "text/event-stream"}}, .body = body + end, .fault = fault};
  }
};

class RemoteChatTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (HttpClient::make({}).status().code() == Code::kUnimplemented)
      GTEST_SKIP() << "this build has no http";
    server_ = std::make_unique<TestHttpServer>([this](const TestRequest& request) {
      std::lock_guard lock(mutex_);
      return play_(request);
    });
    options_ = chat_defaults();
    options_.provider = "compatible";
    options_.model = "m";
    options_.key = Secret(kKey);
    options_.address = server_->address() + "/v1";
    options_.backoff_ms = 1;
    options_.max_backoff_ms = 2;
  }

  Result<ChatAnswer> ask(const ChatOptions& options = {}) {
    VECSTORE_ASSIGN(const auto chat, RemoteChat::make(options_));
    const std::array<ChatMessage, 2> messages = {ChatMessage{ChatRole::kSystem, "Be kind."},
                                                 ChatMessage{ChatRole::kUser, "Grüße an \"alle\""}};
    return chat->chat(messages, options);
  }

  std::mutex mutex_;
  Play play_;
  RemoteOptions options_;
  std::unique_ptr<TestHttpServer> server_;
};

TEST_F(RemoteChatTest, an_answer_comes_in_pieces) {
  std::string heard;
  int pieces = 0;
  const ChatAnswer answer =
      ask({.temperature = 0.5,
           .max_tokens = 9,
           .seed = 4,
           .on_text = [&](std::string_view text) { heard += text, ++pieces; }})
          .value();
  EXPECT_EQ(answer.text, "Grüße an \"alle\"");
  EXPECT_EQ(heard, answer.text);
  EXPECT_GT(pieces, 3);
  EXPECT_EQ(
      Value(play_.asked),
      parse_json(
          R"({"model":"m","messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Grüße an \"alle\""}],)"
          R"("stream":true,"max_tokens":9,"temperature":0.5,"seed":4})")
          .value());
}

TEST_F(RemoteChatTest, openai_has_its_own_names) {
  options_.provider = "openai";
  ASSERT_TRUE(ask({.max_tokens = 9}).ok());
  EXPECT_NE(play_.asked.find("max_completion_tokens"), nullptr);
  EXPECT_EQ(play_.asked.find("max_tokens"), nullptr);
  EXPECT_NE(play_.asked.find("stream_options"), nullptr);
  EXPECT_EQ(play_.asked.find("temperature"), nullptr);
}

TEST_F(RemoteChatTest, is_asked_again_until_an_answer_begins) {
  play_.faults = {500, 429, 503};
  EXPECT_TRUE(ask().ok());
  EXPECT_EQ(play_.requests, 4);
}

TEST_F(RemoteChatTest, what_broke_in_the_middle_is_not_asked_again) {
  play_.fault = Fault::kTruncate;
  std::string heard;
  const Status status = ask({.on_text = [&](std::string_view text) { heard += text; }}).status();
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_EQ(play_.requests, 1);
  EXPECT_FALSE(heard.empty());
  play_.fault = Fault::kNone;
  play_.end = "";
  EXPECT_THAT(ask().status().message(), HasSubstr("before its end"));
  EXPECT_EQ(play_.requests, 2);
}

TEST_F(RemoteChatTest, an_error_within_the_answer_is_told) {
  play_.end = "data: {\"error\":{\"message\":\"overloaded " + kKey + "\"}}\n\n";
  const Status status = ask().status();
  EXPECT_THAT(status.message(), HasSubstr("overloaded"));
  EXPECT_THAT(status.message(), Not(HasSubstr(kKey)));
}

TEST_F(RemoteChatTest, a_wrong_key_is_told_and_not_shown) {
  options_.key = Secret("wrong-key-9876543210");
  const Status status = ask().status();
  EXPECT_EQ(status.code(), Code::kUnauthenticated);
  EXPECT_THAT(status.message(), Not(HasSubstr("9876543210")));
  EXPECT_EQ(play_.requests, 1);
}

TEST_F(RemoteChatTest, can_be_called_off_and_has_a_time_limit) {
  play_.fault = Fault::kHang;
  options_.request_timeout_ms = 50;
  options_.retries = 0;
  EXPECT_EQ(ask().status().code(), Code::kDeadlineExceeded);
  CancelToken token;
  token.cancel();
  EXPECT_EQ(ask({.cancel = token}).status().code(), Code::kCancelled);
}

TEST_F(RemoteChatTest, too_long_an_answer_is_refused) {
  options_.max_response_bytes = 100;
  EXPECT_EQ(ask().status().code(), Code::kResourceExhausted);
}

TEST_F(RemoteChatTest, what_is_missing_is_named) {
  options_.key = Secret();
  options_.provider = "openai";
  EXPECT_THAT(RemoteChat::make(options_).status().message(), HasSubstr("there is no key"));
  options_.provider = "compatible";
  EXPECT_TRUE(RemoteChat::make(options_).ok());
  options_.address = "";
  EXPECT_THAT(RemoteChat::make(options_).status().message(), HasSubstr("no address"));
  options_.provider = "nobody";
  EXPECT_THAT(RemoteChat::make(options_).status().message(),
              HasSubstr("there are openai, mistral, ollama, compatible"));
}

}  // namespace
}  // namespace vecstore
