// What a user may be allowed to do, and the roles that allow it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "vecstore/status.h"

namespace vecstore {

// The numbers are bits in a role; names are what users write.
enum class Permission : unsigned char {
  kRead,               // records by id, scans, names and options of collections
  kWrite,              // upserts
  kUpdate,             // changes to records that are there
  kDelete,             // removing records
  kQuery,              // queries
  kCreateIndex,        // settings of a collection's graphs: ef_search, quantization
  kDeleteIndex,        // taking a graph away; nothing asks for it yet, roles of files may name it
  kManageCollections,  // making and dropping collections, flush and compact
  kViewStats,          // counts, metrics, slow queries
  kManageUsers,        // keys
  kAdmin               // the database as a whole: snapshots, namespaces
};
inline constexpr std::size_t kPermissions = 11;

std::string_view permission_name(Permission permission);  // "read", "create_index"

// kInvalidArgument names the nearest.
Result<Permission> parse_permission(std::string_view name);

// The names of roles of one's own: [a-z0-9][a-z0-9_-]{0,47}.
inline constexpr std::size_t kMaxRoleBytes = 48;
inline constexpr std::array<std::string_view, 3> kBuiltInRoles = {"viewer", "editor", "admin"};

// A name and what it allows. A role that is only named (role_named) and of which nobody has said
// what it is allows nothing.
class Role {
 public:
  // viewer: read, query, view_stats. editor: also write, update, delete, create_index,
  // delete_index. admin: everything.
  static const Role kViewer, kEditor, kAdmin;

  // A valid name of at most kMaxRoleBytes.
  explicit constexpr Role(std::string_view name, std::uint32_t permissions = 0)
      : size_(static_cast<unsigned char>(name.size())), permissions_(permissions) {
    for (std::size_t i = 0; i < name.size(); ++i) name_[i] = name[i];
  }

  std::string_view name() const { return {name_.data(), size_}; }
  bool allows(Permission permission) const { return (permissions_ & bit(permission)) != 0; }
  bool allows_all_of(const Role& other) const { return (other.permissions_ & ~permissions_) == 0; }
  bool allows_nothing() const { return permissions_ == 0; }
  void allow(Permission permission) { permissions_ |= bit(permission); }
  void allow_all_of(const Role& other) { permissions_ |= other.permissions_; }
  bool operator==(const Role& other) const = default;

 private:
  static constexpr std::uint32_t bit(Permission permission) {
    return 1u << static_cast<unsigned>(permission);
  }

  std::array<char, kMaxRoleBytes> name_{};
  unsigned char size_;
  std::uint32_t permissions_;  // bits, by the numbers of Permission
};

inline std::string_view role_name(const Role& role) { return role.name(); }
// A built-in one; kInvalidArgument names the nearest.
Result<Role> parse_role(std::string_view name);
// A built-in one, or a role that allows nothing until service/roles.h says what it is;
// kInvalidArgument for what is no name.
Result<Role> role_named(std::string_view name);

inline bool allows(const Role& role, Permission permission) { return role.allows(permission); }

}  // namespace vecstore
