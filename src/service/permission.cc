#include "service/permission.h"

#include <algorithm>
#include <string>

#include "base/nearest.h"
#include "base/utf8.h"

namespace vecstore {
namespace {

constexpr std::array<std::string_view, kPermissions> kNames = {
    "read",       "write",        "update",       "delete",
    "query",      "create_index", "delete_index", "manage_collections",
    "view_stats", "manage_users", "admin"};

constexpr std::uint32_t bits(std::initializer_list<Permission> permissions) {
  std::uint32_t all = 0;
  for (const Permission permission : permissions) all |= 1u << static_cast<unsigned>(permission);
  return all;
}

using P = Permission;
constexpr std::uint32_t kViewerBits = bits({P::kRead, P::kQuery, P::kViewStats});
constexpr std::uint32_t kEditorBits =
    kViewerBits | bits({P::kWrite, P::kUpdate, P::kDelete, P::kCreateIndex, P::kDeleteIndex});
constexpr std::uint32_t kEverything = (1u << kPermissions) - 1;

bool is_role_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= kMaxRoleBytes && plain(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return plain(c) || c == '-' || c == '_'; });
}

}  // namespace

constexpr Role Role::kViewer(kBuiltInRoles[0], kViewerBits);
constexpr Role Role::kEditor(kBuiltInRoles[1], kEditorBits);
constexpr Role Role::kAdmin(kBuiltInRoles[2], kEverything);

std::string_view permission_name(Permission permission) {
  return kNames[static_cast<std::size_t>(permission)];
}

Result<Permission> parse_permission(std::string_view name) {
  const auto at = std::find(kNames.begin(), kNames.end(), name);
  if (at != kNames.end()) return static_cast<Permission>(at - kNames.begin());
  return invalid_argument("unknown permission '" + shorten(name) +
                          "': " + nearest_or_known(name, kNames));
}

Result<Role> parse_role(std::string_view name) {
  for (const Role* role : {&Role::kViewer, &Role::kEditor, &Role::kAdmin})
    if (role->name() == name) return *role;
  return invalid_argument("unknown role '" + shorten(name) +
                          "': " + nearest_or_known(name, kBuiltInRoles));
}

Result<Role> role_named(std::string_view name) {
  if (const Result<Role> built_in = parse_role(name); built_in.ok()) return built_in;
  if (is_role_name(name)) return Role(name);
  return invalid_argument("'" + shorten(name) +
                          "' is no name of a role: 1 to 48 of a-z, 0-9, '_' and '-', the first a "
                          "letter or a digit");
}

}  // namespace vecstore
