#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/test_folder.h"
#include "embed/remote/http_client.h"
#include "embed/remote/remote_embedder.h"
#include "embed/remote/test_provider_server.h"
#include "embed/remote/test_tls.h"

namespace vecstore {
namespace {

using ::testing::HasSubstr;

// A POST to `host` of a server with that certificate, which is trusted or not.
Result<HttpResponse> post(const TestCertificate& wanted, bool trusted,
                          const std::string& host = "127.0.0.1", int* requests = nullptr) {
  TestTls tls(wanted);
  TestHttpServer server([](const TestRequest&) { return TestReply{.body = "{}"}; }, tls.wrap());
  TestFolder folder;
  HttpSettings settings;
  if (trusted) settings.ca_file = folder.write("ca.pem", tls.pem());
  auto client = HttpClient::make(settings).value();
  auto response = client->post(
      {"https://" + host + ":" + std::to_string(server.port()), {{"Authorization", "k"}}, "{}"},
      10'000);
  if (requests) *requests = server.requests();
  return response;
}

TEST(HttpClientTls, speaks_with_a_server_whose_certificate_is_trusted) {
  EXPECT_EQ(post({}, true).value().body, "{}");
  EXPECT_EQ(post({.names = "DNS:localhost"}, true, "localhost").value().body, "{}");
}

TEST(HttpClientTls, refuses_every_other_certificate_before_anything_is_sent) {
  const struct {
    const char* what;
    TestCertificate certificate;
    bool trusted;
    const char* host;
  } kCases[] = {
      {"signed by itself", {}, false, "127.0.0.1"},
      {"for another address", {.names = "IP:10.0.0.1"}, true, "127.0.0.1"},
      {"for another name", {.names = "DNS:example.com"}, true, "localhost"},
      {"over", {.from_days = -10, .to_days = -1}, true, "127.0.0.1"},
      {"not yet", {.from_days = 1, .to_days = 10}, true, "127.0.0.1"},
  };
  for (const auto& c : kCases) {
    int requests = -1;
    const auto response = post(c.certificate, c.trusted, c.host, &requests);
    EXPECT_EQ(response.status().code(), Code::kFailedPrecondition)
        << c.what << response.status().to_string();
    EXPECT_THAT(response.status().message(), HasSubstr("certificate")) << c.what;
    EXPECT_EQ(requests, 0) << c.what;
  }
}

TEST(HttpClientTls, refuses_versions_before_1_2) {
  TestTls tls({});
  tls.at_most(TLS1_1_VERSION);
  TestHttpServer server([](const TestRequest&) { return TestReply{.body = "{}"}; }, tls.wrap());
  TestFolder folder;
  auto client = HttpClient::make({.ca_file = folder.write("ca.pem", tls.pem())}).value();
  EXPECT_FALSE(
      client->post({"https://127.0.0.1:" + std::to_string(server.port()), {}, "{}"}, 10'000).ok());
}

TEST(HttpClientTls, a_connection_that_is_not_made_in_time_is_given_up) {
  TestHttpServer server([](const TestRequest&) { return TestReply{}; },
                        [](int fd) -> TestStream {
                          char hello[1];
                          while (::recv(fd, hello, 1, 0) > 0) {  // and never a word back
                          }
                          return {};
                        });
  const double start = monotonic_ms();
  auto client = HttpClient::make({.connect_timeout_ms = 200}).value();
  const auto response =
      client->post({"https://127.0.0.1:" + std::to_string(server.port()), {}, "{}"}, 60'000);
  EXPECT_EQ(response.status().code(), Code::kDeadlineExceeded);
  EXPECT_LT(monotonic_ms() - start, 5000);
}

TEST(HttpClientTls, an_embedder_trusts_the_certificates_it_is_told_to) {
  TestTls tls({});
  TestHttpServer server(ProviderPlay("openai"), tls.wrap());
  TestFolder folder;
  RemoteOptions options =
      options_for("openai", "https://127.0.0.1:" + std::to_string(server.port()));
  const Status refused = RemoteEmbedder::make(options).value()->embed("a").status();
  EXPECT_EQ(refused.code(), Code::kFailedPrecondition);
  EXPECT_EQ(server.requests(), 0);
  options.ca_file = folder.write("ca.pem", tls.pem());
  EXPECT_TRUE(RemoteEmbedder::make(options).value()->embed("a").ok());
}

TEST(HttpClientTls, a_file_of_certificates_that_is_none_is_named) {
  TestFolder folder;
  for (const std::string& file :
       {folder.write("bad.pem", "no certificate"), (folder / "missing.pem").string()}) {
    auto client = HttpClient::make({.ca_file = file}).value();
    const Status status = client->post({"https://127.0.0.1:1", {}, "{}"}, 10'000).status();
    EXPECT_FALSE(status.ok());
  }
}

TEST(HttpClientTls, a_server_that_leaves_while_much_is_sent_does_not_end_the_process) {
  TestTls tls({});
  TestHttpServer server([](const TestRequest&) { return TestReply{}; },
                        [&](int fd) -> TestStream {
                          const TestStream stream = tls.wrap()(fd);
                          char some[100];
                          if (stream.read) stream.read(some, sizeof some);
                          const linger at_once{1, 0};
                          ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
                          return {};
                        });
  TestFolder folder;
  auto client = HttpClient::make({.ca_file = folder.write("ca.pem", tls.pem())}).value();
  ::signal(SIGPIPE, SIG_DFL);
  const auto response = client->post(
      {"https://127.0.0.1:" + std::to_string(server.port()), {}, std::string(20'000'000, 'x')},
      10'000);
  EXPECT_EQ(response.status().code(), Code::kUnavailable);
  ::signal(SIGPIPE, SIG_IGN);
}

}  // namespace
}  // namespace vecstore
