#include "service/permission.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace vecstore {
namespace {

std::set<std::string> allowed(Role role) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < kPermissions; ++i) {
    const auto permission = static_cast<Permission>(i);
    if (allows(role, permission)) names.emplace(permission_name(permission));
  }
  return names;
}

TEST(Permission, roles_allow_what_the_header_says) {
  EXPECT_EQ(allowed(Role::kViewer), (std::set<std::string>{"read", "query", "view_stats"}));
  EXPECT_EQ(allowed(Role::kEditor),
            (std::set<std::string>{"read", "query", "view_stats", "write", "update", "delete",
                                   "create_index", "delete_index"}));
  EXPECT_EQ(allowed(Role::kAdmin).size(), kPermissions);
}

TEST(Permission, a_role_that_is_only_named_allows_nothing) {
  EXPECT_TRUE(allowed(role_named("ingester").value()).empty());
  EXPECT_EQ(role_name(role_named(std::string(48, 'a')).value()), std::string(48, 'a'));
  EXPECT_EQ(role_named("admin").value(), Role::kAdmin);
  for (const std::string& name : {std::string(), std::string(49, 'a'), std::string("A"),
                                  std::string("_a"), std::string("a b"), std::string("a\0", 2)})
    EXPECT_FALSE(role_named(name).ok()) << name;
}

TEST(Permission, who_has_more_is_told_from_who_has_other) {
  Role counter("counter");
  counter.allow(Permission::kViewStats);
  EXPECT_TRUE(Role::kViewer.allows_all_of(counter));
  EXPECT_FALSE(counter.allows_all_of(Role::kViewer));
  counter.allow(Permission::kManageUsers);
  EXPECT_FALSE(Role::kEditor.allows_all_of(counter));
  EXPECT_TRUE(Role::kAdmin.allows_all_of(counter));
}

TEST(Permission, names_read_back_and_others_are_refused) {
  for (std::size_t i = 0; i < kPermissions; ++i) {
    const auto permission = static_cast<Permission>(i);
    EXPECT_EQ(parse_permission(permission_name(permission)).value(), permission);
  }
  EXPECT_FALSE(parse_permission("Read").ok());
}

TEST(Permission, roles_have_names_and_others_are_refused_with_the_nearest) {
  for (const Role role : {Role::kViewer, Role::kEditor, Role::kAdmin})
    EXPECT_EQ(parse_role(role_name(role)).value(), role);
  EXPECT_EQ(parse_role("edtor").status().message(), "unknown role 'edtor': did you mean 'editor'?");
  EXPECT_FALSE(parse_role("").ok());
  EXPECT_FALSE(parse_role("Admin").ok());
}

}  // namespace
}  // namespace vecstore
