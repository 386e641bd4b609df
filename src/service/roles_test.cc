#include "service/roles.h"

#include <gmock/gmock.h>

#include "base/test_folder.h"

namespace vecstore {
namespace {

using testing::HasSubstr;

std::string file_of(const std::string& roles) { return R"({"format":1,"roles":)" + roles + "}"; }

std::string refusal(const std::string& roles) {
  const auto parsed = parse_roles(file_of(roles));
  return parsed.ok() ? "" : parsed.status().message();
}

std::string allowed(const Role& role) { return role_object(role).find("permissions")->to_json(); }

TEST(Roles, allow_what_they_name_and_what_those_they_inherit_allow) {
  const RoleTable roles = parse_roles(file_of(R"({
      "leader": {"permissions": ["delete"], "inherits": ["ingester", "counter"]},
      "ingester": {"permissions": ["write"], "inherits": ["reader"]},
      "reader": {"permissions": ["read"]},
      "counter": {"inherits": ["viewer"]},
      "nobody": {}})"))
                              .value();
  ASSERT_EQ(roles.size(), 5u);
  EXPECT_EQ(allowed(roles.at("leader")), R"(["read","write","delete","query","view_stats"])");
  EXPECT_EQ(allowed(roles.at("ingester")), R"(["read","write"])");
  EXPECT_EQ(allowed(roles.at("reader")), R"(["read"])");
  EXPECT_EQ(allowed(roles.at("counter")), R"(["read","query","view_stats"])");
  EXPECT_TRUE(roles.at("nobody").allows_nothing());
  EXPECT_EQ(role_name(roles.at("leader")), "leader");
}

TEST(Roles, each_permission_may_be_given_alone) {
  for (std::size_t i = 0; i < kPermissions; ++i) {
    const std::string name(permission_name(static_cast<Permission>(i)));
    const RoleTable roles =
        parse_roles(file_of(R"({"one": {"permissions": [")" + name + "\"]}}")).value();
    for (std::size_t other = 0; other < kPermissions; ++other)
      EXPECT_EQ(allows(roles.at("one"), static_cast<Permission>(other)), i == other);
  }
}

TEST(Roles, circles_are_refused_with_their_names) {
  EXPECT_THAT(
      refusal(R"({"a": {"inherits": ["b"]}, "b": {"inherits": ["c"]}, "c": {"inherits": ["a"]}})"),
      HasSubstr("in a circle: a -> b -> c -> a"));
  EXPECT_THAT(refusal(R"({"a": {"inherits": ["a"]}})"), HasSubstr("in a circle: a -> a"));
  EXPECT_EQ(refusal(R"({"a": {"inherits": ["b", "c"]}, "b": {"inherits": ["c"]}, "c": {}})"), "");
}

TEST(Roles, what_is_unknown_is_named) {
  EXPECT_EQ(refusal(R"({"a": {"inherits": ["b"]}})"), "role 'a': there is no role 'b'");
  EXPECT_EQ(refusal(R"({"a": {"permissions": ["raed"]}})"),
            "role 'a': unknown permission 'raed': did you mean 'read'?");
  EXPECT_THAT(refusal(R"({"a": {"permission": ["read"]}})"), HasSubstr("member 'permission'"));
  EXPECT_THAT(refusal(R"({"a": {"permissions": "read"}})"), HasSubstr("'permissions' is no list"));
  EXPECT_THAT(refusal(R"({"a": {"inherits": [1]}})"), HasSubstr("'inherits' has 1, no name"));
  EXPECT_THAT(refusal(R"({"a": []})"), HasSubstr("role 'a' is no object"));
  EXPECT_THAT(refusal(R"({"admin": {}})"), HasSubstr("'admin' is built in"));
  for (const char* name : {"", "Root", "a b", "-a", "a/b"})
    EXPECT_THAT(refusal(std::string("{\"") + name + "\": {}}"), HasSubstr("is no name of a role"));
  EXPECT_THAT(refusal("{\"" + std::string(49, 'a') + "\": {}}"), HasSubstr("is no name of a role"));
}

TEST(Roles, what_is_no_file_of_roles_is_refused) {
  for (const char* text : {"", "[]", "{}", R"({"format": 1})", R"({"format": "1", "roles": {}})",
                           R"({"format": 2, "roles": {}})", R"({"format": 1, "roles": []})",
                           R"({"format": 1, "roles": {"a": {}, "a": {}}})"})
    EXPECT_FALSE(parse_roles(text).ok()) << text;
  std::string many;
  for (int i = 0; i < 1'001; ++i) many += (i ? ",\"r" : "\"r") + std::to_string(i) + "\":{}";
  EXPECT_THAT(refusal("{" + many + "}"), HasSubstr("there are 1001 roles"));
}

TEST(RoleStore, finds_built_in_roles_without_a_file_and_names_the_nearest) {
  const TestFolder folder;
  const auto store = RoleStore::open(folder / "roles").value();
  EXPECT_EQ(store->find("editor").value(), Role::kEditor);
  EXPECT_THAT(store->find("edtor").status().message(), HasSubstr("did you mean 'editor'?"));
  folder.write("r2", file_of(R"({"ingester": {"permissions": ["write"]}})"));
  const auto other = RoleStore::open(folder / "r2").value();
  EXPECT_EQ(allowed(other->find("ingester").value()), R"(["write"])");
  EXPECT_THAT(other->find("ingestr").status().message(), HasSubstr("did you mean 'ingester'?"));
  EXPECT_EQ(other->list().value().size(), 4u);
}

TEST(RoleStore, a_damaged_file_is_refused_and_while_running_has_no_roles) {
  const TestFolder folder;
  folder.write("bad", "{");
  EXPECT_THAT(RoleStore::open(folder / "bad").status().message(), HasSubstr("bad"));
  folder.write("roles", file_of(R"({"ingester": {"permissions": ["write"]}})"));
  const auto store = RoleStore::open(folder / "roles").value();
  EXPECT_TRUE(store->find("ingester").ok());
  folder.write("roles", "{");
  const double until = monotonic_ms() + 10'000;
  while (store->find("ingester").ok() && monotonic_ms() < until) {
  }
  EXPECT_FALSE(store->find("ingester").ok());
  EXPECT_EQ(store->find("admin").value(), Role::kAdmin);
}

}  // namespace
}  // namespace vecstore
