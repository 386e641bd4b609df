#include "service/access.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(Access, a_role_decides_everywhere_without_a_scope) {
  const Principal viewer{.id = "v", .role = Role::kViewer};
  EXPECT_TRUE(authorize(viewer, Permission::kQuery, "docs").ok());
  EXPECT_TRUE(authorize(viewer, Permission::kViewStats, std::nullopt).ok());
  const Status status = authorize(viewer, Permission::kWrite, "docs");
  EXPECT_EQ(status.code(), Code::kPermissionDenied);
  EXPECT_EQ(status.message(), "key 'v' lacks the permission 'write', its role is 'viewer'");
}

TEST(Access, a_scope_holds_for_admins_too_and_to_the_byte) {
  const Principal scoped{.id = "s", .role = Role::kAdmin, .collections = {"docs"}};
  EXPECT_TRUE(authorize(scoped, Permission::kManageCollections, "docs").ok());
  for (const std::string_view other : {"doc", "docs ", "Docs", "docs/", "", "do\xd1\x81s"})
    EXPECT_EQ(authorize(scoped, Permission::kRead, other).code(), Code::kPermissionDenied) << other;
}

TEST(Access, the_whole_database_is_not_for_who_is_confined) {
  const Principal scoped{.id = "s", .role = Role::kAdmin, .collections = {"docs"}};
  for (const Permission permission :
       {Permission::kAdmin, Permission::kManageUsers, Permission::kViewStats})
    EXPECT_EQ(authorize(scoped, permission, std::nullopt).code(), Code::kPermissionDenied);
}

TEST(Access, who_is_of_a_namespace_sees_no_other_and_not_the_database) {
  const Principal acme{.id = "a", .role = Role::kAdmin, .space = "acme"};
  EXPECT_TRUE(authorize(acme, Permission::kManageCollections, "docs").ok());
  EXPECT_FALSE(authorize(acme, Permission::kAdmin, std::nullopt).ok());
  EXPECT_TRUE(authorize_namespace(acme, Permission::kViewStats, "acme").ok());
  for (const std::string_view other : {"beta", "", "acme/", "acme2"})
    EXPECT_EQ(authorize_namespace(acme, Permission::kViewStats, other).code(),
              Code::kPermissionDenied);
  const Principal one{.id = "o", .role = Role::kAdmin, .collections = {"docs"}, .space = "acme"};
  EXPECT_FALSE(authorize_namespace(one, Permission::kViewStats, "acme").ok());
  const Principal viewer{.id = "v", .role = Role::kViewer};
  EXPECT_TRUE(authorize_namespace(viewer, Permission::kViewStats, "acme").ok());
  EXPECT_FALSE(authorize_namespace(viewer, Permission::kAdmin, "acme").ok());
}

}  // namespace
}  // namespace vecstore
