#include "server/http/front.h"

#include <gmock/gmock.h>

#include "server/http/http_status.h"
#include "service/test_service.h"

namespace vecstore {
namespace {

using testing::HasSubstr;

struct FrontTest : testing::Test {
  TestService test{{.limits = {.max_body_bytes = 1'000}}};
  Front front{*test.service};

  static RequestHead head(std::string method, std::string target, const std::string& token = "",
                          std::string type = "application/json") {
    RequestHead head{std::move(method), std::move(target), {{"host", "db.example"}}};
    if (!token.empty()) head.headers.emplace_back("authorization", "Bearer " + token);
    if (!type.empty()) head.headers.emplace_back("content-type", type);
    return head;
  }

  HttpResponse ask(RequestHead asked, const std::string& body = "") {
    if (!body.empty()) {
      asked.has_body = true;
      asked.content_length = body.size();
    }
    auto begun = front.begin(asked, "127.0.0.1");
    if (auto* response = std::get_if<HttpResponse>(&begun)) return *response;
    return front.answer(std::get<Accepted>(begun), body);
  }
  int status(RequestHead asked, const std::string& body = "") {
    return ask(std::move(asked), body).status;
  }
  void make_docs() {
    ASSERT_EQ(status(head("PUT", "/v1/collections/docs", test.admin.token), R"({"dimension": 2})"),
              201);
    ASSERT_EQ(status(head("POST", "/v1/collections/docs/records", test.editor.token),
                     R"({"records": [{"id": "a/1", "vector": [1, 0], "metadata": {"n": 1}},
                                     {"id": "b", "vector": [0, 1], "text": "open"}]})"),
              200);
  }
};

TEST_F(FrontTest, a_collection_from_its_making_to_its_end) {
  make_docs();
  const auto body = [&](const char* method, const char* target, const char* sent = "") {
    return ask(head(method, target, test.admin.token), sent).body;
  };
  EXPECT_EQ(body("GET", "/v1/collections"), R"({"collections":["docs"]})");
  EXPECT_THAT(body("GET", "/v1/collections/docs"), HasSubstr("\"dimension\":2"));
  EXPECT_THAT(body("GET", "/v1/collections/docs/records/a%2F1"), HasSubstr("\"vector\":[1.0,0.0]"));
  EXPECT_THAT(body("POST", "/v1/collections/docs/query", R"({"vector": [1, 0.1], "k": 1})"),
              HasSubstr("{\"hits\":[{\"id\":\"a/1\",\"score\":"));
  EXPECT_THAT(body("POST", "/v1/collections/docs/query", R"({"text": "open"})"),
              HasSubstr("\"id\":\"b\""));
  EXPECT_THAT(body("GET", "/v1/collections/docs/records?limit=1"), HasSubstr("\"next\":\"a/1\""));
  EXPECT_THAT(body("PATCH", "/v1/collections/docs/records/b", R"({"patch": {"n": 2}})"),
              HasSubstr("\"replaced\":1"));
  EXPECT_THAT(body("POST", "/v1/collections/docs/delete", R"({"filter": "n = 2"})"),
              HasSubstr("\"replaced\":1"));
  EXPECT_THAT(body("DELETE", "/v1/collections/docs/records/a%2F1"), HasSubstr("\"replaced\":1"));
  EXPECT_THAT(body("GET", "/v1/collections/docs/stats"), HasSubstr("\"records\":0"));
  EXPECT_EQ(status(head("DELETE", "/v1/collections/docs", test.admin.token)), 204);
  EXPECT_EQ(status(head("GET", "/v1/collections/docs", test.admin.token)), 404);
}

TEST_F(FrontTest, a_vector_may_come_in_bytes) {
  make_docs();
  const std::string bytes("\0\0\0\0\0\0\x80\x3f", 8);
  const std::string type = "application/octet-stream";
  const auto query = [&](const std::string& target) {
    return ask(head("POST", "/v1/collections/docs/query" + target, test.viewer.token, type), bytes);
  };
  EXPECT_THAT(query("?k=1").body, HasSubstr("{\"hits\":[{\"id\":\"b\",\"score\":1.0"));
  EXPECT_THAT(query("?filter=n+%3D+1&metadata=false").body, HasSubstr("\"id\":\"a/1\""));
  EXPECT_EQ(query("?kk=1").status, 400);
  EXPECT_EQ(status(head("POST", "/v1/collections/docs/query?k=1", test.viewer.token), "{}"), 400);
}

TEST_F(FrontTest, nothing_but_health_is_open) {
  for (const Route& route : all_routes()) {
    std::string target(route.pattern);
    for (std::size_t at = 0; (at = target.find_first_of("{}")) != target.npos;) target.erase(at, 1);
    const HttpResponse response = ask(head(std::string(route.method), target), "{}");
    EXPECT_EQ(response.status == 401, route.operation.has_value()) << target;
    if (response.status == 401) {
      EXPECT_THAT(response.headers, testing::Contains(testing::Key("www-authenticate")));
    }
  }
}

TEST_F(FrontTest, who_may_not_is_refused_before_the_body_is_read) {
  RequestHead asked = head("POST", "/v1/collections/docs/records", test.viewer.token);
  asked.has_body = true;  // in chunks: nothing of it is there
  const auto begun = front.begin(asked, "127.0.0.1");
  ASSERT_TRUE(std::holds_alternative<HttpResponse>(begun));
  EXPECT_EQ(std::get<HttpResponse>(begun).status, 403);
  asked = head("POST", "/v1/collections/docs/records", test.editor.token);
  asked.has_body = true;
  asked.content_length = 1'001;
  EXPECT_EQ(std::get<HttpResponse>(front.begin(asked, "a")).status, 413);
}

TEST_F(FrontTest, every_spelling_but_one_is_no_route) {
  const std::string& token = test.admin.token;
  for (const char* target :
       {"/v1/collections/", "//v1/collections", "/v1//collections", "/v1/./collections",
        "/v1/x/../collections", "/V1/collections", "/v1/collections;x", "/v1/%63ollections/",
        "http://db/v1/collections", "*", "/healthz/../v1/collections"})
    EXPECT_THAT(status(head("GET", target, token)), testing::AnyOf(400, 404)) << target;
  EXPECT_EQ(status(head("GET", "/" + std::string(9'000, 'a'), token)), 414);
  const HttpResponse wrong = ask(head("POST", "/v1/stats", token));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_THAT(wrong.headers, testing::Contains(testing::Pair("allow", "GET")));
}

TEST_F(FrontTest, keys_come_in_one_header_alone) {
  EXPECT_EQ(status(head("GET", "/v1/collections?key=" + test.admin.token)), 401);
  RequestHead twice = head("GET", "/v1/collections", test.admin.token);
  twice.headers.emplace_back("authorization", "Bearer " + test.admin.token);
  EXPECT_EQ(status(twice), 400);
  const std::vector<std::string> wrong = {"Basic " + test.admin.token, test.admin.token, "",
                                          "Bearer", "Bearer " + test.admin.token + " x"};
  for (const std::string& value : wrong) {
    RequestHead other = head("GET", "/v1/collections");
    other.headers.emplace_back("authorization", value);
    EXPECT_EQ(status(other), 401) << value;
  }
  RequestHead small = head("GET", "/v1/collections");
  small.headers.emplace_back("authorization", "bearer  " + test.admin.token);
  EXPECT_EQ(status(small), 200);
}

TEST_F(FrontTest, bodies_are_of_the_types_that_the_route_takes) {
  make_docs();
  const std::string target = "/v1/collections/docs/query", &token = test.viewer.token;
  EXPECT_EQ(status(head("POST", target, token, "text/plain"), "{}"), 415);
  EXPECT_EQ(status(head("POST", target, token, ""), "{}"), 415);
  EXPECT_EQ(status(head("POST", target, token, "Application/JSON; charset=utf-8"), "{}"), 200);
  RequestHead packed = head("POST", target, token);
  packed.headers.emplace_back("content-encoding", "gzip");
  EXPECT_EQ(status(packed, "{}"), 415);
  EXPECT_EQ(status(head("GET", "/v1/collections", token), "{}"), 400);
  EXPECT_EQ(status(head("POST", target, token), "{"), 400);
  EXPECT_EQ(status(head("POST", "/v1/collections/docs/records", test.editor.token,
                        "application/x-ndjson"),
                   "{\"id\":\"x\"}\n{\"id\":\"y\"}\n"),
            200);
}

TEST_F(FrontTest, a_request_says_once_how_long_it_is) {
  const auto with = [&](std::vector<std::pair<std::string, std::string>> headers) {
    RequestHead asked = head("POST", "/v1/collections/docs/query", test.viewer.token);
    for (auto& header : headers) asked.headers.push_back(std::move(header));
    return status(asked, "{}");
  };
  EXPECT_EQ(with({{"content-length", "2"}, {"transfer-encoding", "chunked"}}), 400);
  EXPECT_EQ(with({{"content-length", "2"}, {"content-length", "2"}}), 400);
  EXPECT_EQ(with({{"transfer-encoding", "chunked"}, {"transfer-encoding", "chunked"}}), 400);
  EXPECT_EQ(with({{"transfer-encoding", "gzip, chunked"}}), 400);
  EXPECT_EQ(with({{"transfer-encoding", "identity"}}), 400);
  EXPECT_EQ(with({{"transfer-encoding", "Chunked"}}), 404);  // there are no docs
}

TEST_F(FrontTest, ids_of_requests_are_given_back_when_they_are_plain) {
  const auto id_of = [&](const std::string& given) {
    RequestHead asked = head("GET", "/healthz");
    asked.headers.emplace_back("x-request-id", given);
    return std::string(header_of(ask(asked).headers, "x-request-id"));
  };
  EXPECT_EQ(id_of("abc-1.2_X"), "abc-1.2_X");
  EXPECT_NE(id_of("a b"), "a b");
  EXPECT_NE(id_of(std::string(65, 'a')), std::string(65, 'a'));
  EXPECT_NE(id_of("x\r\ny"), id_of("x\r\ny"));
}

TEST(Front, without_keys_it_answers_to_this_machines_names_alone) {
  TestService test({}, false);
  Front front(*test.service);
  const auto status = [&](const char* host) {
    const RequestHead head{"GET", "/v1/collections", {{"host", host}}};
    auto begun = front.begin(head, "127.0.0.1");
    if (auto* response = std::get_if<HttpResponse>(&begun)) return response->status;
    return front.answer(std::get<Accepted>(begun), "").status;
  };
  for (const char* host : {"localhost", "LOCALHOST:80", "127.0.0.1:7373", "[::1]", "[::1]:7373"})
    EXPECT_EQ(status(host), 200) << host;
  const auto from = [&](const char* origin) {
    const RequestHead head{"GET", "/v1/collections", {{"host", "localhost"}, {"origin", origin}}};
    return std::holds_alternative<Accepted>(front.begin(head, "127.0.0.1"));
  };
  EXPECT_TRUE(from("http://localhost:3000"));
  for (const char* origin : {"https://evil.example", "null", "", "http://127.0.0.1.evil.example"})
    EXPECT_FALSE(from(origin)) << origin;
  for (const char* host : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "",
                           "[::1].x", "localhost:1:2"})
    EXPECT_EQ(status(host), 403) << host;
}

}  // namespace
}  // namespace vecstore
