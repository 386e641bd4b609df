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

// viewer: read, query, view_stats. editor: also write, update, delete, create_index, delete_index.
// admin: everything.
enum class Role : unsigned char { kViewer, kEditor, kAdmin };
std::string_view role_name(Role role);
Result<Role> parse_role(std::string_view name);

bool allows(Role role, Permission permission);

}  // namespace vecstore
