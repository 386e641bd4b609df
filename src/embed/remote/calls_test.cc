#include "embed/remote/calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "base/clock.h"
#include "embed/remote/provider.h"
#include "embed/remote/test_provider_server.h"
#include "embed/remote/test_time.h"

namespace vecstore {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A server that gives these replies one after another, the last for ever, and one who asks it.
class CallsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (HttpClient::make({}).status().code() == Code::kUnimplemented)
      GTEST_SKIP() << "this build has no http";
    options.provider = "openai";
    options.model = "m";
    options.key = Secret("sk-test-0123456789abcdef");
    options.time = time.time();
  }

  Status ask(std::vector<TestReply> replies) {
    std::size_t next = 0;
    TestHttpServer server([&](const TestRequest&) {
      std::lock_guard lock(mutex);
      return replies[std::min(next++, replies.size() - 1)];
    });
    auto calls = Calls::make(options).value();
    const Status status = calls->ask(
        {server.address(), {}, "{}"}, 10, calls->deadline_ms(), [this](const Value& answer) {
          answers.push_back(answer.to_json());
          return refuse_with.ok() ? Result<std::uint64_t>(5) : Result<std::uint64_t>(refuse_with);
        });
    usage = calls->usage();
    return status;
  }

  TestTime time;
  RemoteOptions options;
  std::mutex mutex;
  std::vector<std::string> answers;
  Status refuse_with;
  RemoteUsage usage;
};

const TestReply kGood{.body = "{\"good\":1}"};

TEST_F(CallsTest, gives_an_answer_to_its_reader_once) {
  EXPECT_TRUE(ask({kGood}).ok());
  EXPECT_EQ(answers, std::vector<std::string>{"{\"good\":1}"});
  EXPECT_EQ(usage.requests, 1u);
  EXPECT_EQ(usage.tokens, 5u);
  EXPECT_EQ(time.elapsed_ms(), 0);
}

TEST_F(CallsTest, tries_again_what_may_pass) {
  for (const TestReply& bad :
       {TestReply{.status = 500}, TestReply{.status = 503}, TestReply{.status = 429},
        TestReply{.status = 408}, TestReply{.status = 409}, TestReply{.fault = Fault::kReset},
        TestReply{.body = "{\"a\":1}", .fault = Fault::kTruncate}, TestReply{.body = "{\"cut\":"},
        TestReply{.body = "<html>busy</html>"}, TestReply{.fault = Fault::kNoHttp}}) {
    answers.clear();
    EXPECT_TRUE(ask({bad, bad, kGood}).ok()) << bad.status << bad.body;
    EXPECT_EQ(answers.size(), 1u);
    EXPECT_EQ(usage.requests, 3u);
    EXPECT_EQ(usage.retries, 2u);
  }
}

TEST_F(CallsTest, does_not_try_again_what_will_not) {
  const std::pair<int, Code> kCases[] = {
      {400, Code::kInvalidArgument},   {401, Code::kUnauthenticated},
      {402, Code::kResourceExhausted}, {403, Code::kPermissionDenied},
      {404, Code::kNotFound},          {413, Code::kInvalidArgument},
      {422, Code::kInvalidArgument},   {501, Code::kUnimplemented},
      {308, Code::kFailedPrecondition}};
  for (const auto& [status, code] : kCases) {
    const Status error =
        ask({{.status = status, .body = R"({"error":{"message":"because"}})"}, kGood});
    EXPECT_EQ(error.code(), code) << status;
    EXPECT_THAT(error.message(),
                HasSubstr("openai: http status " + std::to_string(status) + ": because"));
    EXPECT_EQ(usage.requests, 1u) << status;
  }
}

TEST_F(CallsTest, does_not_try_again_what_its_reader_refuses) {
  refuse_with = Status(Code::kUnknown, "the wrong dimension");
  EXPECT_EQ(ask({kGood}).to_string(), "unknown: openai: the wrong dimension");
  EXPECT_EQ(usage.requests, 1u);
}

TEST_F(CallsTest, gives_up_after_so_many_attempts) {
  options.retries = 3;
  const Status error = ask({{.status = 500, .body = "out of order"}});
  EXPECT_EQ(error.to_string(), "unavailable: openai (attempt 4): http status 500: out of order");
  EXPECT_EQ(usage.requests, 4u);
  EXPECT_LE(time.elapsed_ms(), 500 + 1000 + 2000);
  EXPECT_GT(time.elapsed_ms(), 0);
}

TEST_F(CallsTest, does_not_wait_for_a_quota_that_is_used_up) {
  const Status error = ask(
      {{.status = 429, .body = R"({"error":{"message":"no credit","code":"insufficient_quota"}})"},
       kGood});
  EXPECT_EQ(error.code(), Code::kResourceExhausted);
  EXPECT_EQ(usage.requests, 1u);
}

TEST_F(CallsTest, waits_as_long_as_it_is_asked_to) {
  const std::pair<std::string, std::string> kHeaders[] = {
      {"Retry-After", "20"},
      {"Retry-After", "Sun, 06 Nov 1994 08:49:57 GMT"},
      {"retry-after-ms", "20000"}};
  for (const auto& header : kHeaders) {
    TestTime fresh;
    options.time = fresh.time();
    EXPECT_TRUE(ask({{.status = 429, .headers = {header}}, kGood}).ok());
    EXPECT_GE(fresh.elapsed_ms(), 20'000) << header.second;
    EXPECT_LE(fresh.elapsed_ms(), 20'600) << header.second;
  }
}

TEST_F(CallsTest, when_one_is_told_to_wait_all_wait) {
  std::vector<double> arrived;
  TestHttpServer server([&](const TestRequest&) {
    std::lock_guard lock(mutex);
    arrived.push_back(time.elapsed_ms());
    return arrived.size() == 1 ? TestReply{.status = 429, .headers = {{"Retry-After", "20"}}}
                               : kGood;
  });
  std::unique_ptr<Calls> calls;
  bool begun = false;
  const auto ask_once = [&] {
    return calls->ask({server.address(), {}, "{}"}, 10, calls->deadline_ms(),
                      [](const Value&) -> Result<std::uint64_t> { return std::uint64_t{0}; });
  };
  options.time.wait = [&](double ms) {
    time.advance(ms);
    const bool first = !std::exchange(begun, true);
    if (first) {
      EXPECT_TRUE(ask_once().ok());  // while the other waits
    }
  };
  calls = Calls::make(options).value();
  EXPECT_TRUE(ask_once().ok());
  ASSERT_EQ(arrived.size(), 3u);
  EXPECT_EQ(arrived[0], 0);
  EXPECT_GE(arrived[1], 20'000);
  EXPECT_GE(arrived[2], 20'000);
}

TEST_F(CallsTest, a_wait_beyond_the_time_limit_is_an_error_at_once) {
  options.total_timeout_ms = 60'000;
  const Status error =
      ask({{.status = 429, .headers = {{"Retry-After", "86400"}}, .body = "slow down"}, kGood});
  EXPECT_EQ(error.code(), Code::kResourceExhausted);
  EXPECT_THAT(
      error.message(),
      HasSubstr("slow down; the next attempt would wait 86401 s, beyond the time limit of 60 s"));
  EXPECT_EQ(time.elapsed_ms(), 0);
}

TEST_F(CallsTest, all_attempts_and_waits_end_with_the_time_limit) {
  options.total_timeout_ms = 20'000;
  options.retries = 100;
  const Status error = ask({{.status = 500}});
  EXPECT_FALSE(error.ok());
  EXPECT_LE(time.elapsed_ms(), 20'000);
  EXPECT_LT(usage.requests, 40u);
}

TEST_F(CallsTest, a_slow_server_costs_no_more_than_the_time_limit) {
  options.time = computer_time();
  options.total_timeout_ms = 700;
  options.request_timeout_ms = 300;
  const double start = monotonic_ms();
  for (const Fault fault : {Fault::kHang, Fault::kDrip})
    EXPECT_EQ(ask({{.fault = fault}}).code(), Code::kDeadlineExceeded);
  EXPECT_LT(monotonic_ms() - start, 2 * 700 + 2000);
}

TEST_F(CallsTest, a_token_ends_a_wait) {
  options.time.wait = [this](double ms) {
    time.advance(ms);
    options.cancel.cancel();
  };
  EXPECT_EQ(ask({{.status = 429, .headers = {{"Retry-After", "100"}}}}).code(), Code::kCancelled);
  EXPECT_LT(time.elapsed_ms(), 1000);
}

TEST_F(CallsTest, keeps_to_the_requests_of_a_minute) {
  options.requests_per_minute = 60;
  options.retries = 10;
  options.backoff_ms = 0;
  options.max_backoff_ms = 0;
  const TestReply bad{.status = 500};
  EXPECT_TRUE(ask({bad, bad, bad, bad, bad, kGood}).ok());
  EXPECT_GE(time.elapsed_ms(), 4000);
}

TEST_F(CallsTest, keeps_to_the_tokens_of_a_minute) {
  options.tokens_per_minute = 60;  // each attempt is thought to have 10
  options.backoff_ms = 0;
  options.max_backoff_ms = 0;
  EXPECT_TRUE(ask({{.status = 500}, kGood}).ok());
  EXPECT_GE(time.elapsed_ms(), 9000);
}

TEST_F(CallsTest, hands_its_settings_to_the_client) {
  options.max_response_bytes = 5;
  EXPECT_EQ(ask({kGood}).code(), Code::kResourceExhausted);
  EXPECT_EQ(usage.requests, 1u);
  options.max_response_bytes = 100;
  TestHttpServer proxy([](const TestRequest& request) {
    return TestReply{.body = Value(Object{{"via", request.path}}).to_json()};
  });
  options.proxy = proxy.address();
  EXPECT_TRUE(ask({kGood}).ok());
  EXPECT_THAT(answers.back(), HasSubstr("{\"via\":\"http://127.0.0.1:"));
}

// Servers that write the key into whatever they can.
TEST_F(CallsTest, never_shows_a_key) {
  const std::string key = "sk-test-0123456789abcdef";
  const std::string org = "org-9876543210zyxwvu";
  options.headers = {{"OpenAI-Organization", Secret(org)}};
  const std::string echo = "you sent " + key + " of " + org + " and " + std::string(390, '.') + key;
  options.retries = 1;
  refuse_with = Status(Code::kUnknown, echo);
  for (const TestReply& reply :
       {TestReply{.status = 401, .body = echo},
        TestReply{.status = 500,
        .body = Value(Object{{"error", Object{{"message", echo}}}}).to_json()},
        TestReply{.status = 302, .headers = {{"Location", "https://evil.example/?k=" + key}}},
        TestReply{.status = 400, .body = Value(Object{{"detail", echo}}).to_json()},
        TestReply{.body = "{\"" + key + "\": 1, \"" + key + "\": 2}"},
        TestReply{.body = "{\"a\":" + key}, kGood,
        TestReply{.status = 403, .body = "cut " + key.substr(0, 15)},
        TestReply{.status = 403, .body = "Bearer " + key.substr(5)}}) {
    const std::string error = ask({reply}).to_string();
    EXPECT_THAT(error, HasSubstr("openai")) << reply.body;
    EXPECT_THAT(error, Not(HasSubstr("0123456789")));
    EXPECT_THAT(error, Not(HasSubstr("9876543210")));
    EXPECT_LE(error.size(), 700u);
  }
}

TEST_F(CallsTest, looks_at_the_beginning_of_a_large_error_alone) {
  options.retries = 0;
  const std::string error =
      ask({{.status = 500, .body = "out of order" + std::string(30'000'000, '!')}}).message();
  EXPECT_THAT(error, HasSubstr("http status 500: out of order!!!"));
  EXPECT_LE(error.size(), 500u);
}

TEST_F(CallsTest, redirects_name_where_and_are_not_followed) {
  TestHttpServer other([](const TestRequest&) { return kGood; });
  const Status error = ask({{.status = 307, .headers = {{"Location", other.address() + "/v1"}}}});
  EXPECT_EQ(error.code(), Code::kFailedPrecondition);
  EXPECT_THAT(error.message(),
              HasSubstr("a redirect to '" + other.address() + "/v1', which is not followed"));
  EXPECT_EQ(other.connections(), 0);
}

}  // namespace
}  // namespace vecstore
