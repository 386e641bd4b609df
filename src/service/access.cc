#include "service/access.h"

#include <algorithm>

#include "base/utf8.h"

namespace vecstore {
namespace {

Status denied(const Principal& principal, const std::string& why) {
  return Status(Code::kPermissionDenied, "key '" + principal.id + "' " + why);
}

}  // namespace

bool sees(const Principal& principal, std::string_view collection) {
  const auto& scope = principal.collections;
  return scope.empty() || std::find(scope.begin(), scope.end(), collection) != scope.end();
}

Status authorize(const Principal& principal, Permission permission,
                 std::optional<std::string_view> collection) {
  if (!allows(principal.role, permission))
    return denied(principal, "lacks the permission '" + std::string(permission_name(permission)) +
                                 "', its role is '" + std::string(role_name(principal.role)) + "'");
  if (!collection && !principal.collections.empty())
    return denied(principal, "is confined to collections, this is about the whole database");
  if (collection && !sees(principal, *collection))
    return denied(principal, "is not for collection '" + shorten(*collection) + "'");
  return {};
}

}  // namespace vecstore
