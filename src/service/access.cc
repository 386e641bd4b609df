#include "service/access.h"

#include <algorithm>

#include "base/utf8.h"

namespace vecstore {
namespace {

Status denied(const Principal& principal, const std::string& why) {
  return Status(Code::kPermissionDenied, "key '" + principal.id + "' " + why);
}

Status check_permission(const Principal& principal, Permission permission) {
  if (allows(principal.role, permission)) return {};
  if (principal.role.allows_nothing())
    return denied(principal, "may do nothing: its role '" + std::string(role_name(principal.role)) +
                                 "' is none of this server, or allows nothing");
  return denied(principal, "lacks the permission '" + std::string(permission_name(permission)) +
                               "', its role is '" + std::string(role_name(principal.role)) + "'");
}

}  // namespace

bool sees(const Principal& principal, std::string_view collection) {
  const auto& scope = principal.collections;
  return scope.empty() || std::find(scope.begin(), scope.end(), collection) != scope.end();
}

Status authorize(const Principal& principal, Permission permission,
                 std::optional<std::string_view> collection) {
  VECSTORE_TRY(check_permission(principal, permission));
  if (!collection && !principal.space.empty())
    return denied(principal, "is confined to a namespace, this is about the whole database");
  if (!collection && !principal.collections.empty())
    return denied(principal, "is confined to collections, this is about the whole database");
  if (collection && !sees(principal, *collection))
    return denied(principal, "is not for collection '" + shorten(*collection) + "'");
  return {};
}

Status authorize_namespace(const Principal& principal, Permission permission,
                           std::string_view space) {
  VECSTORE_TRY(check_permission(principal, permission));
  if (!principal.collections.empty())
    return denied(principal, "is confined to collections, this is about a whole namespace");
  if (!principal.space.empty() && principal.space != space)
    return denied(principal, "is not for namespace '" + shorten(space) + "'");
  return {};
}

}  // namespace vecstore
