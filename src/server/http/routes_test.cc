// What the table of routes lets through, asked of every route in it. That no route shows one
// namespace anything of another: all are asked in two worlds that differ in the other namespace
// alone, and the answers are the same.
#include <gmock/gmock.h>

#include <map>
#include <regex>

#include "server/http/front.h"
#include "service/test_service.h"

namespace vecstore {
namespace {

using testing::HasSubstr;
using testing::Not;

// A body for each schema that a route takes; a route with a new one has to say here what it takes.
const std::map<std::string, std::string, std::less<>>& bodies() {
  static const std::map<std::string, std::string, std::less<>> all = {
      {"CollectionOptions", R"({"dimension": 2})"},
      {"IndexChange", R"({"ef_search": 60})"},
      {"Records", R"({"records": [{"id": "hidden", "vector": [1, 0], "text": "of acme"}]})"},
      {"Change", R"({"text": "changed"})"},
      {"Removal", R"({"filter": "$id = 'hidden'"})"},
      {"Ids", R"({"ids": ["hidden"]})"},
      {"Query", R"({"text": "kraken acme", "k": 5})"},
      {"Queries", R"({"queries": [{}, {"vector": [1, 0]}]})"},
      {"NewKey", R"({"name": "n", "namespace": "beta"})"},
      {"BackupName", R"({"backup": "beta-1"})"},
      {"NamespaceEdit", R"({"status": "suspended", "tier": "free"})"}};
  return all;
}

// A server with the namespace acme, and beta or not.
struct World {
  explicit World(bool beta) {
    (void)test.make_space("acme");
    for (const Role role : {Role::kViewer, Role::kEditor, Role::kAdmin})
      keys.push_back(
          test.service->keys()->create({.name = "k", .role = role, .space = "acme"}).value());
    fill("acme/docs", "of acme");
    if (!beta) return;
    other = test.make_space("beta");
    fill("beta/secret", "kraken");
    fill("beta/docs", "kraken");
  }
  void fill(const std::string& name, const std::string& text) {
    Collection docs = test.service->database().create_collection(name, {.dimension = 2}).value();
    for (const char* id : {"a", "hidden"})
      EXPECT_TRUE(
          docs.upsert({.id = id, .vector = {1, 0}, .metadata = Object{{"t", text}}, .text = text})
              .ok());
  }

  std::string ask(const Route& route, const std::string& path, const MadeKey& key) {
    RequestHead head{std::string(route.method), path, {{"host", "x"}}};
    head.headers.emplace_back("authorization", "Bearer " + key.token);
    std::string body;
    if (route.bodies & kJsonBody) {
      head.headers.emplace_back("content-type", "application/json");
      body = bodies().at(std::string(route.body_schema));
      head.has_body = true;
      head.content_length = body.size();
    }
    auto begun = front.begin(head, "127.0.0.1");
    HttpResponse response;
    if (auto* refused = std::get_if<HttpResponse>(&begun))
      response = *refused;
    else
      response = front.answer(std::get<Accepted>(begun), body);
    return std::to_string(response.status) + " " + plain(response.body, key);
  }
  // Without what differs between any two runs: ids that are drawn, times, and the log's position,
  // which all namespaces share.
  static std::string plain(std::string text, const MadeKey& key) {
    for (std::size_t at = 0; (at = text.find(key.key.id)) != text.npos;)
      text.replace(at, key.key.id.size(), "KEY");
    static const std::regex varying(
        R"~("(took_ms|sequence|version|created_at|updated_at)":[-0-9.e]+)~");
    static const std::regex ids(R"~("request_id":"[^"]*")~");
    return std::regex_replace(std::regex_replace(text, varying, "\"$1\":0"), ids, "");
  }

  // All that there is of beta.
  std::string state_of_beta() {
    std::string out;
    Database& database = test.service->database();
    for (const std::string& name : database.list_collections().value()) {
      if (!name.starts_with("beta/")) continue;
      Collection docs = database.collection(name).value();
      out += name + Value(docs.options().attributes).to_json();
      Scan scan = docs.scan().value();
      for (const Record& record : scan.next().value()) out += record.to_json();
    }
    for (const ApiKey& key : test.service->keys()->list().value())
      if (key.space == "beta") out += Value(key_object(key)).to_json();
    for (const Namespace& space : test.service->namespaces()->list().value())
      if (space.id == "beta") out += Value(namespace_object(space)).to_json();
    for (const SnapshotInfo& one : database.list_snapshots().value()) out += one.name;
    return out + std::to_string(test.service->tenant_of("beta")->queries());
  }

  TestService test;
  std::vector<MadeKey> keys;
  MadeKey other;
  Front front{*test.service};
};

std::string filled(std::string_view pattern, const std::string& collection,
                   const std::string& key) {
  std::string path(pattern);
  const std::pair<const char*, std::string> values[] = {
      {"{collection}", collection}, {"{namespace}", "beta"}, {"{id}", "hidden"},
      {"{snapshot}", "beta"},       {"{backup}", "beta-1"},  {"{key}", key}};
  for (const auto& [name, value] : values)
    if (const std::size_t at = path.find(name); at != path.npos)
      path.replace(at, std::string_view(name).size(), value);
  EXPECT_EQ(path.find('{'), path.npos) << "a path with " << path;
  return path;
}

TEST(Routes, no_route_shows_or_changes_anything_of_another_namespace) {
  World with(true), without(false);
  const std::string before = with.state_of_beta();
  ASSERT_THAT(before, HasSubstr("kraken"));
  const std::vector<std::string> names = {"secret",           "docs",           "beta%2Fsecret",
                                          "..%2Fbeta%2Fdocs", "%2Fbeta%2Fdocs", "beta",
                                          "beta%2F",          "Beta%2Fsecret"};
  std::size_t asked = 0;
  for (const Route& route : all_routes()) {
    for (const std::string& name : names) {
      for (std::size_t role = 0; role < with.keys.size(); ++role) {
        const std::string path = filled(route.pattern, name, with.other.key.id);
        const std::string here = with.ask(route, path, with.keys[role]);
        const std::string there = without.ask(route, path, without.keys[role]);
        EXPECT_EQ(here, there) << route.method << " " << path << " as role " << role;
        EXPECT_THAT(here, Not(HasSubstr("kraken"))) << route.method << " " << path;
        ++asked;
      }
    }
  }
  EXPECT_EQ(asked, all_routes().size() * names.size() * 3);
  EXPECT_EQ(with.state_of_beta(), before);
}

// The test above can tell: a key of the whole database is answered differently in the two worlds.
TEST(Routes, who_is_of_no_namespace_sees_both) {
  World with(true), without(false);
  std::size_t differ = 0;
  for (const Route& route : all_routes()) {
    if (route.method != "GET") continue;
    const std::string path = filled(route.pattern, "beta%2Fsecret", with.other.key.id);
    differ +=
        with.ask(route, path, with.test.admin) != without.ask(route, path, without.test.admin);
  }
  EXPECT_GE(differ, 8u);
}

TEST(Routes, a_namespaces_own_key_gets_its_own_from_every_route_that_is_not_the_databases) {
  World world(true);
  for (const Route& route : all_routes()) {
    if (!route.operation) continue;
    std::string path = filled(route.pattern, "docs", "0");
    if (const std::size_t at = path.find("beta"); at != path.npos) path.replace(at, 4, "acme");
    const std::string answer = world.ask(route, path, world.keys[2]);
    const bool whole = row_of(*route.operation).about == About::kDatabase;
    EXPECT_EQ(answer.starts_with("403"), whole) << route.method << " " << path << answer;
    EXPECT_LT(answer.substr(0, 3), "500") << answer;
    if (route.operation == Operation::kDropCollection) world.fill("acme/docs", "of acme");
  }
}

}  // namespace
}  // namespace vecstore
