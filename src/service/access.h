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
  std::string space = {};  // of the namespace that is all there is for it; empty: the database
};

// Whether this name is within the principal's scope.
bool sees(const Principal& principal, std::string_view collection);

// The decision. `collection`: what is asked about, as the request names it; none: the database as a
// whole, which who is confined to a namespace or to collections may not touch. kPermissionDenied
// says what is lacking, and the same whether or not there is such a collection.
Status authorize(const Principal& principal, Permission permission,
                 std::optional<std::string_view> collection);
// The same of what is about a namespace as a whole: who is confined to another one, or to
// collections, may not.
Status authorize_namespace(const Principal& principal, Permission permission,
                           std::string_view space);

}  // namespace vecstore
