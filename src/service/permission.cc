#include "service/permission.h"

#include <algorithm>
#include <string>

#include "base/nearest.h"

namespace vecstore {
namespace {

constexpr std::array<std::string_view, kPermissions> kNames = {
    "read",       "write",        "update",       "delete",
    "query",      "create_index", "delete_index", "manage_collections",
    "view_stats", "manage_users", "admin"};
constexpr std::array<std::string_view, 3> kRoles = {"viewer", "editor", "admin"};

constexpr std::uint32_t bit(Permission permission) {
  return 1u << static_cast<unsigned>(permission);
}

constexpr std::uint32_t kViewer =
    bit(Permission::kRead) | bit(Permission::kQuery) | bit(Permission::kViewStats);
constexpr std::uint32_t kEditor = kViewer | bit(Permission::kWrite) | bit(Permission::kUpdate) |
                                  bit(Permission::kDelete) | bit(Permission::kCreateIndex) |
                                  bit(Permission::kDeleteIndex);
constexpr std::uint32_t kEverything = (1u << kPermissions) - 1;
constexpr std::array<std::uint32_t, 3> kAllowed = {kViewer, kEditor, kEverything};

}  // namespace

std::string_view permission_name(Permission permission) {
  return kNames[static_cast<std::size_t>(permission)];
}

std::string_view role_name(Role role) { return kRoles[static_cast<std::size_t>(role)]; }

Result<Role> parse_role(std::string_view name) {
  const auto at = std::find(kRoles.begin(), kRoles.end(), name);
  if (at != kRoles.end()) return static_cast<Role>(at - kRoles.begin());
  return invalid_argument("unknown role '" + std::string(name) +
                          "': " + nearest_or_known(name, kRoles));
}

bool allows(Role role, Permission permission) {
  return (kAllowed[static_cast<std::size_t>(role)] & bit(permission)) != 0;
}

}  // namespace vecstore
