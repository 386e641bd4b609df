#include "server/http/http_server.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

#include "server/http/test_client.h"
#include "service/test_service.h"

namespace vecstore {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

struct HttpServerTest : testing::Test {
  explicit HttpServerTest(HttpOptions options = {}) {
    options.port = 0;
    server = HttpServer::start(*test.service, options).value();
  }
  TestService test{{.limits = {.max_body_bytes = 100'000}}};
  std::unique_ptr<HttpServer> server;

  TestClient client() const { return TestClient(server->port()); }
  std::string head(const std::string& method, const std::string& target,
                   const std::string& more = "") const {
    return method + " " + target + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " +
           test.admin.token + "\r\n" + more + "\r\n";
  }
  std::string request(const std::string& method, const std::string& target,
                      const std::string& body) const {
    return head(method, target,
                "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n") +
           body;
  }
  void make_docs() {
    EXPECT_THAT(client().ask(request("PUT", "/v1/collections/docs", R"({"dimension": 2})")),
                StartsWith("HTTP/1.1 201 Created\r\n"));
  }
  static std::string upsert(const std::string& id) {
    return R"({"records": [{"id": ")" + id + R"(", "vector": [1, 0]}]})";
  }
};

const std::string kHealth = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(HttpServerTest, answers_many_requests_on_one_connection) {
  TestClient one = client();
  EXPECT_THAT(one.ask(kHealth), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(one.ask(request("PUT", "/v1/collections/docs", R"({"dimension": 2})")),
              HasSubstr("201"));
  for (int i = 0; i < 20; ++i)
    EXPECT_THAT(
        one.ask(request("POST", "/v1/collections/docs/records", upsert("r" + std::to_string(i)))),
        HasSubstr("\"inserted\":1"));
  EXPECT_THAT(
      one.ask(request("POST", "/v1/collections/docs/query", R"({"vector": [1, 0], "k": 3})")),
      HasSubstr("\"hits\":[{\"id\":\"r0\""));
  EXPECT_THAT(one.ask(head("DELETE", "/v1/collections/docs")),
              StartsWith("HTTP/1.1 204 No Content"));
}

TEST_F(HttpServerTest, requests_sent_at_once_are_answered_in_their_order) {
  make_docs();
  TestClient one = client();
  std::string all;
  for (int i = 0; i < 5; ++i)
    all += request("POST", "/v1/collections/docs/records", upsert("r" + std::to_string(i))) +
           head("GET", "/v1/collections/docs/records/r" + std::to_string(i));
  ASSERT_TRUE(one.send(all));
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(one.answer(), HasSubstr("\"inserted\":1"));
    EXPECT_THAT(one.answer(), HasSubstr("\"id\":\"r" + std::to_string(i) + "\""));
  }
}

TEST_F(HttpServerTest, a_body_may_come_in_chunks_and_after_being_asked_for) {
  make_docs();
  TestClient one = client();
  ASSERT_TRUE(one.send(head("POST", "/v1/collections/docs/query",
                            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n")));
  for (const char* piece : {"5\r\n{\"k\":\r\n", "3\r\n 7}\r\n", "0\r\n\r\n"}) one.send(piece);
  EXPECT_THAT(one.answer(), HasSubstr("200 OK"));
  ASSERT_TRUE(one.send(head("POST", "/v1/collections/docs/query",
                            "Content-Type: application/json\r\nContent-Length: 2\r\n"
                            "Expect: 100-continue\r\n")));
  EXPECT_EQ(one.answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(one.ask("{}"), HasSubstr("200 OK"));
}

TEST_F(HttpServerTest, what_is_too_long_is_refused_and_the_connection_ends) {
  make_docs();
  const std::string target = "/v1/collections/docs/query";
  TestClient told = client();
  EXPECT_THAT(told.ask(head("POST", target,
                            "Content-Type: application/json\r\nContent-Length: 100001\r\n")),
              StartsWith("HTTP/1.1 413"));
  EXPECT_TRUE(told.closes_in(5'000));
  TestClient chunks = client();
  chunks.send(
      head("POST", target, "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"));
  const std::string piece = "2710\r\n" + std::string(10'000, ' ') + "\r\n";
  for (int i = 0; i < 11; ++i) chunks.send(piece);
  EXPECT_THAT(chunks.answer(), StartsWith("HTTP/1.1 413"));
  EXPECT_TRUE(chunks.closes_in(5'000));
  TestClient flood = client();
  std::string many = "GET /healthz HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 2'000; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  flood.send(many);
  EXPECT_THAT(flood.answer(), StartsWith("HTTP/1.1 431"));
}

TEST_F(HttpServerTest, who_may_not_is_told_before_the_body_is_sent) {
  TestClient one = client();
  EXPECT_THAT(one.ask("POST /v1/collections/docs/records HTTP/1.1\r\nHost: x\r\nContent-Type: "
                      "application/json\r\nContent-Length: 90000\r\n\r\n"),
              StartsWith("HTTP/1.1 401 Unauthorized\r\n"));
  EXPECT_TRUE(one.closes_in(5'000));
}

TEST_F(HttpServerTest, long_bodies_are_so_many_at_a_time) {
  make_docs();
  const std::string long_one = head("POST", "/v1/collections/docs/query",
                                    "Content-Type: application/json\r\nContent-Length: 100000\r\n"
                                    "Expect: 100-continue\r\n");
  std::vector<TestClient> held;
  for (int i = 0; i < 16; ++i) {
    held.push_back(client());
    EXPECT_THAT(held.back().ask(long_one), HasSubstr("100 Continue"));
  }
  EXPECT_THAT(client().ask(long_one), StartsWith("HTTP/1.1 503"));
  held.clear();
  const double until = monotonic_ms() + 10'000;
  while (!client().ask(long_one).starts_with("HTTP/1.1 100") && monotonic_ms() < until) {
  }
  EXPECT_LT(monotonic_ms(), until);
}

TEST_F(HttpServerTest, what_is_no_request_is_refused) {
  make_docs();
  const std::string query =
      "POST /v1/collections/docs/query HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " +
      test.admin.token + "\r\nContent-Type: application/json\r\n";
  const std::vector<std::string> wrong = {
      "\r\n\r\n\r\n\r\n",
      "nonsense\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      "GET /healthz HTTP/1.1\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n",
      "GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
      query + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      query + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
      query + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
      query + "Content-Length: -1\r\n\r\n{}",
      query + "Content-Length: 2x\r\n\r\n{}",
      query + "Content-Length: 99999999999999999999\r\n\r\n{}",
      query + "Transfer-Encoding: gzip\r\n\r\n{}",
      query + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
      query + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
      query + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx0\r\n\r\n",
      query + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n"};
  for (const std::string& text : wrong) {
    TestClient one = client();
    one.send(text + "GET /healthz HTTP/1.1\r\nHost: smuggled\r\n\r\n");
    const std::string answer = one.answer();
    EXPECT_THAT(answer, testing::AnyOf(StartsWith("HTTP/1.1 400"), StartsWith("HTTP/1.1 413")))
        << text;
    EXPECT_TRUE(one.closes_in(5'000)) << text;
  }
  EXPECT_THAT(client().ask(kHealth), HasSubstr("200 OK"));
}

struct ImpatientTest : HttpServerTest {
  ImpatientTest()
      : HttpServerTest({.max_connections = 20,
                        .header_timeout = milliseconds(200),
                        .transfer_timeout = milliseconds(300),
                        .idle_timeout = milliseconds(600)}) {}
};

TEST_F(ImpatientTest, who_is_slow_or_says_nothing_is_left) {
  make_docs();
  TestClient silent = client(), header = client(), body = client();
  header.send("GET /healthz HTTP/1.1\r\nHo");
  body.send(head("POST", "/v1/collections/docs/query",
                 "Content-Type: application/json\r\nContent-Length: 50\r\n") +
            "{");
  const double begun = monotonic_ms();
  bool drips = true;
  for (int i = 0; i < 100 && drips; ++i) {  // a byte every now and then does not help
    std::this_thread::yield();
    drips = header.send("x") && !header.closes_in(20);
  }
  EXPECT_FALSE(drips);
  EXPECT_TRUE(body.closes_in(5'000));
  EXPECT_TRUE(silent.closes_in(5'000));
  EXPECT_GE(monotonic_ms() - begun, 500);
}

TEST_F(ImpatientTest, connections_are_so_many_at_most) {
  std::vector<TestClient> held;
  int served = 0;
  for (int i = 0; i < 40; ++i) {
    held.push_back(client());
    served += held.back().ask(kHealth).starts_with("HTTP/1.1 200");
  }
  EXPECT_EQ(served, 20);
  held.clear();
  const double until = monotonic_ms() + 10'000;
  while (!client().ask(kHealth).starts_with("HTTP/1.1 200") && monotonic_ms() < until) {
  }
  EXPECT_LT(monotonic_ms(), until);
}

// Queries that take as long as they are let: each picks 2,000 of 9,000 that differ most.
struct BusyTest : HttpServerTest {
  explicit BusyTest(const HttpOptions& options = {.threads = 1, .max_queued = 1})
      : HttpServerTest(options) {
    Collection docs = test.service->database().create_collection("docs", {.dimension = 64}).value();
    std::vector<Record> records(20'000);
    for (std::size_t i = 0; i < records.size(); ++i) {
      std::vector<float> vector(64, 1.0f);
      vector[i % 64] += static_cast<float>(i);
      records[i] = {.id = std::to_string(i), .vector = vector};
    }
    EXPECT_TRUE(docs.upsert_many(records).ok());
  }
  std::string long_request() const {
    std::string vector = "1";
    for (int i = 1; i < 64; ++i) vector += ",1";
    std::string queries;
    for (int i = 0; i < 200; ++i)
      queries += std::string(i ? "," : "") + "{\"vector\":[" + vector +
                 R"(],"mmr":{"lambda":0.5},"k":2000,"candidates":9000})";
    return request("POST", "/v1/collections/docs/query_many", "{\"queries\":[" + queries + "]}");
  }
  std::string long_query(int k) const {
    std::string vector = "1";
    for (int i = 1; i < 64; ++i) vector += ",1";
    return request("POST", "/v1/collections/docs/query",
                   "{\"vector\":[" + vector + R"(],"mmr":{"lambda":0.5},"candidates":9000,"k":)" +
                       std::to_string(k) + "}");
  }
  double in_flight() const { return test.service->metrics().value(Figure::kInFlight); }
  bool becomes(double wanted) const {
    const double until = monotonic_ms() + 20'000;
    while (in_flight() != wanted && monotonic_ms() < until) std::this_thread::yield();
    return in_flight() == wanted;
  }
};

TEST_F(BusyTest, when_nobody_is_free_it_says_so_and_health_still_answers) {
  TestClient first = client(), second = client(), third = client();
  first.send(long_request());
  ASSERT_TRUE(becomes(1));
  second.send(long_request());
  ASSERT_TRUE(becomes(2));
  const std::string refused = third.ask(head("GET", "/v1/stats"));
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(refused, HasSubstr("retry-after: 1\r\n"));
  EXPECT_THAT(third.ask(kHealth), HasSubstr("200 OK"));
  EXPECT_EQ(in_flight(), 2);
}

// Of rows that are two, which no sanitizer makes long.
struct BriefTest : BusyTest {
  explicit BriefTest(milliseconds briefly = milliseconds(60'000))
      : BusyTest({.threads = 1, .max_queued = 1, .briefly = briefly}) {
    Collection few = test.service->database().create_collection("few", {.dimension = 2}).value();
    EXPECT_TRUE(few.upsert({.id = "a", .vector = {1, 0}}).ok());
  }
  std::string ask_while_busy() {
    TestClient first = client(), second = client();
    first.send(long_request());
    EXPECT_TRUE(becomes(1));
    second.send(long_request());
    EXPECT_TRUE(becomes(2));
    return client().ask(request("POST", "/v1/collections/few/query", R"({"vector": [1, 0]})"));
  }
};
struct NotBriefTest : BriefTest {
  NotBriefTest() : BriefTest(milliseconds(0)) {}
};
struct TooBriefTest : BriefTest {
  TooBriefTest() : BriefTest(milliseconds(1)) {}
};

TEST_F(BriefTest, a_query_that_is_soon_over_needs_nobody_to_be_free) {
  const std::string answer = ask_while_busy();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(answer, HasSubstr(R"("id":"a")"));
  EXPECT_EQ(test.service->metrics().value(Figure::kRequests, {"query", "ok"}), 1);
}

TEST_F(NotBriefTest, without_that_it_waits_as_all_do) {
  EXPECT_THAT(ask_while_busy(), StartsWith("HTTP/1.1 503"));
}

TEST_F(TooBriefTest, a_query_that_takes_longer_is_answered_whole_by_another_thread) {
  for (int i = 0; i < 3; ++i) {
    const std::string answer = client().ask(long_query(100));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(answer, HasSubstr(R"("partial":false)"));
  }
  EXPECT_EQ(test.service->metrics().value(Figure::kRequests, {"query", "ok"}), 3);
}

TEST_F(BusyTest, what_nobody_waits_for_is_called_off) {
  {
    TestClient gone = client();
    gone.send(long_request());
    ASSERT_TRUE(becomes(1));
  }
  EXPECT_TRUE(becomes(0));
  EXPECT_EQ(test.service->metrics().value(Figure::kRequests, {"query_many", "cancelled"}), 1);
}

TEST_F(BusyTest, a_drain_that_takes_too_long_calls_off_what_is_left) {
  TestClient one = client();
  one.send(long_request());
  ASSERT_TRUE(becomes(1));
  EXPECT_FALSE(server->drain(milliseconds(50)));
  EXPECT_TRUE(becomes(0));
}

TEST_F(HttpServerTest, a_drain_loses_nothing_that_was_acknowledged_and_answers_what_is_under_way) {
  make_docs();
  std::atomic<int> acknowledged = 0;
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      TestClient one = client();
      for (int i = 0; !stop; ++i) {
        const std::string answer =
            one.ask(request("POST", "/v1/collections/docs/records",
                            upsert(std::to_string(t) + "-" + std::to_string(i))));
        if (answer.find("\"inserted\":1") == answer.npos) break;
        ++acknowledged;
        if (answer.find("Connection: close") != answer.npos) break;
      }
    });
  while (acknowledged < 50) std::this_thread::yield();
  EXPECT_TRUE(server->drain(milliseconds(10'000)));
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(client().connected() && !client().ask(kHealth).empty());
  const std::uint64_t there = test.service->database().collection("docs")->count().value();
  EXPECT_GE(there, static_cast<std::uint64_t>(acknowledged.load()));
  EXPECT_LE(there, static_cast<std::uint64_t>(acknowledged + 4));
}

TEST(HttpServer, says_why_it_cannot_listen) {
  TestService test;
  HttpOptions options{.port = 0};
  const auto first = HttpServer::start(*test.service, options).value();
  options.port = first->port();
  EXPECT_EQ(HttpServer::start(*test.service, options).status().code(), Code::kUnavailable);
  EXPECT_FALSE(HttpServer::start(*test.service, {.address = "nowhere"}).ok());
  EXPECT_FALSE(HttpServer::start(*test.service, {.certificate = "a"}).ok());
  const Status status =
      HttpServer::start(*test.service, {.certificate = "no.pem", .key = "no.pem"}).status();
  EXPECT_THAT(status.message(), HasSubstr("no.pem is no certificate"));
}

}  // namespace
}  // namespace vecstore
