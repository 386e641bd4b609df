// Roles of one's own: a file that says what each allows.
//
//   {"format": 1, "roles": {"reader":   {"permissions": ["read", "query"]},
//                           "ingester": {"permissions": ["write"], "inherits": ["reader"]}}}
//
// A role allows what it names and what the roles that it inherits allow, built-in ones among them.
// The file is looked at again every 200 ms. While it cannot be read there are no roles but the
// built-in ones, so that who has another is refused everything. Safe from many threads.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "service/permission.h"
#include "service/watched_file.h"
#include "vecstore/value.h"

namespace vecstore {

inline constexpr std::size_t kMaxRolesFileBytes = 1u << 20;
inline constexpr std::size_t kMaxRoles = 1'000;

using RoleTable = std::map<std::string, Role, std::less<>>;  // without the built-in ones

// kInvalidArgument names the role and what is wrong: a name that is taken or cannot be one, an
// unknown permission, role or member, or roles that inherit each other in a circle.
Result<RoleTable> parse_roles(std::string_view text);

class RoleStore {
 public:
  // A file that is not there has no roles; one that is damaged is refused.
  static Result<std::unique_ptr<RoleStore>> open(const std::string& path);

  // As the file has it now; kInvalidArgument names the nearest there is.
  Result<Role> find(std::string_view name);
  // The built-in ones first.
  Result<std::vector<Role>> list();

 private:
  explicit RoleStore(const std::string& path) : file_(path, kMaxRolesFileBytes, parse_roles) {}
  WatchedFile<RoleTable> file_;
};

// {"role", "permissions"}, as it is listed.
Object role_object(const Role& role);

}  // namespace vecstore
