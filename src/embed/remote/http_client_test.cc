#include "embed/remote/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <thread>

#include "base/clock.h"
#include "embed/remote/test_http_server.h"

namespace vecstore {
namespace {

using ::testing::HasSubstr;

class HttpClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (HttpClient::make({}).status().code() == Code::kUnimplemented)
      GTEST_SKIP() << "this build has no http";
  }

  // What one POST to a server that answers so comes to.
  static Result<HttpResponse> post(const TestReply& reply, const HttpSettings& settings = {},
                                   std::int64_t timeout_ms = 10'000) {
    TestHttpServer server([&](const TestRequest&) { return reply; });
    auto client = HttpClient::make(settings).value();
    return client->post({server.address() + "/x", {}, "{}"}, timeout_ms);
  }
};

TEST(HttpClient, is_there_or_says_that_the_build_has_none) {
  const auto client = HttpClient::make({});
  if (client.ok()) return;
  EXPECT_EQ(client.status().code(), Code::kUnimplemented);
  EXPECT_THAT(client.status().message(), HasSubstr("without libcurl"));
}

TEST_F(HttpClientTest, posts_json_and_gives_back_status_headers_and_body) {
  TestRequest seen;
  TestHttpServer server([&](const TestRequest& request) {
    seen = request;
    return TestReply{.status = 418, .headers = {{"X-One", " a "}, {"x-one", "b"}}, .body = "tea"};
  });
  auto client = HttpClient::make({}).value();
  const HttpResponse response =
      client
          ->post({server.address() + "/path?q=1", {{"Authorization", "Bearer k"}}, "{\"a\":1}"},
                 10'000)
          .value();
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.path, "/path?q=1");
  EXPECT_EQ(seen.body, "{\"a\":1}");
  EXPECT_EQ(seen.headers["content-type"], "application/json");
  EXPECT_EQ(seen.headers["authorization"], "Bearer k");
  EXPECT_EQ(seen.headers.count("expect"), 0u);
  EXPECT_EQ(response.status, 418);
  EXPECT_EQ(response.body, "tea");
  ASSERT_NE(response.header("x-one"), nullptr);
  EXPECT_EQ(*response.header("x-one"), "b");
  EXPECT_EQ(response.header("x-two"), nullptr);
}

TEST_F(HttpClientTest, a_sink_takes_a_good_answer_and_no_other) {
  const auto ask = [](int status, const Status& said, std::string& taken) {
    TestHttpServer server(
        [&](const TestRequest&) { return TestReply{.status = status, .body = "tea"}; });
    HttpRequest request{server.address() + "/x", {}, "{}"};
    request.sink = [&](std::string_view bytes) {
      taken += bytes;
      return said;
    };
    return HttpClient::make({}).value()->post(request, 10'000);
  };
  std::string taken;
  EXPECT_EQ(ask(200, Status(), taken)->body, "");
  EXPECT_EQ(taken, "tea");
  EXPECT_EQ(ask(500, Status(), taken)->body, "tea");
  EXPECT_EQ(taken, "tea");
  const Status refused = ask(200, data_loss("no tea"), taken).status();
  EXPECT_EQ(refused.code(), Code::kDataLoss);
  EXPECT_EQ(refused.message(), "no tea");
}

TEST_F(HttpClientTest, uses_a_connection_again) {
  TestHttpServer server([](const TestRequest&) { return TestReply{.body = "{}"}; });
  auto client = HttpClient::make({}).value();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client->post({server.address(), {}, "{}"}, 10'000).ok());
  EXPECT_EQ(server.requests(), 5);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpClientTest, sends_a_large_body_and_gets_a_large_answer) {
  TestHttpServer server([](const TestRequest& request) { return TestReply{.body = request.body}; });
  auto client = HttpClient::make({}).value();
  const std::string body(5'000'000, 'x');
  EXPECT_EQ(client->post({server.address(), {}, body}, 60'000).value().body, body);
}

TEST_F(HttpClientTest, does_not_follow_a_redirect) {
  TestHttpServer other([](const TestRequest&) { return TestReply{.body = "{}"}; });
  for (const int status : {301, 302, 303, 307, 308}) {
    const auto response =
        post({.status = status, .headers = {{"Location", other.address() + "/take"}}});
    EXPECT_EQ(response.value().status, status);
  }
  EXPECT_EQ(other.connections(), 0);
}

TEST_F(HttpClientTest, gives_up_on_a_server_that_says_nothing_or_little_in_time) {
  for (const Fault fault : {Fault::kHang, Fault::kDrip}) {
    const double start = monotonic_ms();
    const auto response = post({.fault = fault}, {}, 300);
    EXPECT_EQ(response.status().code(), Code::kDeadlineExceeded) << response.status().to_string();
    EXPECT_LT(monotonic_ms() - start, 5000);
  }
}

TEST_F(HttpClientTest, an_answer_that_ends_early_is_none) {
  for (const Fault fault : {Fault::kTruncate, Fault::kReset, Fault::kNoHttp}) {
    const auto response = post({.body = "{\"data\": []}", .fault = fault});
    EXPECT_EQ(response.status().code(), Code::kUnavailable) << static_cast<int>(fault);
  }
}

TEST_F(HttpClientTest, nobody_there_is_unavailable) {
  std::string address;
  {
    address = TestHttpServer([](const TestRequest&) { return TestReply{}; }).address();
  }
  auto client = HttpClient::make({}).value();
  EXPECT_EQ(client->post({address, {}, "{}"}, 10'000).status().code(), Code::kUnavailable);
}

TEST_F(HttpClientTest, an_answer_beyond_the_limit_is_refused_while_it_comes) {
  const auto response = post({.fault = Fault::kEndless}, {.max_response_bytes = 1'000'000});
  EXPECT_EQ(response.status().code(), Code::kResourceExhausted);
  EXPECT_EQ(response.status().message(), "the answer has more than 1000000 bytes");
  EXPECT_TRUE(post({.body = std::string(1000, ' ')}, {.max_response_bytes = 1000}).ok());
  EXPECT_FALSE(post({.body = std::string(1001, ' ')}, {.max_response_bytes = 1000}).ok());
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST_F(HttpClientTest, decompresses_and_counts_what_comes_out) {
  const std::string text(3'000'000, 'z');
  const TestReply reply{.headers = {{"Content-Encoding", "gzip"}}, .body = gzip(text)};
  EXPECT_LT(reply.body.size(), 20'000u);
  EXPECT_EQ(post(reply).value().body, text);
  EXPECT_EQ(post(reply, {.max_response_bytes = 1'000'000}).status().code(),
            Code::kResourceExhausted);
  TestReply broken = reply;
  broken.body[100] ^= 0x55;
  EXPECT_EQ(post(broken).status().code(), Code::kUnavailable);
}

TEST_F(HttpClientTest, a_token_ends_a_request_under_way) {
  HttpSettings settings;
  TestHttpServer server([&](const TestRequest&) {
    settings.cancel.cancel();
    return TestReply{.fault = Fault::kHang};
  });
  auto client = HttpClient::make(settings).value();
  const double start = monotonic_ms();
  EXPECT_EQ(client->post({server.address(), {}, "{}"}, 60'000).status().code(), Code::kCancelled);
  EXPECT_LT(monotonic_ms() - start, 10'000);
}

TEST_F(HttpClientTest, takes_a_proxy_from_its_settings_alone) {
  TestHttpServer proxy(
      [](const TestRequest& request) { return TestReply{.body = "via " + request.path}; });
  TestHttpServer server([](const TestRequest&) { return TestReply{.body = "direct"}; });
  ::setenv("http_proxy", proxy.address().c_str(), 1);
  auto plain = HttpClient::make({}).value();
  EXPECT_EQ(plain->post({server.address() + "/a", {}, "{}"}, 10'000).value().body, "direct");
  ::unsetenv("http_proxy");
  ::setenv("no_proxy", "*", 1);
  auto through = HttpClient::make({.proxy = proxy.address()}).value();
  EXPECT_EQ(through->post({server.address() + "/a", {}, "{}"}, 10'000).value().body,
            "via " + server.address() + "/a");
  ::unsetenv("no_proxy");
}

TEST_F(HttpClientTest, speaks_no_other_protocol) {
  auto client = HttpClient::make({}).value();
  for (const char* url :
       {"file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1:1/x", "", "http://"}) {
    EXPECT_EQ(client->post({url, {}, "{}"}, 1000).status().code(), Code::kInvalidArgument) << url;
  }
}

TEST_F(HttpClientTest, serves_many_threads) {
  TestHttpServer server([](const TestRequest& request) { return TestReply{.body = request.body}; });
  auto client = HttpClient::make({}).value();
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string body = std::to_string(t * 1000 + i);
        right += client->post({server.address(), {}, body}, 30'000).value().body == body;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 400);
  EXPECT_LE(server.connections(), 8);
}

}  // namespace
}  // namespace vecstore
