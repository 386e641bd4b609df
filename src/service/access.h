// Who asks, and whether they may.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/permission.h"
#include "vecstore/status.h"

namespace vecstore {

struct Principal {
  std::string id = {};  // of the key; "local" where the server runs without keys
  std::string name = {};
  Role role = Role::kViewer;
  std::vector<std::string> collections = {};  // only these, by the name asked for; empty: all
};

// Whether this name is within the principal's scope.
bool sees(const Principal& principal, std::string_view collection);

// The decision. `collection`: what is asked about, as the request names it; none: the database as a
// whole, which who is confined to collections may not touch. kPermissionDenied says what is
// lacking, and the same whether or not there is such a collection.
Status authorize(const Principal& principal, Permission permission,
                 std::optional<std::string_view> collection);

}  // namespace vecstore
