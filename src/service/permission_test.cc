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

TEST(Permission, roles_have_names_and_others_are_refused_with_the_nearest) {
  for (const Role role : {Role::kViewer, Role::kEditor, Role::kAdmin})
    EXPECT_EQ(parse_role(role_name(role)).value(), role);
  EXPECT_EQ(parse_role("edtor").status().message(), "unknown role 'edtor': did you mean 'editor'?");
  EXPECT_FALSE(parse_role("").ok());
  EXPECT_FALSE(parse_role("Admin").ok());
}

}  // namespace
}  // namespace vecstore
