#include <gmock/gmock.h>

#include "server/http/front.h"
#include "service/test_service.h"

namespace vecstore {
namespace {

using testing::HasSubstr;

struct NamespaceHandlersTest : testing::Test {
  TestService test;
  Front front{*test.service};

  HttpResponse ask(const std::string& method, const std::string& target, const std::string& body,
                   const MadeKey& key) {
    RequestHead head{method, target, {{"host", "x"}}};
    head.headers.emplace_back("authorization", "Bearer " + key.token);
    if (!body.empty()) head.headers.emplace_back("content-type", "application/json");
    head.has_body = !body.empty();
    head.content_length = body.size();
    auto begun = front.begin(head, "127.0.0.1");
    if (auto* response = std::get_if<HttpResponse>(&begun)) return *response;
    return front.answer(std::get<Accepted>(begun), body);
  }
  HttpResponse ask(const std::string& method, const std::string& target,
                   const std::string& body = "") {
    return ask(method, target, body, test.admin);
  }
  MadeKey key_of_acme() {
    return test.service->keys()
        ->create({.name = "k", .role = Role::kAdmin, .space = "acme"})
        .value();
  }
};

TEST_F(NamespaceHandlersTest, one_from_its_making_to_its_end) {
  HttpResponse made = ask("PUT", "/v1/namespaces/acme",
                          R"({"name": "Acme", "tier": "free", "quotas": {"max_vectors": 2}})");
  EXPECT_EQ(made.status, 201);
  EXPECT_THAT(made.body, HasSubstr("\"tier\":\"custom\",\"quotas\":{\"max_vectors\":2,"));
  EXPECT_EQ(ask("PUT", "/v1/namespaces/acme", "{}").status, 409);
  EXPECT_EQ(ask("PUT", "/v1/namespaces/A", "{}").status, 400);
  EXPECT_THAT(ask("PUT", "/v1/namespaces/b", R"({"quota": {}})").body, HasSubstr("'quotas'?"));
  EXPECT_THAT(ask("GET", "/v1/namespaces").body, HasSubstr("[{\"id\":\"acme\""));
  const MadeKey key = key_of_acme();
  EXPECT_EQ(ask("PUT", "/v1/collections/docs", R"({"dimension": 2})", key).status, 201);
  const HttpResponse full = ask("POST", "/v1/collections/docs/records",
                                R"({"records": [{"id": "a"}, {"id": "b"}, {"id": "c"}]})", key);
  EXPECT_EQ(full.status, 409);
  EXPECT_THAT(full.body, HasSubstr("3 more do not fit (max_vectors)"));
  EXPECT_EQ(ask("PATCH", "/v1/namespaces/acme", R"({"quotas": {"max_vectors": 3}})").status, 200);
  EXPECT_EQ(ask("POST", "/v1/collections/docs/records",
                R"({"records": [{"id": "a"}, {"id": "b"}, {"id": "c"}]})", key)
                .status,
            200);
  const std::string stats = ask("GET", "/v1/namespaces/acme/stats", "", key).body;
  EXPECT_THAT(stats, HasSubstr("\"vectors\":3"));
  EXPECT_THAT(stats, HasSubstr("\"near\":[\"max_vectors\"]"));
  EXPECT_THAT(stats, HasSubstr("\"upserts\":3"));
  EXPECT_EQ(ask("DELETE", "/v1/namespaces/acme").status, 409);
  EXPECT_EQ(ask("PATCH", "/v1/namespaces/acme", R"({"status": "pending_deletion"})").status, 200);
  EXPECT_EQ(ask("GET", "/v1/collections", "", key).status, 403);
  EXPECT_EQ(ask("DELETE", "/v1/namespaces/acme").status, 204);
  EXPECT_EQ(ask("GET", "/v1/namespaces/acme").status, 404);
  EXPECT_EQ(ask("GET", "/v1/collections", "", key).status, 401);
  EXPECT_EQ(ask("GET", "/v1/collections").body, R"({"collections":[]})");
}

TEST_F(NamespaceHandlersTest, collections_are_called_what_the_key_calls_them) {
  ASSERT_EQ(ask("PUT", "/v1/namespaces/acme", "{}").status, 201);
  const MadeKey key = key_of_acme();
  for (const HttpResponse& named :
       {ask("PUT", "/v1/collections/docs", R"({"dimension": 2})", key),
        ask("GET", "/v1/collections/docs", "", key),
        ask("PATCH", "/v1/collections/docs", R"({"ef_search": 60})", key),
        ask("GET", "/v1/collections/docs/stats", "", key)})
    EXPECT_THAT(named.body, HasSubstr("\"name\":\"docs\""));
  EXPECT_THAT(ask("GET", "/v1/collections/acme%2Fdocs").body, HasSubstr("\"name\":\"acme/docs\""));
  EXPECT_THAT(ask("PUT", "/v1/collections/docs", "{}", key).body,
              HasSubstr("collection 'docs' already exists"));
}

TEST_F(NamespaceHandlersTest, rates_are_429_and_requests_are_counted_with_their_bytes) {
  ASSERT_EQ(ask("PUT", "/v1/namespaces/acme", "{}").status, 201);
  const MadeKey key = key_of_acme();
  const std::string body = R"({"dimension": 2})";
  const HttpResponse made = ask("PUT", "/v1/collections/docs", body, key);
  const HttpResponse again = ask("PUT", "/v1/collections/docs", body, key);
  EXPECT_EQ(again.status, 409);
  const UsageCounts today = test.service->usage()->today("acme");
  EXPECT_EQ(today.requests, 2u);
  EXPECT_EQ(today.bytes_in, 2 * body.size());
  EXPECT_EQ(today.bytes_out, made.body.size() + again.body.size());
  test.set_quotas("acme", {.max_requests_per_second = 1});
  EXPECT_EQ(ask("GET", "/v1/collections", "", key).status, 200);
  const HttpResponse refused = ask("GET", "/v1/collections", "", key);
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.headers, testing::Contains(testing::Pair("retry-after", "1")));
  EXPECT_EQ(test.service->usage()->today("acme").requests, 3u);
}

TEST_F(NamespaceHandlersTest, usage_comes_as_lines_or_as_csv) {
  for (const char* id : {"acme", "beta"})
    ASSERT_EQ(ask("PUT", "/v1/namespaces/" + std::string(id), "{}").status, 201);
  const MadeKey key = key_of_acme();
  ASSERT_EQ(ask("GET", "/v1/collections", "", key).status, 200);
  ASSERT_TRUE(test.service->usage()->add("beta", {.requests = 1}).ok());
  const HttpResponse lines = ask("GET", "/v1/usage");
  EXPECT_EQ(lines.content_type, "application/x-ndjson");
  EXPECT_THAT(lines.body, HasSubstr("\"namespace\":\"acme\",\"requests\":1,"));
  EXPECT_THAT(lines.body, HasSubstr("\"namespace\":\"beta\""));
  const HttpResponse own = ask("GET", "/v1/namespaces/acme/usage?format=csv", "", key);
  EXPECT_THAT(own.body, HasSubstr("day,namespace,requests,"));
  EXPECT_EQ(own.body.find("beta"), own.body.npos);
  EXPECT_EQ(ask("GET", "/v1/usage?from=2999-01-01").body, "");
  for (const char* wrong : {"from=x", "to=2026-02-30", "format=xml"})
    EXPECT_EQ(ask("GET", "/v1/usage?" + std::string(wrong)).status, 400) << wrong;
  EXPECT_EQ(ask("GET", "/v1/namespaces/none/usage").status, 404);
}

TEST_F(NamespaceHandlersTest, a_scan_without_a_limit_gives_what_it_may) {
  ASSERT_EQ(ask("PUT", "/v1/namespaces/acme", R"({"quotas": {"max_results_per_query": 2}})").status,
            201);
  const MadeKey key = key_of_acme();
  ASSERT_EQ(ask("PUT", "/v1/collections/docs", R"({"dimension": 2})", key).status, 201);
  ASSERT_EQ(ask("POST", "/v1/collections/docs/records",
                R"({"records": [{"id": "a"}, {"id": "b"}, {"id": "c"}]})", key)
                .status,
            200);
  EXPECT_THAT(ask("GET", "/v1/collections/docs/records", "", key).body,
              HasSubstr("\"next\":\"b\""));
  EXPECT_EQ(ask("GET", "/v1/collections/docs/records?limit=3", "", key).status, 400);
}

TEST_F(NamespaceHandlersTest, a_backup_is_made_listed_restored_and_removed) {
  ASSERT_EQ(ask("PUT", "/v1/namespaces/acme", "{}").status, 201);
  const MadeKey key = key_of_acme();
  ASSERT_EQ(ask("PUT", "/v1/collections/docs", R"({"dimension": 2})", key).status, 201);
  const HttpResponse made = ask("POST", "/v1/namespaces/acme/backup");
  ASSERT_EQ(made.status, 201) << made.body;
  const Value answer = Value::parse_json(made.body).value();
  const std::string name = *answer.as_object()->find("backup")->as_string();
  EXPECT_EQ(ask("GET", "/v1/backups").body,
            R"({"backups":[{"backup":")" + name + R"(","namespace":"acme"}]})");
  const std::string body = R"({"backup": ")" + name + R"("})";
  EXPECT_EQ(ask("POST", "/v1/namespaces/acme/restore", body).status, 409);
  EXPECT_EQ(ask("POST", "/v1/namespaces/again/restore", body).status, 201);
  EXPECT_EQ(ask("GET", "/v1/collections").body, R"({"collections":["acme/docs","again/docs"]})");
  EXPECT_EQ(ask("POST", "/v1/namespaces/x/restore", "{}").status, 400);
  EXPECT_EQ(ask("DELETE", "/v1/backups/" + name).status, 204);
  for (const std::string& gone : {name, std::string("..%2Fx-1"), std::string("x")})
    EXPECT_EQ(ask("DELETE", "/v1/backups/" + gone).status, 404);
  EXPECT_EQ(ask("POST", "/v1/namespaces/acme/backup", "", key).status, 403);
}

TEST_F(NamespaceHandlersTest, keys_of_namespaces_are_made_by_who_is_of_none) {
  ASSERT_EQ(ask("PUT", "/v1/namespaces/acme", "{}").status, 201);
  const std::string wanted = R"({"name": "k", "role": "admin", "namespace": "acme"})";
  EXPECT_THAT(ask("POST", "/v1/keys", wanted).body, HasSubstr("\"namespace\":\"acme\""));
  EXPECT_EQ(ask("POST", "/v1/keys", R"({"name": "k", "namespace": "none"})").status, 404);
  EXPECT_EQ(ask("POST", "/v1/keys", wanted, key_of_acme()).status, 403);
}

}  // namespace
}  // namespace vecstore
